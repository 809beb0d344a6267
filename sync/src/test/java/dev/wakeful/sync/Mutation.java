// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.Method;

/// A planted mistake: in one method one call is left out, with `0`, `false` or `null` for its result, or `true` if so
/// wanted. The scenario that is to find it runs with the changed class in a class loader of its own.
///
/// @param name what is wrong
/// @param type the class, without its package
/// @param method the method in it
/// @param call the method whose call is left out
/// @param occurrence which of the calls, from 0, or -1 for all
/// @param result what the call gives, if it is a boolean or a number
/// @param scenario the scenario that finds it
record Mutation(String name, String type, String method, String call, int occurrence, int result, String scenario) {
    /// The call by which a condition goes by the name of [#branch]: not a method of the code.
    private static final String BRANCH = "<branch>";

    /// One conditional jump, counted from 0, is never taken (`false`) or always (`true`): a look is left out.
    static Mutation branch(String name, String type, String method, int occurrence, boolean taken, String scenario) {
        return new Mutation(name, type, method, BRANCH, occurrence, taken ? 1 : 0, scenario);
    }

    static Mutation without(String name, String type, String method, String call, String scenario) {
        return new Mutation(name, type, method, call, -1, 0, scenario);
    }

    @Override
    public String toString() {
        return name;
    }

    /// How many schedules it takes until the mistake is found.
    ///
    /// @return the number, or `limit` when it is not found
    long schedulesUntilFound(long limit) throws Exception {
        var loader = new Loader();
        Class<?> scenario = Class.forName("dev.wakeful.sync." + this.scenario, true, loader);
        Object running = scenario.getConstructor().newInstance();
        Method run = scenario.getMethod("run", long.class);
        for (long seed = 0; seed < limit; seed++) {
            try {
                run.invoke(running, seed);
            } catch (java.lang.reflect.InvocationTargetException e) {
                return seed + 1;
            }
        }
        if (!loader.changed) {
            throw new AssertionError("there is no such call: " + call + " in " + type + "." + method);
        }
        return limit;
    }

    private final class Loader extends ClassLoader {
        private boolean changed;
        private int calls;

        Loader() {
            super(Mutation.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            synchronized (getClassLoadingLock(name)) {
                Class<?> loaded = findLoadedClass(name);
                if (loaded != null || !name.startsWith("dev.wakeful.sync.")) {
                    return loaded == null ? super.loadClass(name, resolve) : loaded;
                }
                byte[] bytes = bytes(name);
                return defineClass(name, bytes, 0, bytes.length);
            }
        }

        private byte[] bytes(String name) throws ClassNotFoundException {
            try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
                if (in == null) {
                    throw new ClassNotFoundException(name);
                }
                byte[] original = in.readAllBytes();
                byte[] planted = name.equals("dev.wakeful.sync." + type) ? mutated(original) : original;
                return name.equals("dev.wakeful.sync.Gate") ? withoutWaiting(planted) : planted;
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }

        /// A scenario has one thread: if that finds the guard held, somebody left without it, and it would wait for
        /// ever.
        private byte[] withoutWaiting(byte[] original) {
            var file = ClassFile.of();
            CodeTransform fail = (code, element) -> {
                if (element instanceof InvokeInstruction invoke && invoke.name().equalsString("enterContended")) {
                    ClassDesc error = ClassDesc.of("java.lang.AssertionError");
                    code.new_(error)
                            .dup()
                            .invokespecial(error, "<init>", MethodTypeDesc.ofDescriptor("()V"))
                            .athrow();
                } else {
                    code.with(element);
                }
            };
            return file.transformClass(
                    file.parse(original),
                    ClassTransform.transformingMethodBodies(
                            candidate -> candidate.methodName().equalsString("enter"), fail));
        }

        private byte[] mutated(byte[] original) {
            var file = ClassFile.of();
            CodeTransform leaveOut = this::leaveOut;
            return file.transformClass(
                    file.parse(original),
                    ClassTransform.transformingMethodBodies(
                            candidate -> candidate.methodName().equalsString(method), leaveOut));
        }

        private void fix(CodeBuilder code, BranchInstruction jump) {
            changed = true;
            if (jump.opcode().name().startsWith("IF_")) {
                code.pop2();
            } else {
                code.pop();
            }
            if (result == 1) {
                code.goto_(jump.target());
            }
        }

        private void leaveOut(CodeBuilder code, CodeElement element) {
            if (call.equals(BRANCH)
                    && element instanceof BranchInstruction jump
                    && !jump.opcode().name().startsWith("GOTO")
                    && calls++ == occurrence) {
                fix(code, jump);
                return;
            }
            if (!(element instanceof InvokeInstruction invoke) || !invoke.name().equalsString(call)) {
                code.with(element);
                return;
            }
            int number = calls++;
            if (occurrence >= 0 && number != occurrence) {
                code.with(element);
                return;
            }
            changed = true;
            for (ClassDesc parameter : invoke.typeSymbol().parameterList().reversed()) {
                pop(code, parameter);
            }
            if (invoke.opcode() != Opcode.INVOKESTATIC) {
                code.pop();
            }
            push(code, invoke.typeSymbol().returnType());
        }

        private void pop(CodeBuilder code, ClassDesc type) {
            if (isLong(type)) {
                code.pop2();
            } else {
                code.pop();
            }
        }

        private void push(CodeBuilder code, ClassDesc type) {
            if (!type.isPrimitive()) {
                code.aconst_null();
            } else if (isLong(type)) {
                code.loadConstant((long) result);
            } else if (!type.descriptorString().equals("V")) {
                code.loadConstant(result);
            }
        }

        private boolean isLong(ClassDesc type) {
            return type.descriptorString().equals("J");
        }
    }
}
