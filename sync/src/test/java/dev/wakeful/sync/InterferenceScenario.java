// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import dev.wakeful.AsyncBlock;
import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.TaskRef;
import dev.wakeful.Waker;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What another thread may do between two steps of a poll, done there: when a poll asks for its waker or its task, it
/// has looked and has not queued yet. So the look that must be repeated under the guard is found when it is not.
public final class InterferenceScenario extends Scenario {
    private final List<Case> cases = List.of(
            this::mutex,
            this::semaphore,
            this::rwLock,
            this::notification,
            this::setOnce,
            this::latch,
            this::token,
            this::watch,
            this::onceCell,
            this::oneshot,
            this::channel,
            this::closed,
            this::newWaker);

    public InterferenceScenario() {}

    private static final TaskRef WHO = new TaskRef() {
        @Override
        public long id() {
            return 1;
        }

        @Override
        public String name() {
            return "interfered";
        }
    };

    private interface Case {
        void run() throws Exception;
    }

    /// A context in which something happens at the first question it is asked, or at a later one.
    private static final class Interfered implements Context {
        private final Runnable other;
        private int questions;
        boolean woken;

        Interfered(int questions, Runnable other) {
            this.questions = questions;
            this.other = other;
        }

        private void asked() {
            if (questions-- == 0) {
                other.run();
            }
        }

        @Override
        public Waker waker() {
            asked();
            return () -> woken = true;
        }

        @Override
        public TaskRef task() {
            asked();
            return WHO;
        }

        @Override
        public <V> @Nullable V find(Key<V> key) {
            return null;
        }
    }

    @Override
    protected void begin() {}

    @Override
    protected void step() throws Exception {
        cases.get(random(cases.size())).run();
    }

    @Override
    protected void check() {}

    @Override
    protected void finish() {}

    @Override
    protected void completed(InFlight done, @Nullable Object value) {}

    /// Polls `future` while `other` happens, and then as long as it is woken: it must complete, for `other` is what it
    /// waits for.
    private @Nullable Object completes(Future<?> future, Runnable other) throws Exception {
        var cx = new Interfered(random(5), other);
        Object value = future.pollRaw(cx);
        if (value == Future.PENDING && cx.questions >= 0) {
            cx.questions = -1; // it did not ask so often: then it happens between the polls
            other.run();
        }
        for (int polls = 0; value == Future.PENDING && cx.woken && polls < 5; polls++) {
            cx.woken = false;
            value = future.pollRaw(cx);
        }
        expect(value != Future.PENDING, "it has happened, and nobody was woken: " + future);
        return value;
    }

    private void mutex() throws Exception {
        var mutex = new Mutex();
        var held = mutex.tryLock();
        completes(mutex.lock(), () -> close(held));
    }

    private static void close(Mutex.@Nullable Guard guard) {
        expect(guard != null, "a free lock was not to be had");
        if (guard != null) {
            guard.close();
        }
    }

    private void semaphore() throws Exception {
        var semaphore = new Semaphore(random(2));
        completes(semaphore.acquire(2), () -> semaphore.addPermits(2));
    }

    private void rwLock() throws Exception {
        var lock = new RwLock();
        var held = lock.tryWrite();
        expect(held != null, "a free lock was not to be had");
        if (held != null) {
            completes(random(2) == 0 ? lock.read() : lock.write(), held::close);
        }
    }

    private void notification() throws Exception {
        var notify = new Notify();
        completes(notify.notified(), random(2) == 0 ? notify::notifyOne : notify::notifyLast);
    }

    private void setOnce() throws Exception {
        var cell = new SetOnce<String>();
        completes(cell.value(), () -> cell.set("value"));
    }

    private void latch() throws Exception {
        var latch = new CountDownLatch(1);
        completes(latch.zero(), latch::countDown);
    }

    private void token() throws Exception {
        var token = new CancellationToken();
        completes(random(2) == 0 ? token.cancelled() : token.child().cancelled(), () -> token.cancel("stop"));
    }

    private void watch() throws Exception {
        var watch = Watch.of(0);
        completes(watch.subscribe().changed(), () -> watch.send(1));
    }

    private void onceCell() throws Exception {
        var cell = new OnceCell<String>();
        var slow = new SetOnce<String>();
        var making = cell.getOrInit(block(slow.value()));
        var maker = new Interfered(-1, () -> {});
        making.pollRaw(maker);
        Object value = completes(cell.getOrInit(block(Future.ready("other"))), () -> {
            slow.set("value");
            polled(making, maker);
        });
        expect("value".equals(value), "made twice: " + value);
    }

    private static void polled(Future<?> future, Context cx) {
        try {
            future.pollRaw(cx);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static AsyncBlock<String> block(Future<String> future) {
        return new AsyncBlock<>() {
            @Override
            public String run() {
                throw new AssertionError("started, not run");
            }

            @Override
            public Future<String> start() {
                return future;
            }
        };
    }

    private void oneshot() throws Exception {
        var channel = Oneshot.<String>create();
        if (random(2) == 0) {
            completes(channel.receiver().receive(), () -> channel.sender().send("value"));
        } else {
            completes(channel.sender().closed(), channel.receiver()::close);
        }
    }

    private void channel() throws Exception {
        var channel = Mpsc.<String>bounded(1);
        if (random(2) == 0) {
            completes(channel.receiver().receive(), () -> channel.sender().trySend("value"));
            return;
        }
        channel.sender().trySend("first");
        Future<?> waits = random(2) == 0
                ? channel.sender().send("second")
                : channel.sender().reserve();
        completes(waits, channel.receiver()::tryReceive);
    }

    private void closed() throws Exception {
        var channel = Mpsc.<String>bounded(1);
        completes(channel.sender().closed(), channel.receiver()::closeIntake);
    }

    /// A waiter that is queued is polled with another waker, while it is granted.
    private void newWaker() throws Exception {
        var made = new ArrayList<Future<?>>();
        Consumer<Future<?>> queued = future -> {
            polled(future, new Interfered(-1, () -> {}));
            made.add(future);
        };
        switch (random(4)) {
            case 0 -> {
                var mutex = new Mutex();
                var held = mutex.tryLock();
                queued.accept(mutex.lock());
                completes(made.getFirst(), () -> close(held));
            }
            case 1 -> {
                var semaphore = new Semaphore(0);
                queued.accept(semaphore.acquire());
                completes(made.getFirst(), () -> semaphore.addPermits(1));
            }
            case 2 -> {
                var cell = new SetOnce<String>();
                queued.accept(cell.value());
                completes(made.getFirst(), () -> cell.set("value"));
            }
            default -> {
                var channel = Mpsc.<String>bounded(1);
                queued.accept(channel.receiver().receive());
                completes(made.getFirst(), () -> channel.sender().trySend("value"));
            }
        }
    }
}
