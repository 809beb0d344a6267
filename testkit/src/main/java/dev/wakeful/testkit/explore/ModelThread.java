// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit.explore;

import org.jspecify.annotations.Nullable;

/// A thread of a model: a coroutine, and the step that it is about to take.
final class ModelThread extends Actor {
    final String name;
    private final Model.Action body;
    final Coroutine coroutine;

    /// What it has stored and others cannot see yet.
    private @Nullable StoreBuffer buffer;

    /// A park does not wait when this is set.
    boolean token;

    /// Set while it waits in a monitor's wait set and was not notified.
    boolean inWaitSet;

    /// How many steps that matter others had taken when it began to spin.
    long spinSince;

    /// How often it returned from a wait that nobody ended.
    int returns;

    boolean done;

    @Nullable
    Throwable failure;

    private @Nullable Identity identity;

    ModelThread(int index, String name, Model.Action body) {
        super(index, Step.START);
        this.name = name;
        this.body = body;
        this.coroutine = Coroutines.of(this::run);
    }

    private void run() {
        try {
            body.run();
        } catch (Throwable thrown) {
            failure = thrown;
        }
        done = true;
        target = null;
    }

    /// The buffer of its weak stores, made with the first.
    StoreBuffer buffer() {
        StoreBuffer made = buffer;
        if (made == null) {
            made = new StoreBuffer(this);
            buffer = made;
        }
        return made;
    }

    /// Whether it has stored what others cannot see yet.
    boolean hasBuffered() {
        return buffer != null && !buffer.isEmpty();
    }

    /// What `Thread.currentThread()` is inside this thread.
    Thread identity() {
        Identity made = identity;
        if (made == null) {
            made = new Identity(this);
            identity = made;
        }
        return made;
    }

    /// A thread object that is never started and stands for a thread of a model.
    static final class Identity extends Thread {
        final ModelThread thread;

        Identity(ModelThread thread) {
            super(null, null, thread.name, 0, false);
            this.thread = thread;
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
