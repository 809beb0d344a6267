// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit.explore;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.Label;
import java.lang.classfile.MethodModel;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.AccessFlag;

/// Turns a `synchronized` method into one that enters and exits the modelled monitor around its body, which becomes a
/// method of its own.
final class Synchronized {
    private static final String BODY = "$synchronized";

    private Synchronized() {}

    static void rewrite(ClassBuilder builder, ClassDesc self, MethodModel method, CodeTransform code) {
        String name = method.methodName().stringValue();
        MethodTypeDesc type = method.methodTypeSymbol();
        boolean isStatic = method.flags().has(AccessFlag.STATIC);
        int bodyFlags = ClassFile.ACC_PRIVATE | ClassFile.ACC_SYNTHETIC | (isStatic ? ClassFile.ACC_STATIC : 0);
        builder.withMethod(
                name + BODY,
                type,
                bodyFlags,
                body -> method.code().ifPresent(original -> body.transformCode(original, code)));
        int flags = method.flags().flagsMask() & ~ClassFile.ACC_SYNCHRONIZED;
        builder.withMethodBody(name, type, flags, wrapper -> wrap(wrapper, self, name, type, isStatic));
    }

    private static void wrap(CodeBuilder code, ClassDesc self, String name, MethodTypeDesc type, boolean isStatic) {
        Label start = code.newLabel();
        Label end = code.newLabel();
        Label failed = code.newLabel();
        monitor(code, self, isStatic);
        Instrumentation.callWithObject(code, "monitorEnter");
        code.labelBinding(start);
        int slot = 0;
        if (!isStatic) {
            code.aload(slot++);
        }
        for (ClassDesc parameter : type.parameterList()) {
            TypeKind kind = TypeKind.from(parameter);
            code.loadLocal(kind, slot);
            slot += kind.slotSize();
        }
        if (isStatic) {
            code.invokestatic(self, name + BODY, type);
        } else {
            code.invokespecial(self, name + BODY, type);
        }
        code.labelBinding(end);
        monitor(code, self, isStatic);
        Instrumentation.callWithObject(code, "monitorExit");
        code.return_(TypeKind.from(type.returnType()));
        code.labelBinding(failed);
        monitor(code, self, isStatic);
        Instrumentation.callWithObject(code, "monitorExit");
        code.athrow();
        code.exceptionCatchAll(start, end, failed);
    }

    private static void monitor(CodeBuilder code, ClassDesc self, boolean isStatic) {
        if (isStatic) {
            code.loadConstant(self);
        } else {
            code.aload(0);
        }
    }
}
