// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit.explore;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/// A run of code that can be suspended in the middle and resumed: the one place that knows the JDK's continuations.
///
/// They are internal to the JDK, so the JVM needs `--add-exports java.base/jdk.internal.vm=ALL-UNNAMED`.
final class Coroutine {
    private static final MethodHandle NEW;
    private static final MethodHandle RUN;
    private static final MethodHandle YIELD;

    static {
        try {
            var lookup = MethodHandles.lookup();
            Class<?> scope = Class.forName("jdk.internal.vm.ContinuationScope");
            Class<?> continuation = Class.forName("jdk.internal.vm.Continuation");
            Object ours = lookup.findConstructor(scope, MethodType.methodType(void.class, String.class))
                    .invoke("explorer");
            NEW = lookup.findConstructor(continuation, MethodType.methodType(void.class, scope, Runnable.class))
                    .bindTo(ours)
                    .asType(MethodType.methodType(Object.class, Runnable.class));
            RUN = lookup.findVirtual(continuation, "run", MethodType.methodType(void.class))
                    .asType(MethodType.methodType(void.class, Object.class));
            YIELD = lookup.findStatic(continuation, "yield", MethodType.methodType(boolean.class, scope))
                    .bindTo(ours);
        } catch (IllegalAccessException closed) {
            throw new IllegalStateException(
                    "the explorer needs the JVM option --add-exports java.base/jdk.internal.vm=ALL-UNNAMED", closed);
        } catch (Throwable failure) {
            throw new ExceptionInInitializerError(failure);
        }
    }

    private final Object continuation;

    Coroutine(Runnable body) {
        try {
            continuation = (Object) NEW.invokeExact(body);
        } catch (Throwable failure) {
            throw unexpected(failure);
        }
    }

    /// Runs until the next [#suspend()], or to the end.
    void resume() {
        try {
            RUN.invokeExact(continuation);
        } catch (Throwable failure) {
            throw unexpected(failure);
        }
    }

    /// Suspends the coroutine that runs on this thread.
    ///
    /// @return `false` when it cannot be, as inside a class initialiser, and goes on at once
    static boolean suspend() {
        try {
            boolean _ = (boolean) YIELD.invokeExact();
            return true;
        } catch (IllegalStateException pinned) {
            return false;
        } catch (Throwable failure) {
            throw unexpected(failure);
        }
    }

    private static RuntimeException unexpected(Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        }
        return new IllegalStateException(failure);
    }
}
