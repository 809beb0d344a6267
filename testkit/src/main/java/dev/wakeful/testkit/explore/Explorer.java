// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit.explore;

import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/// Explores every schedule of a small concurrent model, within bounds.
///
/// ```java
/// Explorer.of(LostUpdate.class).preemptions(2).explore().assertClear();
/// ```
///
/// Immutable: each method that sets a bound gives a new explorer. One exploration runs at a time in a JVM. With its
/// option `--add-exports java.base/jdk.internal.vm=ALL-UNNAMED` models run on the JDK's continuations, and without it
/// on threads, which takes many times as long.
public final class Explorer {
    /// As many preemptions as there can be.
    public static final int UNBOUNDED = -1;

    /// Execution keeps the run in a static, so explorations take turns.
    private static final Semaphore TURN = new Semaphore(1);

    private final Class<?> type;
    private final Set<String> prefixes;
    private final int preemptions;
    private final long maxSchedules;
    private final boolean spuriousUnparks;
    private final boolean watchesRaces;
    private final @Nullable String schedule;

    private Explorer(
            Class<?> type,
            Set<String> prefixes,
            int preemptions,
            long maxSchedules,
            boolean spuriousUnparks,
            boolean watchesRaces,
            @Nullable String schedule) {
        this.type = type;
        this.prefixes = prefixes;
        this.preemptions = preemptions;
        this.maxSchedules = maxSchedules;
        this.spuriousUnparks = spuriousUnparks;
        this.watchesRaces = watchesRaces;
        this.schedule = schedule;
    }

    /// An explorer of the models that instances of `scenario` set up; its class, those nested in it, those of its
    /// package and those of Wakeful are instrumented.
    ///
    /// @param scenario a class with a constructor without parameters
    /// @return the explorer, without a bound on preemptions, with a limit of ten million schedules
    public static Explorer of(Class<? extends Model.Scenario> scenario) {
        return ofClass(Objects.requireNonNull(scenario, "scenario must not be null"));
    }

    static Explorer ofClass(Class<?> type) {
        return new Explorer(
                type, Set.of(type.getPackageName() + ".", "dev.wakeful."), UNBOUNDED, 10_000_000, false, true, null);
    }

    /// Has more classes instrumented.
    ///
    /// @param prefix how their names begin, as `com.example.queues.`
    /// @return a new explorer
    public Explorer instrument(String prefix) {
        Set<String> more = new TreeSet<>(prefixes);
        more.add(Objects.requireNonNull(prefix, "prefix must not be null"));
        return new Explorer(type, more, preemptions, maxSchedules, spuriousUnparks, watchesRaces, schedule);
    }

    /// Bounds how often a run switches away from a thread that could go on. Most bugs show with two.
    ///
    /// @param bound the bound, or [#UNBOUNDED]
    /// @return a new explorer
    public Explorer preemptions(int bound) {
        return new Explorer(type, prefixes, bound, maxSchedules, spuriousUnparks, watchesRaces, schedule);
    }

    /// Bounds how many schedules are tried.
    ///
    /// @param limit the limit
    /// @return a new explorer
    public Explorer maxSchedules(long limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("limit must be positive, but was " + limit);
        }
        return new Explorer(type, prefixes, preemptions, limit, spuriousUnparks, watchesRaces, schedule);
    }

    /// Lets a park return by itself, twice in each thread, as the JDK allows it to. By default it does not, so that a
    /// lost wake-up shows.
    ///
    /// @param allowed whether it may
    /// @return a new explorer
    public Explorer spuriousUnparks(boolean allowed) {
        return new Explorer(type, prefixes, preemptions, maxSchedules, allowed, watchesRaces, schedule);
    }

    /// Watches plain fields for data races, which is the default and costs time.
    ///
    /// @param watched whether they are
    /// @return a new explorer
    public Explorer watchRaces(boolean watched) {
        return new Explorer(type, prefixes, preemptions, maxSchedules, spuriousUnparks, watched, schedule);
    }

    /// Runs one schedule instead of all.
    ///
    /// @param schedule what [Exploration.Failure#schedule()] gave
    /// @return a new explorer
    public Explorer schedule(String schedule) {
        return new Explorer(type, prefixes, preemptions, maxSchedules, spuriousUnparks, watchesRaces, schedule);
    }

    /// Explores.
    ///
    /// @return what was found
    public Exploration explore() {
        return explore(loaded -> {
            var constructor = loaded.getDeclaredConstructor();
            constructor.setAccessible(true);
            return (Model.Scenario) constructor.newInstance();
        });
    }

    /// Makes the scenario from the class as the exploring loader has it.
    @FunctionalInterface
    interface Factory {
        Model.Scenario scenario(Class<?> loaded) throws ReflectiveOperationException;
    }

    Exploration explore(Factory factory) {
        TURN.acquireUninterruptibly();
        try {
            Class<?> loaded = Class.forName(type.getName(), true, new ExploringLoader(type, prefixes));
            var search = new Search(this, factory.scenario(loaded));
            return schedule == null ? search.explore() : search.replay(schedule);
        } catch (ReflectiveOperationException failure) {
            throw new IllegalStateException("no model can be made of " + type.getName() + ": " + failure, failure);
        } finally {
            TURN.release();
        }
    }

    int preemptions() {
        return preemptions;
    }

    long maxSchedules() {
        return maxSchedules;
    }

    boolean hasSpuriousUnparks() {
        return spuriousUnparks;
    }

    boolean watchesRaces() {
        return watchesRaces;
    }
}
