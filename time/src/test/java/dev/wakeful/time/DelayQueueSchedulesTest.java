// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.time;

import dev.wakeful.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Seeded schedules of a delay queue beside a list that is sorted: what comes out, when, and who is woken.
/// `-Dwakeful.schedules=10000000` runs the long form, `-Dwakeful.seed=N` one seed.
class DelayQueueSchedulesTest {
    private static final long SCHEDULES = Long.getLong("wakeful.schedules", 100_000);

    /// An item of the model: its deadline, and when it was put there.
    private record Due(DelayQueue.Item<Integer> item, long nanos, long order) {}

    /// One schedule.
    private static final class Run {
        private final SplittableRandom random;
        private final FakeTimer timer = new FakeTimer();
        private final DelayQueue<Integer> queue = new DelayQueue<>();
        private final List<Due> model = new ArrayList<>();
        private final List<DelayQueue.Item<Integer>> out = new ArrayList<>();
        private @Nullable Future<DelayQueue.@Nullable Item<Integer>> waiting;
        private int wakesSeen;
        private long order;
        private long begun;
        private boolean clock;
        private boolean closed;
        private boolean ended;

        Run(long seed) {
            random = new SplittableRandom(seed);
        }

        void run() throws Exception {
            timer.advanceTo(random.nextInt(1000));
            int steps = 5 + random.nextInt(25);
            for (int i = 0; i < steps; i++) {
                step();
                check();
            }
            queue.close();
            closed = true;
            while (!ended) {
                poll();
                timer.advanceTo(timer.nanos() + 4_000);
                check();
            }
        }

        private void step() throws Exception {
            switch (random.nextInt(9)) {
                case 0, 1 -> insert();
                case 2 -> move();
                case 3 -> remove();
                case 4 -> giveUp();
                case 5 -> {
                    if (random.nextInt(12) == 0) {
                        queue.close();
                        closed = true;
                    }
                }
                case 6 -> timer.advanceTo(timer.nanos() + random.nextInt(5_000));
                case 7 -> poll(); // spurious, or the first
                default -> {
                    if (timer.wakes > wakesSeen) {
                        poll();
                    }
                }
            }
        }

        private long delay() {
            return random.nextInt(4) == 0 ? random.nextInt(3) : random.nextInt(10_000);
        }

        private void insert() {
            long delay = delay();
            try {
                var item = queue.insert(random.nextInt(), Duration.ofNanos(delay));
                expect(!closed, "put into a closed queue");
                place(item, delay);
            } catch (IllegalStateException e) {
                expect(closed, "refused though it is open");
            }
        }

        /// Before the first poll a delay stands by itself; the model adds the time of that poll to all of them then.
        private void place(DelayQueue.Item<Integer> item, long delay) {
            model.add(new Due(item, clock ? timer.nanos() + delay : delay, order++));
        }

        private void move() {
            Due moved = model.isEmpty() ? null : model.get(random.nextInt(model.size()));
            if (moved != null) {
                long delay = delay();
                queue.reset(moved.item, Duration.ofNanos(delay));
                model.remove(moved);
                place(moved.item, delay);
            } else if (!out.isEmpty()) {
                expect(!queue.tryReset(out.getLast(), Duration.ZERO), "moved though it is out");
            }
        }

        private void remove() {
            if (!model.isEmpty()) {
                Due removed = model.remove(random.nextInt(model.size()));
                expect(queue.remove(removed.item).equals(removed.item.value()), "removed another");
                out.add(removed.item);
            } else if (!out.isEmpty()) {
                expect(!queue.tryRemove(out.getLast()), "removed though it is out");
            }
        }

        private void giveUp() throws Exception {
            if (waiting != null) {
                expect(waiting.pollCancel(timer.context()).isReady(), "not wound down in one call");
                waiting = null;
                expect(timer.armed() == 0, "an alarm is left");
            }
        }

        private void poll() throws Exception {
            wakesSeen = timer.wakes;
            if (!clock) {
                clock = true;
                begun = timer.nanos();
                model.replaceAll(due -> new Due(due.item, due.nanos + begun, due.order));
            }
            Future<DelayQueue.@Nullable Item<Integer>> next = waiting == null ? queue.next() : waiting;
            Object value = next.pollRaw(timer.context());
            waiting = value == Future.PENDING ? next : null;
            Due first = model.stream()
                    .min(Comparator.comparingLong(Due::nanos).thenComparingLong(Due::order))
                    .orElse(null);
            boolean due = first != null && first.nanos <= timer.nanos();
            if (value == Future.PENDING) {
                expect(!due && !(closed && model.isEmpty()), "pending though something is due, or it is over");
            } else if (value == null) {
                expect(closed && model.isEmpty(), "the end came before the end");
                ended = true;
            } else {
                expect(due && first.nanos == nanosOf(value), "came out too early, or out of order");
                Due taken = model.stream()
                        .filter(each -> each.item == value)
                        .findFirst()
                        .orElseThrow(() -> new AssertionError("came out twice"));
                model.remove(taken);
                out.add(taken.item);
            }
        }

        private static long nanosOf(Object item) {
            return ((DelayQueue.Item<?>) item).deadline() instanceof java.time.Instant instant
                    ? Duration.between(java.time.Instant.EPOCH, instant).toNanos()
                    : -1;
        }

        private void check() {
            expect(queue.size() == model.size(), queue + " has not " + model.size());
            if (waiting != null && timer.wakes == wakesSeen) {
                long now = timer.nanos();
                expect(model.stream().noneMatch(due -> due.nanos <= now), "something is due and nobody was woken");
                expect(!closed || !model.isEmpty(), "it is over and nobody was woken");
                expect(model.isEmpty() || timer.armed() == 1, "no alarm is armed");
            }
        }

        private static void expect(boolean holds, String otherwise) {
            if (!holds) {
                throw new AssertionError(otherwise);
            }
        }
    }

    @Test
    void itemsComeOutAsFromASortedListInEverySchedule() throws Exception {
        Long single = Long.getLong("wakeful.seed");
        for (long seed = single == null ? 0 : single; single == null ? seed < SCHEDULES : seed == single; seed++) {
            try {
                new Run(seed).run();
            } catch (Throwable e) {
                throw new AssertionError("fails; run again with -Dwakeful.seed=" + seed + ": " + e.getMessage(), e);
            }
        }
    }
}
