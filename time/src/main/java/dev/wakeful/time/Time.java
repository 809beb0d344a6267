// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.time;

import dev.wakeful.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Futures that wait for a time: [#sleep], [#timeout], [#deadline], [#interval]; and sources that are paced by it.
///
/// The time is that of the runtime a future is polled by. A duration counts from the first poll, since before it there
/// is no clock; one too long for the clock waits until the last time that it knows, 292 years after its start. Instants
/// are those of [#now()]: they start with the wall clock and then go on steadily, whatever is done to the wall clock.
public final class Time {
    private Time() {}

    /// A future that is ready when `duration` has passed since its first poll, or later, and never before.
    ///
    /// How much later depends on the runtime: up to a millisecond, or a tick of 31 microseconds for less than a
    /// millisecond where no socket is registered, and as long as other tasks hold the thread.
    ///
    /// {@snippet class="TimeExamples" region="sleep"}
    ///
    /// ### Cancel safety
    ///
    /// Nothing is lost: the timer is disarmed at once.
    ///
    /// @param duration how long, not negative
    /// @return the future
    /// @throws IllegalArgumentException when the duration is negative
    public static Sleep sleep(Duration duration) {
        return new Sleep(Durations.nanos(duration), null);
    }

    /// A future that is ready at `instant` or later, and never before.
    ///
    /// ### Cancel safety
    ///
    /// Nothing is lost: the timer is disarmed at once.
    ///
    /// @param instant when, as [#now()] counts; one that has passed is ready at the first poll
    /// @return the future
    public static Sleep sleepUntil(Instant instant) {
        return new Sleep(0, Objects.requireNonNull(instant, "instant must not be null"));
    }

    /// The instant of the poll, on the runtime's clock.
    ///
    /// @return a future that is ready at its first poll
    public static Future<Instant> now() {
        return new Now();
    }

    /// A future of what `future` gives, or of a [dev.wakeful.TimeoutException] when `duration` passes first, counted
    /// from the first poll.
    ///
    /// `future` is polled before the clock is looked at, so one that is ready always wins. When the time has passed, it
    /// is wound down first, and then the timeout is thrown. A future that never lets go of its thread cannot be timed
    /// out. What is awaited may ask how long it has, by [dev.wakeful.spi.Deadline#remaining()]; of several timeouts
    /// around each other the earliest counts.
    ///
    /// {@snippet class="TimeExamples" region="timeout"}
    ///
    /// ### Cancel safety
    ///
    /// As that of `future`.
    ///
    /// @param <T> the type of the value
    /// @param duration how long, not negative
    /// @param future what to wait for
    /// @return the future, which owns `future`
    /// @throws IllegalArgumentException when the duration is negative
    public static <T extends @Nullable Object> Future<T> timeout(Duration duration, Future<T> future) {
        return new Timeout<>(Objects.requireNonNull(future, "future must not be null"), duration);
    }

    /// As [#timeout(Duration,Future)].
    ///
    /// @param <T> the type of the value
    /// @param future what to wait for
    /// @param duration how long, not negative
    /// @return the future, which owns `future`
    /// @throws IllegalArgumentException when the duration is negative
    public static <T extends @Nullable Object> Future<T> timeout(Future<T> future, Duration duration) {
        return timeout(duration, future);
    }

    /// A future of what `future` gives, or of a [dev.wakeful.TimeoutException] when `instant` passes first.
    ///
    /// As [#timeout(Duration,Future)] in all else: several steps that are to be done by one instant each take it.
    ///
    /// {@snippet class="TimeExamples" region="deadline"}
    ///
    /// ### Cancel safety
    ///
    /// As that of `future`.
    ///
    /// @param <T> the type of the value
    /// @param instant by when, as [#now()] counts; when it has passed, only a future that is ready at once wins
    /// @param future what to wait for
    /// @return the future, which owns `future`
    public static <T extends @Nullable Object> Future<T> deadline(Instant instant, Future<T> future) {
        Objects.requireNonNull(instant, "instant must not be null");
        return new Timeout<>(Objects.requireNonNull(future, "future must not be null"), instant);
    }

    /// As [#deadline(Instant,Future)].
    ///
    /// @param <T> the type of the value
    /// @param future what to wait for
    /// @param instant by when, as [#now()] counts
    /// @return the future, which owns `future`
    public static <T extends @Nullable Object> Future<T> deadline(Future<T> future, Instant instant) {
        return deadline(instant, future);
    }

    /// The values of `source` that are followed by a time of quiet: each is given when `quiet` has passed without
    /// another one; a value that comes sooner takes its place.
    ///
    /// When the source ends or fails, the value that waits is given at once, and then the end or the failure.
    ///
    /// {@snippet class="TimeExamples" region="debounce"}
    ///
    /// ### Cancel safety
    ///
    /// Nothing is lost (class A) when nothing is by that of `source`: the value that waits stays for the next call.
    ///
    /// @param <T> the type of the values
    /// @param quiet how long no other value may come, not negative
    /// @param source where the values come from, `channel::receive` say
    /// @return the source, used by one task at a time
    public static <T> Source<T> debounce(Duration quiet, Source<T> source) {
        return new Latest<>("debounce[" + quiet + "]", source, Durations.nanos(quiet), true);
    }

    /// The latest value of `source` on each beat; a beat without a new value gives none. Beats are `period` apart,
    /// counted from the first poll.
    ///
    /// When the source ends or fails, the value that waits is given at once, and then the end or the failure.
    ///
    /// ### Cancel safety
    ///
    /// As that of [#debounce].
    ///
    /// @param <T> the type of the values
    /// @param period the distance of beats, positive
    /// @param source where the values come from, `channel::receive` say
    /// @return the source, used by one task at a time
    public static <T> Source<T> sample(Duration period, Source<T> source) {
        return new Latest<>("sample[" + period + "]", source, Durations.period(period), false);
    }

    /// Every value of `source`, at least `distance` apart: after each, the next is asked for when that has passed. So
    /// a bounded channel keeps its senders waiting, and no value is dropped.
    ///
    /// ### Cancel safety
    ///
    /// As that of `source`.
    ///
    /// @param <T> the type of the values
    /// @param distance how long to wait after each value, not negative
    /// @param source where the values come from, `channel::receive` say
    /// @return the source, used by one task at a time
    public static <T> Source<T> throttle(Duration distance, Source<T> source) {
        return new Throttled<>("throttle[" + distance + "]", source, Durations.nanos(distance));
    }

    /// Ticks that are `period` apart, the first at once, when it is first polled. What was missed is caught up with.
    ///
    /// {@snippet class="TimeExamples" region="interval"}
    ///
    /// @param period the distance of ticks, positive
    /// @return the interval
    /// @throws IllegalArgumentException when the period is zero or negative
    public static Interval interval(Duration period) {
        return interval(period, MissedTick.BURST);
    }

    /// Ticks that are `period` apart, the first at once, when it is first polled.
    ///
    /// @param period the distance of ticks, positive
    /// @param missedTick what becomes of ticks that were missed
    /// @return the interval
    /// @throws IllegalArgumentException when the period is zero or negative
    public static Interval interval(Duration period, MissedTick missedTick) {
        return new Interval(null, period, missedTick);
    }

    /// Ticks that are `period` apart, the first at `start`.
    ///
    /// @param start the first tick, as [#now()] counts
    /// @param period the distance of ticks, positive
    /// @param missedTick what becomes of ticks that were missed
    /// @return the interval
    /// @throws IllegalArgumentException when the period is zero or negative
    public static Interval intervalAt(Instant start, Duration period, MissedTick missedTick) {
        return new Interval(Objects.requireNonNull(start, "start must not be null"), period, missedTick);
    }
}
