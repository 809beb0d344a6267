// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.Context;
import dev.wakeful.Description;
import dev.wakeful.Future;
import dev.wakeful.TaskRef;
import dev.wakeful.Waker;
import org.jspecify.annotations.Nullable;

/// A task polled by hand: a context that counts its wakes, has a name and a budget.
final class Hand implements Context, Waker, TaskRef {
    final String name;
    int wakes;
    int budget = Integer.MAX_VALUE;

    /// Who is woken, if not this.
    @Nullable
    Hand latest;

    Hand(String name) {
        this.name = name;
    }

    /// Polls a future that must be pending.
    static Hand pending(String name, Future<?> future) throws Exception {
        var hand = new Hand(name);
        hand.pending(future);
        return hand;
    }

    /// Polls a future that must be ready at its first poll.
    static <T extends @Nullable Object> T ready(Future<T> future) throws Exception {
        return new Hand("hand").value(future);
    }

    void pending(Future<?> future) throws Exception {
        assertEquals(Future.PENDING, future.pollRaw(this));
    }

    @SuppressWarnings("unchecked") // what is not PENDING is a T
    <T extends @Nullable Object> T value(Future<T> future) throws Exception {
        Object value = future.pollRaw(this);
        assertNotSame(Future.PENDING, value, "pending");
        return (T) value;
    }

    /// Polls a future that may be either; whether it was ready.
    boolean pollRaw(Future<?> future) throws Exception {
        return future.pollRaw(this) != Future.PENDING;
    }

    void cancel(Future<?> future) throws Exception {
        assertTrue(future.pollCancel(this).isReady());
    }

    /// What a future says it waits for, and the owner of that: `lock a held by task`.
    static String waitsFor(Future<?> future) {
        var said = new StringBuilder();
        future.describe(new Description() {
            @Override
            public void label(String label) {}

            @Override
            public void at(StackTraceElement site) {}

            @Override
            public void child(Future<?> child) {}

            @Override
            public void waitsFor(String resource, @Nullable TaskRef owner) {
                said.append(resource).append(owner == null ? "" : " of " + owner);
            }
        });
        return said.toString();
    }

    int latestWakes() {
        return latest == null ? 0 : latest.wakes;
    }

    @Override
    public void wake() {
        wakes++;
    }

    @Override
    public Waker waker() {
        return latest == null ? this : latest;
    }

    @Override
    public <V> @Nullable V find(Key<V> key) {
        return null;
    }

    @Override
    public boolean hasBudget() {
        return budget > 0;
    }

    @Override
    public void spendBudget() {
        budget--;
    }

    @Override
    public TaskRef task() {
        return this;
    }

    @Override
    public long id() {
        return 1;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String toString() {
        return name;
    }
}
