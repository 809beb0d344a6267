// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit;

import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.Poll;
import dev.wakeful.Waker;
import dev.wakeful.internal.Begun;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A future that the test polls by hand, and what the test says about each poll.
///
/// Each poll has a waker of its own, since only the waker of the latest poll counts; [#assertWoken] looks at that one.
///
/// ```java
/// var probe = PollProbe.of(channel.receive());
/// probe.assertPending().assertNotWoken();
/// channel.trySend("a");
/// probe.assertWoken(1).assertReady("a").assertErrorAfterReady();
/// ```
///
/// For one thread.
///
/// @param <T> the type of the value
public final class PollProbe<T extends @Nullable Object> {
    /// A clean-up that is woken, or says that it was, this often without an end does not end.
    private static final int MAX_CANCEL_POLLS = 1_000;

    private final Future<T> future;
    private Context offers;
    private final List<WeakReference<MockWaker>> handedOut = new ArrayList<>();
    private MockWaker waker = new MockWaker();
    private int polls;

    private PollProbe(Future<T> future, Context offers) {
        this.future = Objects.requireNonNull(future, "future must not be null");
        this.offers = Objects.requireNonNull(offers, "offers must not be null");
        Begun.remove(future); // a test may show what happens without a poll
    }

    /// Probes a future in a context that offers a waker and nothing else.
    ///
    /// @param <T> the type of the value
    /// @param future the future, not polled yet
    /// @return the probe
    public static <T extends @Nullable Object> PollProbe<T> of(Future<T> future) {
        return new PollProbe<>(future, Context.of(Waker.noop()));
    }

    /// Probes a future in a context that offers what `offers` does, with wakers of the probe's own.
    ///
    /// @param <T> the type of the value
    /// @param future the future, not polled yet
    /// @param offers who answers for timers, randomness and the rest
    /// @return the probe
    public static <T extends @Nullable Object> PollProbe<T> of(Future<T> future, Context offers) {
        return new PollProbe<>(future, offers);
    }

    /// Offers `value` under `key` from the next poll on.
    ///
    /// @param <V> the type of what is offered
    /// @param key the key
    /// @param value what to offer
    /// @return this probe
    public <V> PollProbe<T> with(Context.Key<V> key, V value) {
        offers = offers.with(key, value);
        return this;
    }

    // ------------------------------------------------------------------------------------------------- polling

    /// Polls once, with a new waker, and checks that a pending poll asked for it.
    ///
    /// @return the answer
    /// @throws Exception the failure of the future
    public Poll<T> poll() throws Exception {
        var cx = nextContext();
        Poll<T> answer = future.poll(cx);
        if (!answer.isReady()) {
            requireAsked(cx, "poll");
        }
        return answer;
    }

    /// Goes on winding the future down, once.
    ///
    /// @return ready when it is wound down
    /// @throws Exception a failure of the clean-up
    public Poll<@Nullable Void> pollCancel() throws Exception {
        var cx = nextContext();
        Poll<@Nullable Void> answer = future.pollCancel(cx);
        if (!answer.isReady()) {
            requireAsked(cx, "pollCancel");
        }
        return answer;
    }

    private ProbeContext nextContext() {
        waker = new MockWaker();
        handedOut.add(new WeakReference<>(waker));
        polls++;
        return new ProbeContext(offers, waker, null);
    }

    private void requireAsked(ProbeContext cx, String method) {
        if (!cx.wakerAsked()) {
            throw new AssertionError(
                    method + " returned Pending without having asked for the waker, so nothing can wake " + future);
        }
    }

    // ------------------------------------------------------------------------------------------------- asserting

    /// Polls and checks that the answer is [Poll.Pending].
    ///
    /// @return this probe
    /// @throws AssertionError when the future is ready or fails
    public PollProbe<T> assertPending() {
        Poll<T> answer;
        try {
            answer = poll();
        } catch (Exception failure) {
            throw new AssertionError("future must be pending, but failed with " + failure, failure);
        }
        if (answer instanceof Poll.Ready<T>(var value)) {
            throw new AssertionError("future must be pending, but is ready with " + value);
        }
        return this;
    }

    /// Polls and checks that the answer is [Poll.Ready].
    ///
    /// @return the value
    /// @throws AssertionError when the future is pending or fails
    public T assertReady() {
        Poll<T> answer;
        try {
            answer = poll();
        } catch (Exception failure) {
            throw new AssertionError("future must be ready, but failed with " + failure, failure);
        }
        return switch (answer) {
            case Poll.Ready<T>(var value) -> value;
            case Poll.Pending<T> _ -> throw new AssertionError("future must be ready, but is pending: " + future);
        };
    }

    /// Polls and checks that the future is ready with `expected`.
    ///
    /// @param expected the value
    /// @return this probe
    /// @throws AssertionError when the future is pending, fails, or has another value
    public PollProbe<T> assertReady(T expected) {
        T value = assertReady();
        if (!Objects.deepEquals(expected, value)) {
            throw new AssertionError("future must be ready with " + expected + ", but is ready with " + value);
        }
        return this;
    }

    /// Polls and checks that the future fails.
    ///
    /// @param <X> the type of the failure
    /// @param type the type of the failure
    /// @return the failure, the very object
    /// @throws AssertionError when the future does not fail, or with something else
    public <X extends Throwable> X assertFails(Class<X> type) {
        Poll<T> answer;
        try {
            answer = poll();
        } catch (AssertionError broken) {
            throw broken;
        } catch (Throwable failure) {
            if (type.isInstance(failure)) {
                return type.cast(failure);
            }
            throw new AssertionError(
                    "future must fail with " + type.getName() + ", but failed with " + failure, failure);
        }
        throw new AssertionError("future must fail with " + type.getName() + ", but answered " + answer);
    }

    /// Whether the waker of the latest poll was woken.
    boolean isWoken() {
        return waker.isWoken();
    }

    /// Checks how often the waker of the latest poll was woken.
    ///
    /// @param times how often it must have been woken
    /// @return this probe
    /// @throws AssertionError when it was woken more or less often
    public PollProbe<T> assertWoken(int times) {
        waker.assertWoken(times);
        return this;
    }

    /// Checks that the waker of the latest poll was not woken.
    ///
    /// @return this probe
    /// @throws AssertionError when it was
    public PollProbe<T> assertNotWoken() {
        return assertWoken(0);
    }

    /// Polls ten times more, and checks that the future stays pending and wakes nobody: spurious polls change nothing,
    /// and nothing is woken without progress.
    ///
    /// @return this probe
    /// @throws AssertionError when a poll is ready, fails, or its waker is woken
    public PollProbe<T> assertNotWokenWithoutProgress() {
        for (int i = 0; i < 10; i++) {
            assertPending();
            if (waker.isWoken()) {
                throw new AssertionError("future was woken without progress, after poll " + polls + ": " + future);
            }
        }
        return this;
    }

    /// Checks that a future that is complete refuses one more poll, as the contract wants.
    ///
    /// @return this probe
    /// @throws AssertionError when the poll throws anything but [IllegalStateException], or answers
    public PollProbe<T> assertErrorAfterReady() {
        return assertPollRefused("had completed");
    }

    /// Winds the future down and checks that it does so cleanly: ready within bounded polls, ready again when asked
    /// again, not to be polled any more, and nobody woken afterwards.
    ///
    /// @return this probe
    /// @throws AssertionError when it does not end, throws, or lets itself be polled afterwards
    public PollProbe<T> assertCancelledCleanly() {
        cancel();
        try {
            if (!pollCancel().isReady()) {
                throw new AssertionError("pollCancel must stay ready, but was pending: " + future);
            }
        } catch (Exception failure) {
            throw new AssertionError("pollCancel must stay ready, but threw " + failure, failure);
        }
        assertNotWoken();
        return assertPollRefused("had been cancelled");
    }

    /// Winds the future down.
    ///
    /// @return this probe
    /// @throws AssertionError when it is pending and nobody woke it, or throws
    public PollProbe<T> cancel() {
        try {
            for (int i = 0; i < MAX_CANCEL_POLLS; i++) {
                if (pollCancel().isReady()) {
                    return this;
                }
                if (!waker.isWoken()) {
                    throw new AssertionError("pollCancel is pending and nobody woke it: " + future);
                }
            }
        } catch (Exception failure) {
            throw new AssertionError("pollCancel must not throw, but threw " + failure, failure);
        }
        throw new AssertionError("pollCancel was not ready after " + MAX_CANCEL_POLLS + " polls: " + future);
    }

    private PollProbe<T> assertPollRefused(String past) {
        Poll<T> answer;
        try {
            answer = future.poll(nextContext());
        } catch (IllegalStateException expected) {
            return this;
        } catch (Exception failure) {
            throw new AssertionError(
                    "a poll after the future " + past + " must throw IllegalStateException, but threw " + failure,
                    failure);
        }
        throw new AssertionError(
                "a poll after the future " + past + " must throw IllegalStateException, but answered " + answer);
    }

    /// Checks that nobody keeps a waker of any poll so far, as after completion or a cancel: the probe forgets them,
    /// and the collector must find them unreachable.
    ///
    /// @return this probe
    /// @throws AssertionError when one is still reachable after three collections
    public PollProbe<T> assertWakerReleased() {
        waker = new MockWaker();
        int poll = 0;
        for (var kept : handedOut) {
            poll++;
            if (!Collected.within(kept)) {
                throw new AssertionError("the waker of poll " + poll + " is still kept by somebody: " + future);
            }
        }
        return this;
    }

    // ------------------------------------------------------------------------------------------------- looking

    /// The waker of the latest poll.
    ///
    /// @return the waker
    public MockWaker waker() {
        return waker;
    }

    /// How often the future was polled through this probe, cancels included.
    ///
    /// @return the count
    public int polls() {
        return polls;
    }

    /// What is probed.
    ///
    /// @return the future
    public Future<T> future() {
        return future;
    }

    @Override
    public String toString() {
        return "PollProbe[polls=" + polls + ", " + future + "]";
    }
}
