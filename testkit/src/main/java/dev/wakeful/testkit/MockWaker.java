// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit;

import dev.wakeful.Waker;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// A waker that counts how often it was woken, and that can throw where a waker must not, to see who survives it.
///
/// ```java
/// var waker = new MockWaker();
/// assertFalse(future.poll(Context.of(waker)).isReady());
/// source.complete();
/// waker.assertWoken(1);
/// ```
public final class MockWaker implements Waker {
    private final AtomicInteger wakes = new AtomicInteger();
    private final @Nullable RuntimeException failure;

    /// A waker that counts.
    public MockWaker() {
        this(null);
    }

    private MockWaker(@Nullable RuntimeException failure) {
        this.failure = failure;
    }

    /// A waker that counts and then throws, which the contract forbids: code that wakes must leave its state consistent
    /// and go on to wake the others all the same.
    ///
    /// @param failure what each wake throws
    /// @return the waker
    public static MockWaker throwing(RuntimeException failure) {
        return new MockWaker(Objects.requireNonNull(failure, "failure must not be null"));
    }

    @Override
    public void wake() {
        wakes.incrementAndGet();
        if (failure != null) {
            throw failure;
        }
    }

    /// How often it was woken since it was made or [reset][#reset()].
    ///
    /// @return the count
    public int wakes() {
        return wakes.get();
    }

    /// Whether it was woken at all.
    ///
    /// @return `true` after the first wake
    public boolean isWoken() {
        return wakes.get() > 0;
    }

    /// Starts the count anew.
    ///
    /// @return the count so far
    public int reset() {
        return wakes.getAndSet(0);
    }

    /// Checks the count.
    ///
    /// @param times how often it must have been woken
    /// @return this waker
    /// @throws AssertionError when it was woken more or less often
    public MockWaker assertWoken(int times) {
        int seen = wakes.get();
        if (seen != times) {
            throw new AssertionError("waker must have been woken " + times(times) + ", but was woken " + times(seen));
        }
        return this;
    }

    /// Checks that nobody woke it.
    ///
    /// @return this waker
    /// @throws AssertionError when somebody did
    public MockWaker assertNotWoken() {
        return assertWoken(0);
    }

    static String times(int count) {
        return switch (count) {
            case 0 -> "not at all";
            case 1 -> "once";
            default -> count + " times";
        };
    }

    @Override
    public String toString() {
        return "MockWaker[wakes=" + wakes.get() + "]";
    }
}
