// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit.explore;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Watches plain fields: two accesses of one field by two threads, one of them a write, must be ordered by the steps
/// between them. Vector clocks, as in FastTrack (Flanagan and Freund, PLDI 2009), without its short cuts.
final class Races {
    private final int threads;
    private final int[][] clocks;
    private final PlaceMap<int[]> places = new PlaceMap<>();
    private final PlaceMap<Accesses> plains = new PlaceMap<>();
    private final Supplier<int[]> newClock;
    private final Supplier<Accesses> newAccesses;
    private @Nullable String found;

    /// The clock of the last write, and of the last read by each thread.
    private static final class Accesses {
        private int writer = -1;
        private int writeClock;
        private final int[] reads;

        Accesses(int threads) {
            reads = new int[threads];
        }
    }

    Races(int threads) {
        this.threads = threads;
        this.clocks = new int[threads][threads];
        for (int i = 0; i < threads; i++) {
            clocks[i][i] = 1;
        }
        this.newClock = () -> new int[threads];
        this.newAccesses = () -> new Accesses(threads);
    }

    /// A step that orders: whoever comes after it at the same place sees what was before it.
    void stepTaken(ModelThread thread, Step step, @Nullable Object target, @Nullable String field) {
        int[] own = clocks[thread.index];
        switch (step) {
            case READ -> join(own, place(target, field));
            case WRITE -> {
                int[] place = place(target, field);
                join(own, place);
                publish(own, place, thread.index);
            }
            case UNPARK -> publish(own, place(target, "park"), thread.index);
            case PARK, PARK_TIMED -> join(own, place(thread, "park"));
            case ENTER, WAIT, WAIT_TIMED -> join(own, place(target, "monitor"));
            case EXIT -> publish(own, place(target, "monitor"), thread.index);
            case START, NOTIFY, SPIN, STORE, FLUSH, FENCE -> {}
        }
    }

    /// What whoever reads a store of `thread` knows then, as of now.
    int[] released(ModelThread thread) {
        int[] own = clocks[thread.index];
        int[] now = own.clone();
        own[thread.index]++;
        return now;
    }

    /// A store with that knowledge has reached memory.
    void flushed(@Nullable Object target, @Nullable String field, int[] known) {
        join(place(target, field), known);
    }

    private int[] place(@Nullable Object target, @Nullable String field) {
        return places.get(target == null ? this : target, field == null ? "" : field, newClock);
    }

    private void join(int[] own, int[] other) {
        for (int i = 0; i < threads; i++) {
            own[i] = Math.max(own[i], other[i]);
        }
    }

    private void publish(int[] own, int[] place, int index) {
        join(place, own);
        own[index]++;
    }

    /// A plain access, which must be ordered after the others' that conflict with it.
    void plain(ModelThread thread, Object owner, String field, boolean writes) {
        Accesses seen = plains.get(owner, field, newAccesses);
        int[] own = clocks[thread.index];
        if (seen.writer >= 0 && seen.writer != thread.index && seen.writeClock > own[seen.writer]) {
            report(owner, field, writes ? "written twice" : "written and read", seen.writer, thread.index);
        }
        if (writes) {
            for (int i = 0; i < threads; i++) {
                if (i != thread.index && seen.reads[i] > own[i]) {
                    report(owner, field, "read and written", i, thread.index);
                }
            }
            seen.writer = thread.index;
            seen.writeClock = own[thread.index];
        } else {
            seen.reads[thread.index] = own[thread.index];
        }
    }

    private void report(Object owner, String field, String how, int first, int second) {
        if (found == null) {
            String type =
                    owner instanceof Class<?> c ? c.getName() : owner.getClass().getName();
            found = "data race: " + type + "." + field + " is " + how + " by threads " + first + " and " + second
                    + " with nothing between that orders them";
        }
    }

    @Nullable
    String found() {
        return found;
    }
}
