// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit.explore;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// One run of a small concurrent program, being set up: its threads, and what must hold when they have ended.
///
/// A scenario is called once for each schedule and makes everything anew, so that no run sees another's objects.
///
/// ```java
/// @Explore
/// void nothingIsLost(Model model) {
///     var count = new AtomicInteger();
///     model.thread("a", count::incrementAndGet);
///     model.thread("b", count::incrementAndGet);
///     model.afterwards(() -> assertEquals(2, count.get()));
/// }
/// ```
public final class Model {
    /// More threads than this would not be explored to the end anyway.
    static final int MAX_THREADS = 16;

    final List<ModelThread> threads = new ArrayList<>();
    final List<Action> checks = new ArrayList<>();

    Model() {}

    /// A program: sets up the objects, the threads and the checks of one run.
    @FunctionalInterface
    public interface Scenario {
        /// Sets up one run. Nothing runs concurrently yet.
        ///
        /// @param model takes threads and checks
        /// @throws Exception fails the run
        void setUp(Model model) throws Exception;
    }

    /// What a thread does, or a check.
    @FunctionalInterface
    public interface Action {
        /// Does it.
        ///
        /// @throws Throwable fails the run
        void run() throws Throwable;
    }

    /// Adds a thread.
    ///
    /// @param name its name in reports
    /// @param body what it does; what it throws fails the run
    /// @return this model
    public Model thread(String name, Action body) {
        if (threads.size() == MAX_THREADS) {
            throw new IllegalStateException("a model has at most " + MAX_THREADS + " threads");
        }
        threads.add(new ModelThread(
                threads.size(), Objects.requireNonNull(name, "name must not be null"), Objects.requireNonNull(body)));
        return this;
    }

    /// Adds a check that is made when all threads have ended.
    ///
    /// @param check throws when something does not hold
    /// @return this model
    public Model afterwards(Action check) {
        checks.add(Objects.requireNonNull(check, "check must not be null"));
        return this;
    }

    /// The threads' names.
    @Override
    public String toString() {
        @Nullable String names = null;
        for (ModelThread thread : threads) {
            names = names == null ? thread.name : names + ", " + thread.name;
        }
        return "Model[" + (names == null ? "" : names) + "]";
    }
}
