// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.Waker;
import dev.wakeful.sync.Broadcast;
import dev.wakeful.sync.CancellationToken;
import dev.wakeful.sync.ClosedException;
import dev.wakeful.sync.Mpsc;
import dev.wakeful.sync.Notify;
import dev.wakeful.sync.Oneshot;
import dev.wakeful.sync.Semaphore;
import dev.wakeful.sync.Watch;
import dev.wakeful.sync.WatchReceiver;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/// The places of the locks and channels where two threads meet: the first poll and the wake, the wake and the cancel,
/// the send and the close.
public final class SyncStress {
    private SyncStress() {}

    private static final class Flag implements Waker {
        volatile boolean woken;

        @Override
        public void wake() {
            woken = true;
        }
    }

    /// Whether a future completes in this poll.
    private static boolean polled(Future<?> future, Flag waker) {
        try {
            return future.pollRaw(Context.of(waker)) != Future.PENDING;
        } catch (ClosedException e) {
            return true;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static void cancel(Future<?> future) {
        try {
            if (!future.pollCancel(Context.of(Waker.noop())).isReady()) {
                throw new AssertionError("a leaf is wound down in one call");
            }
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /// The short way of a release against the long way of a first poll that queues.
    @JCStressTest
    @Outcome(id = "true, false", expect = ACCEPTABLE, desc = "the release came first")
    @Outcome(id = "false, true", expect = ACCEPTABLE, desc = "queued first, and woken")
    @Outcome(expect = FORBIDDEN, desc = "a lost wake, or a permit for nobody")
    @State
    public static class ReleaseAndFirstPoll {
        private final Semaphore semaphore = new Semaphore(0);
        private final Future<Semaphore.Permit> acquire = semaphore.acquire();
        private final Flag waker = new Flag();

        @Actor
        public void task(ZZ_Result result) {
            result.r1 = polled(acquire, waker);
        }

        @Actor
        public void releasing() {
            semaphore.addPermits(1);
        }

        @Arbiter
        public void after(ZZ_Result result) {
            result.r2 = waker.woken && polled(acquire, waker);
        }
    }

    /// A permit that is assigned to one who is being cancelled goes to the next, or is available again.
    @JCStressTest
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "the other has the permit")
    @Outcome(expect = FORBIDDEN, desc = "a permit is lost, or there twice")
    @State
    public static class GrantAndCancel {
        private final Semaphore semaphore = new Semaphore(0);
        private final Future<Semaphore.Permit> first = semaphore.acquire();
        private final Future<Semaphore.Permit> second = semaphore.acquire();
        private final Flag waker = new Flag();

        public GrantAndCancel() {
            polled(first, new Flag());
            polled(second, waker);
        }

        @Actor
        public void cancelling() {
            cancel(first);
        }

        @Actor
        public void releasing() {
            semaphore.addPermits(1);
        }

        @Arbiter
        public void after(II_Result result) {
            result.r2 = waker.woken && polled(second, waker) ? 1 : 0;
            result.r1 = (int) semaphore.availablePermits();
        }
    }

    /// A notification that reaches one who is being cancelled is passed on.
    @JCStressTest
    @Outcome(id = "true, true", expect = ACCEPTABLE, desc = "the other was notified")
    @Outcome(expect = FORBIDDEN, desc = "a notification is lost")
    @State
    public static class NotifyAndCancel {
        private final Notify notify = new Notify();
        private final Future<@Nullable Void> first = notify.notified();
        private final Future<@Nullable Void> second = notify.notified();
        private final Flag waker = new Flag();

        public NotifyAndCancel() {
            polled(first, new Flag());
            polled(second, waker);
        }

        @Actor
        public void cancelling() {
            cancel(first);
        }

        @Actor
        public void notifying() {
            notify.notifyOne();
        }

        @Arbiter
        public void after(ZZ_Result result) {
            result.r1 = waker.woken;
            result.r2 = polled(second, waker);
        }
    }

    /// The value of a oneshot is undelivered or handed back when the receiver is closed meanwhile: one of these.
    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "sent first, and given to the hook")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "closed first, and handed back")
    @Outcome(expect = FORBIDDEN, desc = "a value is lost, or there twice")
    @State
    public static class OneshotSendAndClose {
        private int undelivered;
        private final Oneshot<String> channel = Oneshot.create(value -> undelivered++);

        @Actor
        public void sending(II_Result result) {
            try {
                channel.sender().send("value");
            } catch (ClosedException e) {
                result.r2 = 1;
            }
        }

        @Actor
        public void closing() {
            channel.receiver().close();
        }

        @Arbiter
        public void after(II_Result result) {
            result.r1 = undelivered;
        }
    }

    /// A send finds the receiver that waits, or the receiver finds the value, which it sees whole.
    @JCStressTest
    @Outcome(id = "7, 0", expect = ACCEPTABLE, desc = "sent first")
    @Outcome(id = "0, 7", expect = ACCEPTABLE, desc = "waited first, and was woken")
    @Outcome(expect = FORBIDDEN, desc = "a lost wake, or half a value")
    @State
    public static class ChannelSendAndReceive {
        private final Mpsc<int[]> channel = Mpsc.bounded(1);
        private final Future<int @Nullable []> receive = channel.receiver().receive();
        private final Flag waker = new Flag();

        private int received() {
            try {
                return receive.pollRaw(Context.of(waker)) instanceof int[] value ? value[0] : 0;
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }

        @Actor
        public void receiving(II_Result result) {
            result.r1 = received();
        }

        @Actor
        public void sending() {
            int[] value = new int[1];
            value[0] = 7;
            channel.sender().trySend(value);
        }

        @Arbiter
        public void after(II_Result result) {
            result.r2 = waker.woken ? received() : 0;
        }
    }

    /// A change between the look at the version and the place in the queue.
    @JCStressTest
    @Outcome(id = "true, false", expect = ACCEPTABLE, desc = "seen at once")
    @Outcome(id = "false, true", expect = ACCEPTABLE, desc = "queued first, and woken")
    @Outcome(expect = FORBIDDEN, desc = "a change that nobody is told of, or twice")
    @State
    public static class WatchSendAndChanged {
        private final Watch<String> watch = Watch.of("old");
        private final Future<@Nullable Void> changed = watch.subscribe().changed();
        private final Flag waker = new Flag();

        @Actor
        public void following(ZZ_Result result) {
            result.r1 = polled(changed, waker);
        }

        @Actor
        public void sending() {
            watch.send("new");
        }

        @Arbiter
        public void after(ZZ_Result result) {
            result.r2 = !result.r1 && waker.woken && polled(changed, waker);
        }
    }

    /// The last follower leaves between the look at their number and the place in the queue.
    @JCStressTest
    @Outcome(id = "true, false", expect = ACCEPTABLE, desc = "nobody followed any more")
    @Outcome(id = "false, true", expect = ACCEPTABLE, desc = "queued first, and woken")
    @Outcome(expect = FORBIDDEN, desc = "an end that nobody is told of, or twice")
    @State
    public static class WatchFollowerLeaves {
        private final Watch<String> watch = Watch.of("value");
        private final WatchReceiver<String> follower = watch.subscribe();
        private final Future<@Nullable Void> closed = watch.closed();
        private final Flag waker = new Flag();

        @Actor
        public void sender(ZZ_Result result) {
            result.r1 = polled(closed, waker);
        }

        @Actor
        public void leaving() {
            follower.close();
        }

        @Arbiter
        public void after(ZZ_Result result) {
            result.r2 = !result.r1 && waker.woken && polled(closed, waker);
        }
    }

    /// A broadcast fails while a receiver begins to wait.
    @JCStressTest
    @Outcome(id = "true, false", expect = ACCEPTABLE, desc = "failed at once")
    @Outcome(id = "false, true", expect = ACCEPTABLE, desc = "queued first, and woken")
    @Outcome(expect = FORBIDDEN, desc = "a failure that the receiver is not told of, or twice")
    @State
    public static class BroadcastFailAndReceive {
        private final Broadcast<String> channel = Broadcast.lossless(2);
        private final Future<@Nullable String> receive = channel.subscribe().receive();
        private final Flag waker = new Flag();

        @Actor
        public void receiving(ZZ_Result result) {
            result.r1 = polled(receive, waker);
        }

        @Actor
        public void failing() {
            channel.sender().fail(new ClosedException("the end", null, null));
        }

        @Arbiter
        public void after(ZZ_Result result) {
            result.r2 = !result.r1 && waker.woken && polled(receive, waker);
        }
    }

    /// A child that is made, and waits, while its parent is cancelled.
    @JCStressTest
    @Outcome(id = "true, .*", expect = ACCEPTABLE, desc = "cancelled first")
    @Outcome(id = "false, true", expect = ACCEPTABLE, desc = "waited first, and was woken")
    @Outcome(id = "false, false", expect = FORBIDDEN, desc = "a child that is never told")
    @State
    public static class TokenCancelAndChild {
        private final CancellationToken token = new CancellationToken();
        private final Flag waker = new Flag();

        @Actor
        public void waiting(ZZ_Result result) {
            result.r1 = polled(token.child().cancelled(), waker);
        }

        @Actor
        public void cancelling() {
            token.cancel("stop");
        }

        @Arbiter
        public void after(ZZ_Result result) {
            result.r2 = waker.woken;
        }
    }
}
