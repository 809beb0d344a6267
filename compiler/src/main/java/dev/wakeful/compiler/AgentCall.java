// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;

/// What a class initialiser does first when its class was compiled at load time: it has the agent define the machines,
/// which no file holds.
final class AgentCall {
    private static final ClassDesc METHOD = ClassDesc.of("java.lang.reflect.Method");

    private AgentCall() {}

    /// Calls [Agent#define] by name, in the class loader that has the agent: the loader of the class itself, as those
    /// of application servers, need not know it.
    static void write(CodeBuilder code) {
        ClassDesc classDesc = ConstantDescs.CD_Class;
        ClassDesc loader = ClassDesc.of("java.lang.ClassLoader");
        code.loadConstant(Agent.class.getName()).iconst_1();
        code.invokestatic(loader, "getSystemClassLoader", MethodTypeDesc.of(loader));
        code.invokestatic(
                classDesc,
                "forName",
                MethodTypeDesc.of(classDesc, ConstantDescs.CD_String, ConstantDescs.CD_boolean, loader));
        code.loadConstant("define");
        arrayOf(classDesc, code, () -> code.loadConstant(ConstantDescs.CD_MethodHandles_Lookup));
        code.invokevirtual(
                classDesc, "getMethod", MethodTypeDesc.of(METHOD, ConstantDescs.CD_String, classDesc.arrayType()));
        code.aconst_null();
        arrayOf(
                ConstantDescs.CD_Object,
                code,
                () -> code.invokestatic(
                        ConstantDescs.CD_MethodHandles,
                        "lookup",
                        MethodTypeDesc.of(ConstantDescs.CD_MethodHandles_Lookup)));
        code.invokevirtual(
                METHOD,
                "invoke",
                MethodTypeDesc.of(
                        ConstantDescs.CD_Object, ConstantDescs.CD_Object, ConstantDescs.CD_Object.arrayType()));
        code.pop();
    }

    private static void arrayOf(ClassDesc type, CodeBuilder code, Runnable element) {
        code.iconst_1().anewarray(type).dup().iconst_0();
        element.run();
        code.aastore();
    }
}
