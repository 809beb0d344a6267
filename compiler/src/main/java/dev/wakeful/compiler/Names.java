// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.Map;

/// The run-time classes, by name.
final class Names {
    static final ClassDesc CONTEXT = ClassDesc.of("dev.wakeful.Context");
    static final ClassDesc FUTURE = ClassDesc.of("dev.wakeful.Future");
    static final ClassDesc MACHINE = ClassDesc.of("dev.wakeful.machine.Machine");
    static final ClassDesc ILLEGAL_STATE = ClassDesc.of("java.lang.IllegalStateException");
    static final ClassDesc OBJECTS = ClassDesc.of("java.util.Objects");
    static final ClassDesc THROWABLE = ConstantDescs.CD_Throwable;
    static final ClassDesc OBJECT = ConstantDescs.CD_Object;

    static final MethodTypeDesc AWAIT = MethodTypeDesc.of(OBJECT, FUTURE);
    static final MethodTypeDesc STEP = MethodTypeDesc.of(OBJECT, CONTEXT);
    static final MethodTypeDesc GATE =
            MethodTypeDesc.of(FUTURE, FUTURE, FUTURE, CONTEXT, ConstantDescs.CD_int, ConstantDescs.CD_boolean);
    static final MethodTypeDesc MAY_CATCH = MethodTypeDesc.of(ConstantDescs.CD_boolean, FUTURE, THROWABLE);
    static final MethodTypeDesc CLEANING_UP = MethodTypeDesc.of(ConstantDescs.CD_void, FUTURE, THROWABLE);
    static final MethodTypeDesc IS_OWNED = MethodTypeDesc.of(ConstantDescs.CD_boolean, OBJECT);
    static final MethodTypeDesc SUSPENDED = MethodTypeDesc.of(OBJECT);
    static final MethodTypeDesc TIDY = MethodTypeDesc.of(THROWABLE, THROWABLE);

    /// The method that a machine is told by that it is a future.
    static final String MADE = "made";

    static final String BLOCK = "dev.wakeful.AsyncBlock";
    static final String ACTION = "dev.wakeful.AsyncAction";
    static final String FUNCTION = "dev.wakeful.AsyncFunction";
    static final String CONSUMER = "dev.wakeful.AsyncConsumer";

    /// The method of each block interface.
    static final Map<ClassDesc, Kind> BLOCKS = Map.of(
            ClassDesc.of(BLOCK), Kind.of("run", MethodTypeDesc.of(OBJECT)),
            ClassDesc.of(ACTION), Kind.of("run", MethodTypeDesc.of(ConstantDescs.CD_void)),
            ClassDesc.of(FUNCTION), Kind.of("apply", MethodTypeDesc.of(OBJECT, OBJECT)),
            ClassDesc.of(CONSUMER), Kind.of("accept", MethodTypeDesc.of(ConstantDescs.CD_void, OBJECT)));

    /// Stands in the name of every generated class.
    static final String INFIX = "$async$";

    private Names() {}

    /// A block interface: its one method.
    ///
    /// @param start the type of the method that starts a block
    record Kind(String method, MethodTypeDesc type, MethodTypeDesc start) {
        static Kind of(String method, MethodTypeDesc type) {
            return new Kind(method, type, MethodTypeDesc.of(FUTURE, type.parameterArray()));
        }
    }

    /// Whether a class is a block interface.
    static boolean isBlock(String name) {
        return name.equals(BLOCK) || name.equals(ACTION) || name.equals(FUNCTION) || name.equals(CONSUMER);
    }

    /// Whether a method type ends in a block interface.
    static boolean givesBlock(String methodType) {
        return methodType.startsWith("Ldev/wakeful/Async", methodType.lastIndexOf(')') + 1)
                && BLOCKS.containsKey(ClassDesc.ofDescriptor(methodType.substring(methodType.lastIndexOf(')') + 1)));
    }

    /// Whether a method is one of those named `await`.
    static boolean isAwait(MemberRefEntry method) {
        return method.name().equalsString("await") && method.owner().name().equalsString("dev/wakeful/Async");
    }

    static boolean isAwait(InvokeInstruction call) {
        return call.name().equalsString("await")
                && call.owner().name().equalsString("dev/wakeful/Async")
                && call.type().equalsString("(Ldev/wakeful/Future;)Ljava/lang/Object;");
    }
}
