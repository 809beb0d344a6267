// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler.assembler;

import java.lang.classfile.constantpool.Utf8Entry;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The constant pool of one class that is written. What was named before is found again without a look into the pool:
/// such a look costs more than the instruction.
public abstract sealed class Pool permits HostPool, NewPool {
    /// A power of two. Two members in one place only cost a look.
    private static final int PLACES = 64;

    static final int FIELD = 0;
    static final int METHOD = 1;
    static final int INTERFACE_METHOD = 2;

    private static final byte UNKNOWN = Byte.MIN_VALUE;

    private final @Nullable Member[] members = new Member[PLACES];

    /// What a call does to the height of the stack, the receiver aside, by the index of its entry.
    private byte[] effects = new byte[0];

    private record Member(int kind, ClassDesc owner, String name, ConstantDesc type, int index) {
        @SuppressWarnings("ReferenceEquality") // most are constants; of others that are equal, each costs a look
        boolean is(int kind, ClassDesc owner, String name, ConstantDesc type) {
            return this.kind == kind && this.owner == owner && this.name == name && this.type == type;
        }
    }

    Pool() {}

    // ------------------------------------------------------------------------------------------------- entries

    abstract int text(String text);

    abstract int number(int value);

    abstract int string(String text);

    /// The entry of a class or an array.
    abstract int type(ClassDesc type);

    abstract int newField(ClassDesc owner, String name, ClassDesc type);

    abstract int newMethod(ClassDesc owner, String name, MethodTypeDesc type, boolean isInterface);

    int field(ClassDesc owner, String name, ClassDesc type) {
        int place = place(owner, name);
        Member known = members[place];
        if (known == null || !known.is(FIELD, owner, name, type)) {
            known = new Member(FIELD, owner, name, type, newField(owner, name, type));
            members[place] = known;
        }
        return known.index;
    }

    int method(ClassDesc owner, String name, MethodTypeDesc type, boolean isInterface) {
        int place = place(owner, name);
        int kind = isInterface ? INTERFACE_METHOD : METHOD;
        Member known = members[place];
        if (known == null || !known.is(kind, owner, name, type)) {
            known = new Member(kind, owner, name, type, newMethod(owner, name, type, isInterface));
            members[place] = known;
        }
        return known.index;
    }

    private static int place(ClassDesc owner, String name) {
        return (31 * owner.hashCode() + name.hashCode()) & (PLACES - 1);
    }

    // ------------------------------------------------------------------------------------------------- calls

    /// What a call does to the height of the stack, the receiver aside.
    ///
    /// @param index the entry of the method
    /// @param descriptor its type
    int effect(int index, Utf8Entry descriptor) {
        if (index >= effects.length) {
            int known = effects.length;
            effects = Arrays.copyOf(effects, 2 * index + 16);
            Arrays.fill(effects, known, effects.length, UNKNOWN);
        }
        if (effects[index] == UNKNOWN) {
            int effect = Effects.ofCall(descriptor.stringValue());
            if (effect <= UNKNOWN) { // so many parameters that a byte does not hold them
                return effect;
            }
            effects[index] = (byte) effect;
        }
        return effects[index];
    }
}
