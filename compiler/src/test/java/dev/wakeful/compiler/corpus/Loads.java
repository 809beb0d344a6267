// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler.corpus;

import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.Waker;
import java.lang.instrument.Instrumentation;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

/// Loads classes, attaches an agent and runs blocks, in the order that its arguments say; an agent itself that can have
/// a class transformed again.
public final class Loads {
    private static @Nullable Instrumentation instrumentation;

    private Loads() {}

    public static void premain(String options, Instrumentation jvm) throws Exception {
        // the class of the class path, which is the one that main is called on
        instrumentation = jvm;
    }

    public static void main(String[] steps) throws Exception {
        for (String step : steps) {
            String operand = step.substring(step.indexOf('=') + 1);
            switch (step.substring(0, step.indexOf('='))) {
                case "load" -> {
                    var _ = Class.forName(operand, false, Loads.class.getClassLoader());
                }
                case "attach" -> attach(operand);
                case "retransform" -> {
                    Instrumentation jvm = java.util.Objects.requireNonNull(instrumentation);
                    jvm.retransformClasses(Class.forName(operand, false, Loads.class.getClassLoader()));
                }
                case "run" -> System.out.println(operand + " " + run(operand));
                default -> throw new IllegalArgumentException(step);
            }
        }
    }

    private static Object run(String name) throws Exception {
        Method add = Class.forName(name).getMethod("add", int.class);
        try {
            return ((Future<?>) add.invoke(null, 1)).pollRaw(Context.of(Waker.noop()));
        } catch (Exception failure) {
            return failure;
        }
    }

    private static void attach(String jar) throws Exception {
        var machine = com.sun.tools.attach.VirtualMachine.attach(
                String.valueOf(ProcessHandle.current().pid()));
        try {
            machine.loadAgent(jar);
        } finally {
            machine.detach();
        }
    }
}
