// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import java.io.IOException;
import java.io.InputStream;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.lang.invoke.MethodHandles;
import java.security.ProtectionDomain;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// The door for classes as they are loaded: `-javaagent:wakeful-compiler.jar`, on the class path, with `java File.java`
/// and in jshell.
///
/// A transformer gives back one class, and a block needs two. So the class initialiser of the host is made to ask for
/// its machines first ([#define]), which defines them beside it.
public final class Agent {
    /// The machines of hosts that are loaded and not yet initialised, by loader and name.
    private static final Map<Host, List<byte[]>> WAITING = new ConcurrentHashMap<>();

    /// Whether a class was compiled by the agent and has asked for its machines.
    private static final ClassValue<AtomicBoolean> COMPILED = new ClassValue<>() {
        @Override
        protected AtomicBoolean computeValue(Class<?> type) {
            return new AtomicBoolean();
        }
    };

    private Agent() {}

    private record Host(@Nullable ClassLoader loader, String name) {}

    /// Called by the JVM before `main`.
    ///
    /// @param options none
    /// @param instrumentation the JVM's
    public static void premain(@Nullable String options, Instrumentation instrumentation) {
        if ("block".equals(System.getProperty("wakeful.await"))) {
            return; // blocks are to run on threads of their own, as a debugger steps through them
        }
        // Capable of retransformation, so that it runs after agents that are not, such as the one that measures
        // coverage.
        instrumentation.addTransformer(new Transformer(), true);
        for (Class<?> loaded : instrumentation.getAllLoadedClasses()) {
            if (!loaded.isArray() && !loaded.isHidden() && isUsers(loaded.getClassLoader(), loaded.getName())) {
                complain(loaded);
            }
        }
    }

    /// A class can get the methods of its machines only while it is loaded, so one that is there already stays as it
    /// is.
    private static void complain(Class<?> loaded) {
        ClassLoader loader = Objects.requireNonNull(loaded.getClassLoader());
        try (InputStream in = loader.getResourceAsStream(loaded.getName().replace('.', '/') + ".class")) {
            if (in != null && AsyncCompiler.hasBlocks(in.readAllBytes())) {
                System.err.println(
                        "wakeful: " + loaded.getName() + " was loaded before the agent, so its async blocks are"
                                + " not compiled; start the JVM with -javaagent:wakeful-compiler.jar");
            }
        } catch (IOException | RuntimeException unreadable) {
            // nobody knows whether it has blocks; their first poll will tell
        }
    }

    /// Called by the JVM when the agent is attached, or named by the manifest of a program's jar.
    ///
    /// @param options none
    /// @param instrumentation the JVM's
    public static void agentmain(@Nullable String options, Instrumentation instrumentation) {
        premain(options, instrumentation);
    }

    /// The JDK's classes come from loaders of its own, and those of the machines themselves know no blocks.
    private static boolean isUsers(@Nullable ClassLoader loader, String name) {
        return loader != null
                && loader != ClassLoader.getPlatformClassLoader()
                && !name.startsWith("dev.wakeful.machine.")
                && !name.startsWith("dev.wakeful.compiler.");
    }

    /// Defines the machines of a class. Called by the class initialiser of each class that the agent has compiled.
    ///
    /// @param host the full access of the class to itself
    /// @throws IllegalAccessException never, given that access
    public static void define(MethodHandles.Lookup host) throws IllegalAccessException {
        Class<?> type = host.lookupClass();
        COMPILED.get(type).set(true);
        List<byte[]> machines = WAITING.remove(new Host(type.getClassLoader(), type.getName()));
        if (machines != null) {
            for (byte[] machine : machines) {
                host.defineClass(machine);
            }
        }
    }

    private static final class Transformer implements ClassFileTransformer {
        @Override
        public byte @Nullable [] transform(
                @Nullable Module module,
                @Nullable ClassLoader loader,
                @Nullable String name,
                @Nullable Class<?> redefined,
                @Nullable ProtectionDomain domain,
                byte[] bytes) {
            if (name == null || !isUsers(loader, name.replace('/', '.'))) {
                return null;
            }
            try {
                return redefined == null
                        ? compile(new Host(loader, name.replace('/', '.')), bytes)
                        : again(redefined, new Host(loader, name.replace('/', '.')), bytes);
            } catch (RuntimeException | LinkageError failed) {
                // the JVM would swallow it, and the class would load as it is
                System.err.println("wakeful: cannot compile " + name.replace('/', '.') + ": " + failed);
                return null;
            }
        }

        /// For an agent or a debugger that changes a class once more: it is given the class as it was in its file, and
        /// the JVM takes a class back only with the methods that it has. The machines are those that there are.
        private static byte @Nullable [] again(Class<?> redefined, Host host, byte[] bytes) {
            if (!COMPILED.get(redefined).get() && !WAITING.containsKey(host)) {
                return null;
            }
            return AsyncCompiler.compileAtLoad(bytes).classes().values().stream()
                    .findFirst()
                    .orElse(null);
        }

        private byte @Nullable [] compile(Host host, byte[] bytes) {
            AsyncCompiler.Result result = AsyncCompiler.compileAtLoad(bytes);
            result.problems().forEach(System.err::println);
            result.notes().forEach(System.err::println);
            if (result.classes().isEmpty()) {
                return null;
            }
            List<byte[]> classes = List.copyOf(result.classes().values());
            WAITING.put(host, classes.subList(1, classes.size()));
            return classes.getFirst();
        }
    }
}
