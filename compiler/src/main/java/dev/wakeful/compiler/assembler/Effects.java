// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler.assembler;

import java.lang.classfile.Instruction;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.NewMultiArrayInstruction;

/// What instructions do to the height of the stack.
final class Effects {
    /// By opcode: `m` is nothing, `n` one more, `l` one less, and so on; `?` depends on what the operand names.
    private static final String BY_OPCODE = "mnnnnnnnnoonnnoonnnno" // nop, constants
            + "nononnnnnoooonnnnoooonnnn" // loads
            + "lmlmllll" // loads from arrays
            + "lklklllllkkkkllllkkkkllll" // stores
            + "jijijjjj" // stores into arrays
            + "lknnnooom" // pop to swap
            + "lklklklklklklklklklk" // add to rem
            + "mmmm" // neg
            + "lllllllklklkm" // shifts, and, or, xor, iinc
            + "nmnllmmnnlmlmmm" // conversions
            + "jlljj" // comparisons
            + "llllllkkkkkkkkm??" // jumps
            + "lllklklm" // switches, returns
            + "?????????" // fields, calls
            + "nmmmlmmll" // new to monitorexit
            + "??llm?"; // wide to jsr_w

    private static final int WIDE = 196;

    private Effects() {}

    /// What an instruction does by its opcode alone.
    static int of(int opcode) {
        return BY_OPCODE.charAt(opcode) - 'm';
    }

    /// What an instruction does whose operands are entries of a pool.
    static int of(Instruction instruction, Pool pool) {
        if (instruction instanceof InvokeInstruction call) {
            int effect = pool.effect(call.method().index(), call.type());
            return call.opcode() == Opcode.INVOKESTATIC ? effect : effect - 1;
        } else if (instruction instanceof FieldInstruction field) {
            return ofField(field.opcode().bytecode(), field.type().stringValue());
        } else if (instruction instanceof InvokeDynamicInstruction call) {
            return pool.effect(call.invokedynamic().index(), call.type());
        } else if (instruction instanceof NewMultiArrayInstruction array) {
            return 1 - array.dimensions();
        }
        int opcode = instruction.opcode().bytecode();
        return of(opcode >> 8 == WIDE ? opcode & 0xFF : opcode);
    }

    static int ofField(int opcode, String descriptor) {
        int size = size(descriptor.charAt(0));
        return switch (opcode) {
            case Code.GETSTATIC -> size;
            case Code.PUTSTATIC -> -size;
            case Code.GETFIELD -> size - 1;
            default -> -size - 1;
        };
    }

    /// What a call does, its receiver aside.
    static int ofCall(String descriptor) {
        int effect = 0;
        int at = 1;
        while (descriptor.charAt(at) != ')') {
            char first = descriptor.charAt(at);
            effect -= size(first);
            while (descriptor.charAt(at) == '[') {
                at++;
            }
            at = descriptor.charAt(at) == 'L' ? descriptor.indexOf(';', at) + 1 : at + 1;
        }
        return effect + size(descriptor.charAt(at + 1));
    }

    /// How high a value is, by the first letter of its type.
    static int size(char first) {
        return switch (first) {
            case 'J', 'D' -> 2;
            case 'V' -> 0;
            default -> 1;
        };
    }
}
