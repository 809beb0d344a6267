// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import dev.wakeful.compiler.assembler.Assembler;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The body of a block that is a method reference.
final class Bridge {
    private static final List<ClassDesc> PRIMITIVES = List.of(
            ConstantDescs.CD_int,
            ConstantDescs.CD_long,
            ConstantDescs.CD_float,
            ConstantDescs.CD_double,
            ConstantDescs.CD_boolean,
            ConstantDescs.CD_byte,
            ConstantDescs.CD_short,
            ConstantDescs.CD_char);

    private Bridge() {}

    static Layout layout(Block block) {
        var castable = new HashSet<ClassDesc>();
        block.captures().parameterList().forEach(castable::add);
        return new Layout(castable);
    }

    /// The fields of a machine that only calls a method reference.
    static List<Layout.Saved> start(Block block, Layout layout) {
        var values = new ArrayList<Layout.Value>();
        for (ClassDesc captured : block.captures().parameterList()) {
            values.add(new Layout.Value(false, values.size(), VType.of(captured)));
        }
        if (block.parameter() != null) {
            values.add(new Layout.Value(false, values.size(), VType.of(block.parameter())));
        }
        return layout.assign(values);
    }

    /// The body of a method reference: a static method of the host that takes the machine and calls the implementation,
    /// with the conversions that the lambda metafactory would do.
    static void write(Block block, Assembler code) {
        List<Layout.Saved> start = start(block, layout(block));
        block.castMachine(code, 0);
        var handle = block.handle();
        var owner = handle.owner();
        MethodTypeDesc target = handle.invocationType();
        if (handle.kind() == DirectMethodHandleDesc.Kind.CONSTRUCTOR) {
            code.make(owner).dup();
        }
        for (int i = 0; i < start.size(); i++) {
            Layout.Field field = Objects.requireNonNull(start.get(i).field());
            code.aload(0).get(block.machine(), field.name, field.type());
            ClassDesc from = block.parameter() != null && i == start.size() - 1
                    ? block.parameter()
                    : block.captures().parameterType(i);
            convert(field.type(), from, target.parameterType(i), code);
        }
        MethodTypeDesc type = MethodTypeDesc.ofDescriptor(handle.lookupDescriptor());
        boolean isInterface = handle.isOwnerInterface();
        switch (handle.kind()) {
            case STATIC, INTERFACE_STATIC -> code.callStatic(owner, handle.methodName(), type, isInterface);
            case INTERFACE_VIRTUAL -> code.callInterface(owner, handle.methodName(), type);
            case CONSTRUCTOR -> code.callSpecial(owner, "<init>", type, false);
            case SPECIAL, INTERFACE_SPECIAL -> code.callSpecial(owner, handle.methodName(), type, isInterface);
            default -> code.callVirtual(owner, handle.methodName(), type);
        }
        ClassDesc result = target.returnType();
        if (result.equals(ConstantDescs.CD_void)) {
            code.constNull();
        } else if (result.isPrimitive()) {
            BodyWriter.box(result, code);
        }
        code.areturn();
    }

    private static void convert(ClassDesc field, ClassDesc from, ClassDesc to, Assembler code) {
        if (from.isPrimitive() && to.isPrimitive()) {
            widen(from, to, code);
        } else if (to.isPrimitive()) {
            ClassDesc unboxed = unboxed(from);
            ClassDesc primitive = unboxed == null ? to : unboxed;
            MachineWriter.fromObject(primitive, code);
            widen(primitive, to, code);
        } else if (from.isPrimitive()) {
            BodyWriter.box(from, code);
        } else if (!to.equals(field) && !to.equals(Names.OBJECT)) {
            code.cast(to);
        }
    }

    private static void widen(ClassDesc from, ClassDesc to, Assembler code) {
        TypeKind source = TypeKind.from(from).asLoadable();
        TypeKind target = TypeKind.from(to).asLoadable();
        if (source != target) {
            code.widen(source, target);
        }
    }

    private static @Nullable ClassDesc unboxed(ClassDesc type) {
        for (ClassDesc primitive : PRIMITIVES) {
            if (BodyWriter.boxed(primitive).equals(type)) {
                return primitive;
            }
        }
        return null;
    }
}
