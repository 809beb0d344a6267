// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import dev.wakeful.compiler.assembler.Assembler;
import java.lang.classfile.MethodModel;
import java.lang.constant.ClassDesc;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// An async block of a class: a lambda or a method reference whose interface is one of ours.
///
/// @param machine the class to be generated
/// @param type the block interface
/// @param captures the types of the captured values
/// @param makeType the type of the static method that stands at the lambda's place
/// @param parameter the type of the parameter of the block, or null without one
/// @param handle the implementation
/// @param lambda the body of a lambda that this block has for itself, or null for a method reference
/// @param passedAs how the body's signature names the machine: at load time as `Machine`, since reflection on the host
///     may come before its class initialiser has the machine defined
/// @param bodyName the name of the method that the machine calls
record Block(
        ClassDesc machine,
        ClassDesc type,
        MethodTypeDesc captures,
        MethodTypeDesc makeType,
        @Nullable ClassDesc parameter,
        DirectMethodHandleDesc handle,
        @Nullable MethodModel lambda,
        ClassDesc passedAs,
        String bodyName) {

    /// The type of the method that the machine calls.
    MethodTypeDesc bodyType() {
        return MethodTypeDesc.of(Names.OBJECT, passedAs, Names.CONTEXT);
    }

    /// Makes the local that holds the machine be of its type.
    void castMachine(Assembler code, int slot) {
        if (!passedAs.equals(machine)) {
            code.aload(slot).cast(machine).astore(slot);
        }
    }

    Names.Kind kind() {
        return Objects.requireNonNull(Names.BLOCKS.get(type));
    }
}
