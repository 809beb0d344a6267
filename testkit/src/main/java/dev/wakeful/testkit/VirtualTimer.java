// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit;

import dev.wakeful.Waker;
import dev.wakeful.spi.Timer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A clock that moves when it is told to, exact to the nanosecond. For the one thread that drives a simulation.
final class VirtualTimer implements Timer {
    private static final Instant ORIGIN = Instant.parse("2000-01-01T00:00:00Z");

    private final TreeSet<VirtualAlarm> armed = new TreeSet<>();
    private final Supplier<String> who;
    private long now;
    private long armings;

    /// @param who names the task that is being polled, for the report of alarms that are left over
    VirtualTimer(Supplier<String> who) {
        this.who = who;
    }

    @Override
    public long nanos() {
        return now;
    }

    @Override
    public Instant origin() {
        return ORIGIN;
    }

    @Override
    public Alarm alarm() {
        return new VirtualAlarm();
    }

    /// The next deadline, or `Long.MAX_VALUE` when nothing is armed that will ever be due.
    long nextDeadline() {
        return armed.isEmpty() ? Long.MAX_VALUE : armed.first().deadline;
    }

    void moveTo(long time) {
        now = Math.max(now, time);
    }

    /// Wakes the alarms of the earliest deadline, in the order in which they were armed, if they are due.
    ///
    /// @return whether there were any
    boolean fireNextDeadline() {
        long deadline = nextDeadline();
        if (deadline > now || deadline == Long.MAX_VALUE) {
            return false;
        }
        while (!armed.isEmpty() && armed.first().deadline == deadline) {
            VirtualAlarm due = armed.pollFirst();
            Waker waker = due.waker;
            due.waker = null;
            if (waker != null) {
                waker.wake();
            }
        }
        return true;
    }

    /// The alarms that are still armed, in words.
    List<String> leftOver() {
        List<String> texts = new ArrayList<>();
        for (var alarm : armed) {
            texts.add("a timer of " + alarm.owner + " for " + java.time.Duration.ofNanos(alarm.deadline));
        }
        return texts;
    }

    private final class VirtualAlarm implements Alarm, Comparable<VirtualAlarm> {
        private @Nullable Waker waker;
        private String owner = "";
        private long deadline;
        private long arming;

        @Override
        public void arm(long deadlineNanos, Waker waker) {
            disarm();
            this.waker = waker;
            this.owner = who.get();
            deadline = deadlineNanos;
            arming = ++armings;
            armed.add(this);
        }

        @Override
        public void move(long deadlineNanos) {
            Waker kept = waker;
            if (kept != null) {
                arm(deadlineNanos, kept);
            }
        }

        @Override
        public void disarm() {
            if (waker != null) {
                armed.remove(this);
                waker = null;
            }
        }

        @Override
        public int compareTo(VirtualAlarm other) {
            int byDeadline = Long.compare(deadline, other.deadline);
            return byDeadline != 0 ? byDeadline : Long.compare(arming, other.arming);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return Long.hashCode(arming);
        }
    }
}
