// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.internal;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;

/*
 * Futures are told from each other by identity and held weakly. Whoever ends a future takes it out; the collector gives back
 * those that nobody ended and nobody can end any more. Entries are put in and taken out by the owner of the future, in its
 * polls, so a future that ends is never found here.
 */

/// Futures that were made, until they are polled, or have waited, until they end, and what is to be closed, until it
/// is: for finding what was forgotten.
///
/// Of the tasks of a runtime, every 1024th is watched, so that it costs nothing that can be measured; where there are
/// tests, each is.
public final class Begun {
    private static final int ONE_IN = 1024;

    private static final ConcurrentHashMap<Object, Entry<?>> ENTRIES = new ConcurrentHashMap<>();
    private static final ReferenceQueue<Object> GONE = new ReferenceQueue<>();

    /// The tasks whose number has none of these bits are watched. Read on the way of every future that has to wait; a
    /// value of some moments ago does no harm.
    private static int mask = ONE_IN - 1;

    private Begun() {}

    /// A watch over something that is to be closed, and not only while it waits.
    public interface Watch {
        /// Ends the watch: it was closed.
        void end();
    }

    private static final class Entry<R> extends WeakReference<Object> implements Watch {
        private final int hash;
        private final boolean future;
        private final Object what;
        private final Consumer<? super R> home;
        private final Function<String, R> words;

        Entry(Object watched, boolean future, Object what, Consumer<? super R> home, Function<String, R> words) {
            super(watched, GONE);
            this.hash = System.identityHashCode(watched);
            this.future = future;
            this.what = what;
            this.home = home;
            this.words = words;
        }

        @Override
        public void end() {
            ENTRIES.remove(this);
            clear();
        }

        void report() {
            home.accept(words.apply(what.toString()));
        }

        @Override
        public int hashCode() {
            return hash;
        }

        @Override
        public boolean equals(Object other) {
            return this == other;
        }
    }

    /// A key that is equal to the entry of a future.
    private record Probe(Object future) {
        @Override
        public int hashCode() {
            return System.identityHashCode(future);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Entry<?> entry && entry.future && entry.refersTo(future);
        }
    }

    /// Whether the futures of a task are watched.
    ///
    /// @param task the number of the task
    /// @return whether to call [#add] for those that wait
    public static boolean watches(long task) {
        return (task & mask) == 0;
    }

    /// Whether every task is watched, because there are tests.
    ///
    /// @return whether nothing is to be left out
    public static boolean watchesAll() {
        return mask == 0;
    }

    /// Watches a future until [#remove].
    ///
    /// @param <R> the type of reports
    /// @param future the future
    /// @param what says what the future is and where, when it is asked for its text
    /// @param home takes the report when nobody can reach the future any more
    /// @param words makes the report of the text
    public static <R> void add(Object future, Object what, Consumer<? super R> home, Function<String, R> words) {
        var entry = new Entry<>(future, true, what, home, words);
        ENTRIES.put(entry, entry);
    }

    /// Watches an object until the watch is ended. It may be a future that is watched by [#add] besides.
    ///
    /// @param <R> the type of reports
    /// @param object the object
    /// @param what says what the object is and where, when it is asked for its text; must not hold the object
    /// @param home takes the report when nobody can reach the object any more; must not hold it either
    /// @param words makes the report of the text
    /// @return the watch
    public static <R> Watch watch(Object object, Object what, Consumer<? super R> home, Function<String, R> words) {
        var entry = new Entry<>(object, false, what, home, words);
        ENTRIES.put(entry, entry);
        return entry;
    }

    /// Ends the watch over a future.
    ///
    /// @param future the future
    /// @return whether it was watched
    public static boolean remove(Object future) {
        return ENTRIES.remove(new Probe(future)) != null;
    }

    /// Reports what the collector has found since the last call. Callable from any thread.
    public static void reportGone() {
        for (Reference<?> gone = GONE.poll(); gone != null; gone = GONE.poll()) {
            if (gone instanceof Entry<?> entry && ENTRIES.remove(entry, entry)) {
                entry.report();
            }
        }
    }

    /// Reports what a collection that is over has found, without waiting until the JVM has said so of each.
    public static void reportCollected() {
        for (Entry<?> entry : ENTRIES.values()) {
            if (entry.refersTo(null) && ENTRIES.remove(entry, entry)) {
                entry.report();
            }
        }
    }

    /// From now on the futures of all tasks are watched, because there are tests.
    public static void watchAll() {
        mask = 0;
    }

    /// What was not closed, of what is to be closed and whose reports go to `home`.
    ///
    /// @param home who takes the reports
    /// @return each in words, in the order of the words
    public static List<String> unclosed(Consumer<?> home) {
        return ENTRIES.values().stream()
                .filter(entry -> !entry.future && entry.home == home && !entry.refersTo(null))
                .map(entry -> entry.what.toString())
                .sorted()
                .toList();
    }

    /// Whether futures are watched whose reports go to `home`, so that asking the collector is worth it.
    ///
    /// @param home who takes the reports
    /// @return whether there is any
    public static boolean isWatchedFor(Consumer<?> home) {
        return ENTRIES.values().stream().anyMatch(entry -> entry.home == home);
    }
}
