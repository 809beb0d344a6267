// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import dev.wakeful.compiler.assembler.FrameType;
import dev.wakeful.compiler.assembler.Place;
import java.lang.classfile.attribute.StackMapFrameInfo.ObjectVerificationTypeInfo;
import java.lang.classfile.attribute.StackMapFrameInfo.SimpleVerificationTypeInfo;
import java.lang.classfile.attribute.StackMapFrameInfo.UninitializedVerificationTypeInfo;
import java.lang.classfile.attribute.StackMapFrameInfo.VerificationTypeInfo;
import java.lang.constant.ClassDesc;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A type as the verifier sees it.
///
/// @param kind `I J F D`, `A` for a reference, `N` for null, `U` for an object whose constructor has not run
/// @param desc the class of an `A`
/// @param site the index of the `new` instruction of a `U`
record VType(char kind, @Nullable ClassDesc desc, int site) {
    static final VType INT = new VType('I', null, -1);
    static final VType LONG = new VType('J', null, -1);
    static final VType FLOAT = new VType('F', null, -1);
    static final VType DOUBLE = new VType('D', null, -1);
    static final VType NULL = new VType('N', null, -1);
    static final VType OBJECT = ref(Names.OBJECT);

    static VType ref(ClassDesc desc) {
        return new VType('A', desc, -1);
    }

    static VType uninitialized(int site) {
        return new VType('U', null, site);
    }

    /// The type of a value of a declared type; `void` has none.
    static VType of(ClassDesc desc) {
        return switch (desc.descriptorString().charAt(0)) {
            case 'I', 'S', 'C', 'B', 'Z' -> INT;
            case 'J' -> LONG;
            case 'F' -> FLOAT;
            case 'D' -> DOUBLE;
            default -> ref(desc);
        };
    }

    static @Nullable VType of(VerificationTypeInfo info, CodeBody body) {
        if (info instanceof ObjectVerificationTypeInfo object) {
            return ref(object.classSymbol());
        } else if (info instanceof UninitializedVerificationTypeInfo fresh) {
            return uninitialized(body.index(fresh.newTarget()));
        }
        return switch ((SimpleVerificationTypeInfo) info) {
            case INTEGER -> INT;
            case LONG -> LONG;
            case FLOAT -> FLOAT;
            case DOUBLE -> DOUBLE;
            case NULL -> NULL;
            case TOP, UNINITIALIZED_THIS -> null;
        };
    }

    // written down, since what a record has of its own is linked at run time, which a short run of javac pays for
    @Override
    public boolean equals(Object other) {
        return other instanceof VType type && kind == type.kind && site == type.site && Objects.equals(desc, type.desc);
    }

    @Override
    public int hashCode() {
        return 31 * kind + site + Objects.hashCode(desc);
    }

    /// @param newAt the places of the `new` instructions
    FrameType info(Place[] newAt) {
        return switch (kind) {
            case 'I' -> FrameType.INTEGER;
            case 'J' -> FrameType.LONG;
            case 'F' -> FrameType.FLOAT;
            case 'D' -> FrameType.DOUBLE;
            case 'N' -> FrameType.NULL;
            case 'U' -> FrameType.uninitialized(newAt[site]);
            default -> FrameType.object(Objects.requireNonNull(desc));
        };
    }

    /// Whether this is an object of a `new` instruction whose constructor has not run.
    boolean isMadeAt(int site) {
        return kind == 'U' && this.site == site;
    }

    boolean isWide() {
        return kind == 'J' || kind == 'D';
    }
}
