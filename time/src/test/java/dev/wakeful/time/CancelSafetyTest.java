// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.time;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.CheckedFuture;
import dev.wakeful.Context;
import dev.wakeful.Future;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What cancelling costs, found out by cancelling: the table of `docs/cancel-safety.md` on time is what this test sees,
/// and is written by it with `-Dwakeful.docs.update=true`.
class CancelSafetyTest {
    private static final String BEGIN = " cancelled when its time had come |\n| --- | --- | --- | --- |\n";
    private static final Duration TEN = Duration.ofMillis(10);

    private FakeTimer timer = new FakeTimer();
    private Context cx = timer.context();

    /// An operation that is ready 10 ms after it could have begun, with one value whenever it was begun.
    ///
    /// @param name what it is
    /// @param inherits whether it costs what another future costs
    /// @param begin makes what makes it
    private record Operation(String name, boolean inherits, Begin begin) {}

    private interface Begin {
        Make make();
    }

    private interface Make {
        Future<?> future();
    }

    /// A source of one value, which counts how often it was given up.
    private static final class Feed implements Source<String> {
        private final ArrayDeque<String> values = new ArrayDeque<>(List.of("value"));

        @Override
        public Future<@Nullable String> next() {
            return new CheckedFuture<>() {
                @Override
                protected @Nullable Object advance(Context cx) {
                    String value = values.poll();
                    return value == null ? PENDING : value;
                }
            };
        }
    }

    private static List<Operation> operations() {
        return List.of(
                new Operation("Time.sleepUntil", false, () -> () -> Time.sleepUntil(Instant.EPOCH.plus(TEN))),
                new Operation("Interval.tick", false, () -> {
                    var interval = Time.intervalAt(Instant.EPOCH.plus(TEN), Duration.ofSeconds(1), MissedTick.BURST);
                    return interval::tick;
                }),
                new Operation("DelayQueue.next", false, () -> {
                    var queue = new DelayQueue<String>();
                    queue.insert("item", Instant.EPOCH.plus(TEN));
                    return queue::next;
                }),
                new Operation("Time.timeout", true, () -> {
                    var interval = Time.intervalAt(Instant.EPOCH.plus(TEN), Duration.ofSeconds(1), MissedTick.BURST);
                    return () -> Time.timeout(Duration.ofSeconds(1), interval.tick());
                }),
                new Operation("Time.deadline", true, () -> {
                    var interval = Time.intervalAt(Instant.EPOCH.plus(TEN), Duration.ofSeconds(1), MissedTick.BURST);
                    return () -> Time.deadline(Instant.EPOCH.plusSeconds(1), interval.tick());
                }),
                new Operation("Time.debounce", true, () -> Time.debounce(TEN, new Feed())::next),
                new Operation("Time.sample", true, () -> Time.sample(TEN, new Feed())::next));
    }

    private Object poll(Future<?> future) throws Exception {
        Object value = future.pollRaw(cx);
        return value instanceof DelayQueue.Item<?> item ? item.value() : String.valueOf(value);
    }

    /// What the operation gives when nobody cancels it.
    private Object undisturbed(Operation operation) throws Exception {
        restart();
        Future<?> future = operation.begin.make().future();
        assertEquals(pending(), poll(future));
        timer.advance(TEN);
        return poll(future);
    }

    private static Object pending() {
        return String.valueOf(Future.PENDING);
    }

    private void restart() {
        timer = new FakeTimer();
        cx = timer.context();
    }

    /// Cancels it when `elapsed` has passed, makes it anew, and looks whether that gives the same at the same time.
    private String cancelledAfter(Operation operation, Duration elapsed, Object expected) throws Exception {
        restart();
        Make make = operation.begin.make();
        Future<?> first = make.future();
        assertEquals(pending(), poll(first));
        timer.advance(elapsed);
        assertTrue(first.pollCancel(cx).isReady(), operation.name);
        assertEquals(0, timer.armed(), operation.name + " has left an alarm");
        Future<?> again = make.future();
        Object value = poll(again);
        if (value.equals(pending())) {
            timer.advance(TEN.minus(elapsed));
            value = poll(again);
        }
        return Objects.equals(expected, value) ? "nothing" : "LOST: " + value + " in place of " + expected;
    }

    private String line(Operation operation) throws Exception {
        Object expected = undisturbed(operation);
        return "| `" + operation.name + "` | " + (operation.inherits ? "F" : "A") + " | "
                + cancelledAfter(operation, Duration.ofMillis(4), expected) + " | "
                + cancelledAfter(operation, TEN, expected) + " |";
    }

    @Test
    void theTableOfTheDocumentationIsWhatCancellingShows() throws Exception {
        var lines = new ArrayList<String>();
        for (Operation operation : operations()) {
            lines.add(line(operation) + "\n");
        }
        Path page = Path.of(System.getProperty("wakeful.root", ".."), "docs", "cancel-safety.md");
        String text = Files.readString(page);
        int from = text.indexOf(BEGIN) + BEGIN.length();
        int end = text.indexOf("\n\n", from - 1) + 1;
        String table = String.join("", lines);
        if (Boolean.getBoolean("wakeful.docs.update")) {
            Files.writeString(page, text.substring(0, from) + table + text.substring(end));
            return;
        }
        assertEquals(
                table, text.substring(from, end), "run this test with -Dwakeful.docs.update=true if that is meant");
    }
}
