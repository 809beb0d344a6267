// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.util.BitSet;

/// Tells the methods that may have something of ours from those that need not be parsed: a look at the bytes of their
/// code, for instructions that name a lambda or `await`. It takes what it finds in operands for instructions too.
final class Mentions {
    private final BitSet wanted = new BitSet();

    Mentions(ClassModel model) {
        for (PoolEntry entry : model.constantPool()) {
            boolean isWanted = switch (entry.tag()) {
                case PoolEntry.TAG_INVOKE_DYNAMIC, PoolEntry.TAG_METHOD_HANDLE -> true;
                case PoolEntry.TAG_METHODREF, PoolEntry.TAG_INTERFACE_METHODREF ->
                    ((MemberRefEntry) entry).name().equalsString("await");
                default -> false;
            };
            if (isWanted) {
                wanted.set(entry.index());
            }
        }
    }

    boolean mayBeIn(CodeModel code) {
        byte[] bytes = ((CodeAttribute) code).codeArray();
        for (int at = 0; at + 1 < bytes.length; at++) {
            int opcode = bytes[at] & 0xFF;
            int operand = bytes[at + 1] & 0xFF;
            if (opcode == Opcode.LDC.bytecode() && wanted.get(operand)) {
                return true;
            }
            boolean isLong = opcode == Opcode.INVOKEDYNAMIC.bytecode()
                    || opcode == Opcode.INVOKESTATIC.bytecode()
                    || opcode == Opcode.LDC_W.bytecode();
            if (isLong && at + 2 < bytes.length && wanted.get((operand << 8) | (bytes[at + 2] & 0xFF))) {
                return true;
            }
        }
        return false;
    }
}
