// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler.corpus;

import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.Waker;
import java.io.File;
import java.lang.instrument.Instrumentation;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
                case "run" -> System.out.println(operand + " " + run(Class.forName(operand)));
                case "apart" -> apart(operand);
                default -> throw new IllegalArgumentException(step);
            }
        }
    }

    private static Object run(Class<?> type) throws Exception {
        Method add = type.getMethod("add", int.class);
        try {
            return ((Future<?>) add.invoke(null, 1)).pollRaw(Context.of(Waker.noop()));
        } catch (Exception failure) {
            return failure;
        }
    }

    /// Runs a block in a class loader as an application server has them: with the library and the program, and without
    /// the class path of the JVM.
    private static void apart(String name) throws Exception {
        var urls = new ArrayList<URL>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            if (Files.notExists(Path.of(entry, "dev", "wakeful", "compiler", "Agent.class"))) {
                urls.add(Path.of(entry).toUri().toURL());
            }
        }
        try (var loader = new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
            Class<?> inside = loader.loadClass(Loads.class.getName());
            System.out.println(
                    name + " " + inside.getMethod("runHere", String.class).invoke(null, name) + " apart");
        }
    }

    public static Object runHere(String name) throws Exception {
        return run(Class.forName(name));
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
