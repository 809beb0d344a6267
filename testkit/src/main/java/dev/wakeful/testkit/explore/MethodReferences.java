// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit.explore;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDesc;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.DynamicCallSiteDesc;
import java.lang.constant.MethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.List;

/// The method references of a class to methods of the JDK that are steps, as `count::incrementAndGet`: each becomes a
/// reference to a method of the class itself that calls it, so that there is an instruction to put the step before.
final class MethodReferences {
    private static final String NAME = "reference$explored$";

    private final ClassDesc self;
    private final boolean isInterface;
    private final List<DirectMethodHandleDesc> bodies = new ArrayList<>();

    MethodReferences(ClassDesc self, boolean isInterface) {
        this.self = self;
        this.isInterface = isInterface;
    }

    static boolean isBody(String name) {
        return name.startsWith(NAME);
    }

    boolean isEmpty() {
        return bodies.isEmpty();
    }

    /// The call site with its references replaced.
    DynamicCallSiteDesc replace(DynamicCallSiteDesc site) {
        ConstantDesc[] arguments = site.bootstrapArgs();
        for (int i = 0; i < arguments.length; i++) {
            if (arguments[i] instanceof DirectMethodHandleDesc handle && isStep(handle)) {
                arguments[i] = bodyOf(handle);
            }
        }
        return DynamicCallSiteDesc.of(
                (DirectMethodHandleDesc) site.bootstrapMethod(),
                site.invocationName(),
                site.invocationType(),
                arguments);
    }

    private static boolean isStep(DirectMethodHandleDesc handle) {
        String owner = handle.owner().descriptorString();
        boolean monitors =
                owner.equals("Ljava/lang/Object;") && handle.methodName().matches("wait|notify|notifyAll");
        boolean steps = owner.startsWith("Ljava/util/concurrent/")
                || owner.equals("Ljava/lang/Thread;")
                || CodeInstrumentation.isCollection(owner.substring(1, owner.length() - 1));
        return (monitors || steps) && handle.kind() != DirectMethodHandleDesc.Kind.CONSTRUCTOR;
    }

    private DirectMethodHandleDesc bodyOf(DirectMethodHandleDesc handle) {
        bodies.add(handle);
        return MethodHandleDesc.ofMethod(
                isInterface ? DirectMethodHandleDesc.Kind.INTERFACE_STATIC : DirectMethodHandleDesc.Kind.STATIC,
                self,
                NAME + (bodies.size() - 1),
                handle.invocationType());
    }

    /// Adds the methods that stand in.
    void addTo(ClassBuilder builder) {
        for (int i = 0; i < bodies.size(); i++) {
            DirectMethodHandleDesc handle = bodies.get(i);
            MethodTypeDesc type = handle.invocationType();
            builder.withMethodBody(
                    NAME + i, type, ClassFile.ACC_PRIVATE | ClassFile.ACC_STATIC | ClassFile.ACC_SYNTHETIC, code -> {
                        int slot = 0;
                        for (ClassDesc parameter : type.parameterList()) {
                            TypeKind kind = TypeKind.from(parameter);
                            code.loadLocal(kind, slot);
                            slot += kind.slotSize();
                        }
                        MethodTypeDesc called = MethodTypeDesc.ofDescriptor(handle.lookupDescriptor());
                        switch (handle.kind()) {
                            case STATIC -> code.invokestatic(handle.owner(), handle.methodName(), called);
                            case INTERFACE_STATIC ->
                                code.invokestatic(handle.owner(), handle.methodName(), called, true);
                            case INTERFACE_VIRTUAL -> code.invokeinterface(handle.owner(), handle.methodName(), called);
                            default -> code.invokevirtual(handle.owner(), handle.methodName(), called);
                        }
                        code.return_(TypeKind.from(type.returnType()));
                    });
        }
    }
}
