// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler.assembler;

/// The opcodes that are written by name.
final class Code {
    static final int NOP = 0;
    static final int ACONST_NULL = 1;
    static final int ICONST_0 = 3;
    static final int LCONST_0 = 9;
    static final int FCONST_0 = 11;
    static final int DCONST_0 = 14;
    static final int BIPUSH = 16;
    static final int SIPUSH = 17;
    static final int LDC = 18;
    static final int LDC_W = 19;
    static final int ILOAD = 21;
    static final int ALOAD = 25;
    static final int ILOAD_0 = 26;
    static final int ISTORE = 54;
    static final int ASTORE = 58;
    static final int ISTORE_0 = 59;
    static final int POP = 87;
    static final int POP2 = 88;
    static final int DUP = 89;
    static final int DUP_X2 = 91;
    static final int SWAP = 95;
    static final int IINC = 132;
    static final int I2L = 133;
    static final int IFEQ = 153;
    static final int IFNE = 154;
    static final int IF_ACMPEQ = 165;
    static final int IF_ACMPNE = 166;
    static final int GOTO = 167;
    static final int TABLESWITCH = 170;
    static final int LOOKUPSWITCH = 171;
    static final int IRETURN = 172;
    static final int ARETURN = 176;
    static final int RETURN = 177;
    static final int GETSTATIC = 178;
    static final int PUTSTATIC = 179;
    static final int GETFIELD = 180;
    static final int PUTFIELD = 181;
    static final int INVOKEVIRTUAL = 182;
    static final int INVOKESPECIAL = 183;
    static final int INVOKESTATIC = 184;
    static final int INVOKEINTERFACE = 185;
    static final int NEW = 187;
    static final int ATHROW = 191;
    static final int CHECKCAST = 192;
    static final int INSTANCEOF = 193;
    static final int WIDE = 196;
    static final int IFNULL = 198;
    static final int IFNONNULL = 199;
    static final int GOTO_W = 200;
    static final int JSR_W = 201;

    private Code() {}

    /// The jump that is taken when a jump with a condition is not.
    static int reversed(int jump) {
        return jump >= IFNULL ? jump ^ 1 : ((jump + 1) ^ 1) - 1;
    }
}
