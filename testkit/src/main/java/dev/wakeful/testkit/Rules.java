// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit;

import dev.wakeful.Description;
import dev.wakeful.Future;
import dev.wakeful.Poll;
import dev.wakeful.TaskRef;
import dev.wakeful.testkit.FutureContract.Subject;
import java.lang.ref.Reference;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// How each rule of [FutureContract] is checked.
final class Rules {
    private Rules() {}

    @FunctionalInterface
    interface Check {
        void run(Subject<?> subject) throws Exception;
    }

    private static <T extends @Nullable Object> PollProbe<T> probe(Subject<T> subject) throws Exception {
        return PollProbe.of(subject.future(), subject.offers());
    }

    static void lazy(Subject<?> subject) throws Exception {
        Object before = subject.observed();
        subject.future();
        Object after = subject.observed();
        require(
                Objects.equals(before, after),
                "making the future must change nothing, but the source was " + before + " and is " + after);
    }

    static void readyBeforeFirstPoll(Subject<?> subject) throws Exception {
        var probe = probe(subject);
        subject.makeReady();
        completes(probe);
    }

    static void wakes(Subject<?> subject) throws Exception {
        var probe = probe(subject).assertPending();
        probe.assertNotWoken();
        subject.makeReady();
        require(probe.waker().isWoken(), "progress must wake the waker, but did not: " + probe.future());
        completes(probe);
    }

    static void latestWaker(Subject<?> subject) throws Exception {
        var probe = probe(subject).assertPending().assertPending().assertPending();
        subject.makeReady();
        require(
                probe.waker().isWoken(),
                "progress must wake the waker of the latest poll, but did not: " + probe.future());
        completes(probe);
    }

    static void throwingWaker(Subject<?> subject) throws Exception {
        var thrown = new IllegalArgumentException("a waker that throws");
        var future = subject.future();
        Poll<?> first = future.poll(new ProbeContext(subject.offers(), MockWaker.throwing(thrown), null));
        require(!first.isReady(), "the subject's future must be pending until makeReady(), but was " + first);
        try {
            subject.makeReady();
        } catch (IllegalArgumentException seen) {
            require(seen == thrown, "makeReady() threw " + seen);
        }
        completes(PollProbe.of(future, subject.offers()));
    }

    static void spuriousPolls(Subject<?> subject) throws Exception {
        var probe = probe(subject).assertPending().assertNotWokenWithoutProgress();
        subject.makeReady();
        require(probe.waker().isWoken(), "progress after spurious polls must wake, but did not: " + probe.future());
        completes(probe);
    }

    static void ended(Subject<?> subject) throws Exception {
        var probe = probe(subject).assertPending();
        subject.makeReady();
        completes(probe);
        var refused = probe.assertFails(IllegalStateException.class);
        String message = String.valueOf(refused.getMessage());
        String type = probe.future().getClass().getSimpleName();
        require(
                message.contains(Labels.of(probe.future()))
                        || message.contains(probe.future().toString())
                        || (!type.isEmpty() && message.contains(type)),
                "the refusal must name the future " + Labels.of(probe.future()) + ", but says: " + message);
    }

    static void oneOwner(Subject<?> subject) throws Exception {
        var future = subject.future();
        Poll<?> first = future.poll(new ProbeContext(subject.offers(), new MockWaker(), new Owner(1)));
        require(!first.isReady(), "the subject's future must be pending until makeReady(), but was " + first);
        try {
            future.poll(new ProbeContext(subject.offers(), new MockWaker(), new Owner(2)));
        } catch (IllegalStateException expected) {
            return;
        }
        throw new AssertionError("a poll by a second task must throw IllegalStateException, but did not: " + future);
    }

    static void cancelNew(Subject<?> subject) throws Exception {
        Object before = subject.observed();
        var probe = probe(subject);
        require(probe.pollCancel().isReady(), "pollCancel of an unpolled future must be ready, but was pending");
        require(Objects.equals(before, subject.observed()), "pollCancel of an unpolled future must change nothing");
        probe.assertCancelledCleanly();
    }

    static void cancelStarted(Subject<?> subject) throws Exception {
        probe(subject).assertPending().assertCancelledCleanly();
    }

    static void quietAfterCancel(Subject<?> subject) throws Exception {
        var probe = probe(subject).assertPending();
        var waker = probe.waker();
        probe.cancel();
        waker.reset();
        try {
            subject.makeReady();
        } catch (Exception refused) {
            return; // a source may refuse once its future is gone
        }
        waker.assertNotWoken();
        probe.assertNotWoken();
    }

    static void cancelComplete(Subject<?> subject) throws Exception {
        var probe = probe(subject).assertPending();
        subject.makeReady();
        completes(probe);
        require(probe.pollCancel().isReady(), "pollCancel of a complete future must be ready, but was pending");
    }

    static void wakerReleased(Subject<?> subject) throws Exception {
        try {
            var probe = probe(subject).assertPending();
            probe.cancel();
            probe.assertWakerReleased();
        } finally {
            Reference.reachabilityFence(subject); // the source, which may keep wakers, stays until here
        }
    }

    static void describes(Subject<?> subject) throws Exception {
        var probe = probe(subject).assertPending();
        var said = new Said();
        probe.future().describe(said);
        require(
                said.label != null && !said.label.isBlank(),
                "describe must give a label, but gave none: " + probe.future());
        require(
                said.waits,
                "describe must say what a pending future waits for (a child, a resource, or never), but does not: "
                        + probe.future());
    }

    private static void completes(PollProbe<?> probe) {
        boolean pending;
        try {
            pending = !probe.poll().isReady();
        } catch (AssertionError broken) {
            throw broken;
        } catch (Throwable failure) {
            return; // failing is completing
        }
        require(!pending, "the future must be complete after makeReady(), but is pending: " + probe.future());
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }

    private record Owner(long id) implements TaskRef {
        @Override
        public String name() {
            return "";
        }

        @Override
        public String toString() {
            return "task " + id;
        }
    }

    private static final class Said implements Description {
        private @Nullable String label;
        private boolean waits;

        @Override
        public void label(String label) {
            this.label = label;
        }

        @Override
        public void at(StackTraceElement site) {}

        @Override
        public void child(Future<?> child) {
            waits = true;
        }

        @Override
        public void waitsFor(String resource, @Nullable TaskRef owner) {
            waits = true;
        }

        @Override
        public void never() {
            waits = true;
        }
    }
}
