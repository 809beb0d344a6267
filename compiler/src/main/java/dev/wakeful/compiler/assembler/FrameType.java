// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler.assembler;

import java.lang.classfile.attribute.StackMapFrameInfo.VerificationTypeInfo;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A type in a frame.
public final class FrameType {
    /// Nothing that may be used.
    public static final FrameType TOP = new FrameType(VerificationTypeInfo.ITEM_TOP, null, null);

    /// An `int`, and what is one on the stack.
    public static final FrameType INTEGER = new FrameType(VerificationTypeInfo.ITEM_INTEGER, null, null);

    /// A `long`.
    public static final FrameType LONG = new FrameType(VerificationTypeInfo.ITEM_LONG, null, null);

    /// A `float`.
    public static final FrameType FLOAT = new FrameType(VerificationTypeInfo.ITEM_FLOAT, null, null);

    /// A `double`.
    public static final FrameType DOUBLE = new FrameType(VerificationTypeInfo.ITEM_DOUBLE, null, null);

    /// The type of `null`.
    public static final FrameType NULL = new FrameType(VerificationTypeInfo.ITEM_NULL, null, null);

    /// The object of a constructor before it has called another one.
    public static final FrameType UNINITIALIZED_THIS =
            new FrameType(VerificationTypeInfo.ITEM_UNINITIALIZED_THIS, null, null);

    final int tag;
    final @Nullable ClassDesc type;
    final @Nullable Place made;

    private FrameType(int tag, @Nullable ClassDesc type, @Nullable Place made) {
        this.tag = tag;
        this.type = type;
        this.made = made;
    }

    /// An object of a class or an array.
    ///
    /// @param type the type
    /// @return the type
    public static FrameType object(ClassDesc type) {
        return new FrameType(VerificationTypeInfo.ITEM_OBJECT, type, null);
    }

    /// An object whose constructor has not run.
    ///
    /// @param made where the `new` instruction is
    /// @return the type
    public static FrameType uninitialized(Place made) {
        return new FrameType(VerificationTypeInfo.ITEM_UNINITIALIZED, null, made);
    }

    /// The type of a value of a declared type.
    ///
    /// @param type the type
    /// @return the type
    public static FrameType of(ClassDesc type) {
        return switch (type.descriptorString().charAt(0)) {
            case 'I', 'S', 'C', 'B', 'Z' -> INTEGER;
            case 'J' -> LONG;
            case 'F' -> FLOAT;
            case 'D' -> DOUBLE;
            default -> object(type);
        };
    }

    /// The locals that a method starts with.
    ///
    /// @param receiver the type of `this`, or null in a static method
    static List<FrameType> parameters(@Nullable FrameType receiver, MethodTypeDesc type) {
        var all = new ArrayList<FrameType>();
        if (receiver != null) {
            all.add(receiver);
        }
        for (int i = 0; i < type.parameterCount(); i++) {
            all.add(of(type.parameterType(i)));
        }
        return all;
    }

    boolean isWide() {
        return this == LONG || this == DOUBLE;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof FrameType that
                && tag == that.tag
                && made == that.made
                && Objects.equals(type, that.type);
    }

    @Override
    public int hashCode() {
        return 31 * tag + Objects.hashCode(type);
    }

    @Override
    public String toString() {
        return type == null ? "item " + tag : type.displayName();
    }
}
