// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import java.lang.classfile.CodeModel;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.classfile.constantpool.PoolEntry;
import java.util.Arrays;
import java.util.BitSet;

/// Tells the methods that may have something of ours from those that need not be parsed: a look at the bytes of their
/// code, for instructions that name a lambda or `await`. It takes what it finds in operands for instructions too.
///
/// The constant pool is read as bytes too: most of its entries are never asked for, and each would be an object.
final class Mentions {
    private static final int LDC = 18;
    private static final int LDC_W = 19;
    private static final int INVOKESTATIC = 184;
    private static final int INVOKEDYNAMIC = 186;

    private static final byte[] AWAIT = {'a', 'w', 'a', 'i', 't'};

    /// Where the number of constants stands, behind magic number and version.
    private static final int COUNT = 8;

    private final byte[] classFile;

    /// Where each constant is, by index: the place of its tag.
    private final int[] places;

    private final BitSet wanted = new BitSet();

    /// @param classFile a class file that can be parsed
    Mentions(byte[] classFile) {
        this.classFile = classFile;
        this.places = new int[twoBytes(COUNT)];
        int at = COUNT + 2;
        for (int index = 1; index < places.length; index++) {
            places[index] = at;
            int tag = classFile[at];
            at += 1 + length(tag, at);
            if (tag == PoolEntry.TAG_LONG || tag == PoolEntry.TAG_DOUBLE) {
                index++;
            }
        }
        for (int index = 1; index < places.length; index++) {
            if (places[index] != 0 && isWanted(places[index])) {
                wanted.set(index);
            }
        }
    }

    private int twoBytes(int at) {
        return ((classFile[at] & 0xFF) << 8) | (classFile[at + 1] & 0xFF);
    }

    /// The place of a constant, or 0 where there is none; then who parses the class says so.
    private int place(int index) {
        return index < places.length ? places[index] : 0;
    }

    private int length(int tag, int at) {
        return switch (tag) {
            case PoolEntry.TAG_UTF8 -> 2 + twoBytes(at + 1);
            case PoolEntry.TAG_CLASS,
                    PoolEntry.TAG_STRING,
                    PoolEntry.TAG_METHOD_TYPE,
                    PoolEntry.TAG_MODULE,
                    PoolEntry.TAG_PACKAGE -> 2;
            case PoolEntry.TAG_METHOD_HANDLE -> 3;
            case PoolEntry.TAG_LONG, PoolEntry.TAG_DOUBLE -> 8;
            default -> 4;
        };
    }

    private boolean isWanted(int place) {
        return switch (classFile[place]) {
            case PoolEntry.TAG_INVOKE_DYNAMIC, PoolEntry.TAG_METHOD_HANDLE -> true;
            case PoolEntry.TAG_METHODREF, PoolEntry.TAG_INTERFACE_METHODREF -> {
                int nameAndType = place(twoBytes(place + 3));
                int name = nameAndType == 0 ? 0 : place(twoBytes(nameAndType + 1));
                yield name == 0 || isNamedAwait(name);
            }
            default -> false;
        };
    }

    private boolean isNamedAwait(int utf8) {
        return twoBytes(utf8 + 1) == AWAIT.length
                && Arrays.equals(classFile, utf8 + 3, utf8 + 3 + AWAIT.length, AWAIT, 0, AWAIT.length);
    }

    boolean mayBeIn(CodeModel code) {
        byte[] bytes = ((CodeAttribute) code).codeArray();
        for (int at = 0; at + 1 < bytes.length; at++) {
            int opcode = bytes[at] & 0xFF;
            int operand = bytes[at + 1] & 0xFF;
            if (opcode == LDC && wanted.get(operand)) {
                return true;
            }
            boolean isLong = opcode == INVOKEDYNAMIC || opcode == INVOKESTATIC || opcode == LDC_W;
            if (isLong && at + 2 < bytes.length && wanted.get((operand << 8) | (bytes[at + 2] & 0xFF))) {
                return true;
            }
        }
        return false;
    }
}
