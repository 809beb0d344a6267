// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit.explore;

import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What instrumented code calls. Public because that code lives in packages of its own; not meant to be called by hand.
public final class Points {
    /// An access that may write.
    static final int WRITES = 0;

    /// An access that reads, with acquire or full strength.
    static final int READS = 1;

    /// An access that reads and orders nothing.
    static final int READS_WEAKLY = 2;

    private Points() {}

    private static void step(Step step, @Nullable Object target, @Nullable String field) {
        Execution running = Execution.active();
        if (running != null) {
            running.point(step, target, field, true);
        }
    }

    /// Before a volatile field is read.
    ///
    /// @param owner the object, or the class of a static field
    /// @param field the field's name
    public static void read(@Nullable Object owner, String field) {
        step(Step.READ, owner, field);
    }

    /// Before a volatile field is written.
    ///
    /// @param owner the object, or the class of a static field
    /// @param field the field's name
    public static void write(@Nullable Object owner, String field) {
        step(Step.WRITE, owner, field);
    }

    /// Before a plain field is read.
    ///
    /// @param owner the object, or the class of a static field
    /// @param field the field's name
    public static void plainRead(@Nullable Object owner, String field) {
        Execution running = Execution.active();
        if (running != null) {
            running.plain(owner, field, false);
        }
    }

    /// Before a plain field is written.
    ///
    /// @param owner the object, or the class of a static field
    /// @param field the field's name
    public static void plainWrite(@Nullable Object owner, String field) {
        Execution running = Execution.active();
        if (running != null) {
            running.plain(owner, field, true);
        }
    }

    /// Before an access through a VarHandle.
    ///
    /// @param handle the handle
    /// @param first its first argument if that is an object
    /// @param kind what the access does: [#WRITES] and the like
    public static void handle(VarHandle handle, @Nullable Object first, int kind) {
        Execution running = Execution.active();
        if (running != null) {
            HandleField field = HandleField.of(handle);
            access(running, field.isStatic() ? field.owner() : first, field.name(), kind);
        }
    }

    /// Before a method of an atomic or of a concurrent collection.
    ///
    /// @param receiver the atomic or the collection
    /// @param kind what the method does: [#WRITES] and the like
    public static void atomic(Object receiver, int kind) {
        Execution running = Execution.active();
        if (running != null) {
            access(running, receiver, null, kind);
        }
    }

    private static void access(Execution running, @Nullable Object target, @Nullable String field, int kind) {
        running.point(kind == WRITES ? Step.WRITE : Step.READ, target, field, kind != READS_WEAKLY);
    }

    /// In the place of a store of less than full strength through a VarHandle.
    ///
    /// @param handle the handle
    /// @param arguments its coordinates and the value
    /// @param releases whether the store has release strength
    public static void store(VarHandle handle, @Nullable Object[] arguments, boolean releases) {
        store(Place.of(handle, coordinates(arguments)), arguments[arguments.length - 1], releases);
    }

    /// In the place of a method of an atomic that stores with less than full strength.
    ///
    /// @param atomic the atomic
    /// @param arguments its arguments, the value last
    /// @param releases whether the store has release strength
    public static void store(Object atomic, @Nullable Object[] arguments, boolean releases) {
        store(Place.of(atomic, coordinates(arguments)), arguments[arguments.length - 1], releases);
    }

    private static @Nullable Object[] coordinates(@Nullable Object[] arguments) {
        return Arrays.copyOf(arguments, arguments.length - 1);
    }

    private static void store(Place place, @Nullable Object value, boolean releases) {
        Execution running = Execution.active();
        if (running == null) {
            place.write(value);
        } else {
            running.store(place, value, releases);
        }
    }

    /// At the start of a class initialiser.
    public static void initialising() {
        Execution running = Execution.active();
        if (running != null) {
            running.initialising();
        }
    }

    /// Before `VarHandle.fullFence()`.
    public static void fence() {
        Execution running = Execution.active();
        if (running != null) {
            running.fence();
        }
    }

    /// Before a method of a collection, which is a step if the collection is a concurrent one.
    ///
    /// @param receiver the collection
    public static void collection(Object receiver) {
        if (receiver.getClass().getName().startsWith("java.util.concurrent.")) {
            step(Step.WRITE, receiver, null);
        }
    }

    /// For `LockSupport.park()`.
    public static void park() {
        step(Step.PARK, null, null);
    }

    /// For `LockSupport.park(Object)`.
    ///
    /// @param blocker not used
    public static void park(@Nullable Object blocker) {
        step(Step.PARK, null, null);
    }

    /// For `LockSupport.parkNanos(long)`.
    ///
    /// @param nanos how long; the model returns at any time
    public static void parkNanos(long nanos) {
        step(Step.PARK_TIMED, null, null);
    }

    /// For `LockSupport.parkNanos(Object, long)`.
    ///
    /// @param blocker not used
    /// @param nanos how long; the model returns at any time
    public static void parkNanos(@Nullable Object blocker, long nanos) {
        step(Step.PARK_TIMED, null, null);
    }

    /// For `LockSupport.parkUntil(long)`.
    ///
    /// @param deadline until when; the model returns at any time
    public static void parkUntil(long deadline) {
        step(Step.PARK_TIMED, null, null);
    }

    /// For `LockSupport.parkUntil(Object, long)`.
    ///
    /// @param blocker not used
    /// @param deadline until when; the model returns at any time
    public static void parkUntil(@Nullable Object blocker, long deadline) {
        step(Step.PARK_TIMED, null, null);
    }

    /// For `LockSupport.unpark(Thread)`.
    ///
    /// @param thread a thread of the model, or `null`
    public static void unpark(@Nullable Thread thread) {
        if (thread instanceof ModelThread.Identity identity) {
            step(Step.UNPARK, identity.thread, null);
            identity.thread.token = true;
        }
    }

    /// For `Thread.currentThread()`.
    ///
    /// @return the thread of the model
    public static Thread currentThread() {
        Execution running = Execution.active();
        ModelThread thread = running == null ? null : running.running();
        return thread == null ? Thread.currentThread() : thread.identity();
    }

    /// For `Thread.onSpinWait()` and `Thread.yield()`.
    public static void spin() {
        step(Step.SPIN, null, null);
    }

    /// For `Thread.sleep(long)`: others may run meanwhile.
    ///
    /// @param millis not used
    public static void sleep(long millis) {
        step(Step.PARK_TIMED, null, null);
    }

    /// For `monitorenter`.
    ///
    /// @param monitor the object
    public static void monitorEnter(Object monitor) {
        Execution running = Execution.active();
        if (running != null && running.running() != null) {
            running.enter(monitor);
        }
    }

    /// For `monitorexit`.
    ///
    /// @param monitor the object
    public static void monitorExit(Object monitor) {
        Execution running = Execution.active();
        if (running != null && running.running() != null) {
            running.exit(monitor);
        }
    }

    /// For `Object.wait()`.
    ///
    /// @param monitor the object
    public static void await(Object monitor) {
        Execution running = Execution.active();
        if (running != null) {
            running.await(monitor, Step.WAIT);
        }
    }

    /// For `Object.wait(long)`.
    ///
    /// @param monitor the object
    /// @param millis how long; the model returns at any time
    public static void await(Object monitor, long millis) {
        Execution running = Execution.active();
        if (running != null) {
            running.await(monitor, millis == 0 ? Step.WAIT : Step.WAIT_TIMED);
        }
    }

    /// For `Object.notify()`.
    ///
    /// @param monitor the object
    public static void signal(Object monitor) {
        Execution running = Execution.active();
        if (running != null) {
            running.signal(monitor, false);
        }
    }

    /// For `Object.notifyAll()`.
    ///
    /// @param monitor the object
    public static void signalAll(Object monitor) {
        Execution running = Execution.active();
        if (running != null) {
            running.signal(monitor, true);
        }
    }

    /// In the place of what cannot be modelled.
    ///
    /// @param what class and method
    public static void refuse(String what) {
        if (Execution.active() != null) {
            throw new UnsupportedOperationException("the explorer does not model " + what
                    + "; write the model with volatile fields, VarHandles, atomics, monitors and LockSupport");
        }
    }
}
