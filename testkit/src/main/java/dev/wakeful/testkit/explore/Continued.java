// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit.explore;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A coroutine on a continuation of the JDK: the one place that knows them. They are internal to the JDK, so the JVM
/// needs `--add-exports java.base/jdk.internal.vm=ALL-UNNAMED`.
final class Continued implements Coroutine {
    private static final boolean THERE;
    private static final @Nullable MethodHandle NEW;
    private static final @Nullable MethodHandle RUN;
    private static final @Nullable MethodHandle YIELD;

    static {
        MethodHandle make = null;
        MethodHandle run = null;
        MethodHandle yield = null;
        try {
            var lookup = MethodHandles.lookup();
            Class<?> scope = Class.forName("jdk.internal.vm.ContinuationScope");
            Class<?> continuation = Class.forName("jdk.internal.vm.Continuation");
            Object ours = lookup.findConstructor(scope, MethodType.methodType(void.class, String.class))
                    .invoke("explorer");
            make = lookup.findConstructor(continuation, MethodType.methodType(void.class, scope, Runnable.class))
                    .bindTo(ours)
                    .asType(MethodType.methodType(Object.class, Runnable.class));
            run = lookup.findVirtual(continuation, "run", MethodType.methodType(void.class))
                    .asType(MethodType.methodType(void.class, Object.class));
            yield = lookup.findStatic(continuation, "yield", MethodType.methodType(boolean.class, scope))
                    .bindTo(ours);
        } catch (ReflectiveOperationException closed) {
            make = null; // the JDK does not export them, or has them no more
        } catch (Throwable failure) {
            throw new ExceptionInInitializerError(failure);
        }
        THERE = make != null;
        NEW = make;
        RUN = run;
        YIELD = yield;
    }

    /// Whether the JDK lets us have them.
    static boolean isThere() {
        return THERE;
    }

    private final Object continuation;

    Continued(Runnable body) {
        try {
            continuation = (Object) Objects.requireNonNull(NEW).invokeExact(body);
        } catch (Throwable failure) {
            throw unexpected(failure);
        }
    }

    @Override
    public void resume() {
        try {
            Objects.requireNonNull(RUN).invokeExact(continuation);
        } catch (Throwable failure) {
            throw unexpected(failure);
        }
    }

    @Override
    public void abandon() {
        // nobody resumes it, and that is all
    }

    static boolean suspendContinuation() {
        try {
            boolean _ = (boolean) Objects.requireNonNull(YIELD).invokeExact();
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
