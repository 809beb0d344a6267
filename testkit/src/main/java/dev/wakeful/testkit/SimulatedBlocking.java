// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit;

import dev.wakeful.CheckedFuture;
import dev.wakeful.Context;
import dev.wakeful.Description;
import dev.wakeful.Future;
import dev.wakeful.Poll;
import dev.wakeful.spi.Blocking;
import dev.wakeful.task.Task;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/// Blocking work as tasks of the simulation: each call is one step of it, run at whatever time the schedule says.
final class SimulatedBlocking implements Blocking {
    private final Simulation simulation;

    SimulatedBlocking(Simulation simulation) {
        this.simulation = simulation;
    }

    @Override
    public <T extends @Nullable Object> Future<T> call(Callable<T> work) {
        return new Call<>(work);
    }

    private final class Call<T extends @Nullable Object> extends CheckedFuture<T> {
        private final Callable<T> work;
        private @Nullable Task<Outcome<T>> step;
        private @Nullable Future<Outcome<T>> join;

        Call(Callable<T> work) {
            this.work = work;
        }

        @Override
        protected @Nullable Object advance(Context cx) throws Exception {
            Future<Outcome<T>> running = join;
            if (running == null) {
                step = simulation.start("blocking work", polled -> Poll.ready(outcome()));
                running = step.join();
                join = running;
            }
            return switch (running.poll(cx)) {
                case Poll.Pending<Outcome<T>> _ -> PENDING;
                case Poll.Ready<Outcome<T>>(var outcome) -> outcome.get();
            };
        }

        private Outcome<T> outcome() {
            simulation.allowBlocking();
            try {
                return new Outcome<>(work.call(), null);
            } catch (Exception failure) {
                return new Outcome<>(null, failure);
            }
        }

        @Override
        protected boolean release(Context cx) throws Exception {
            if (step != null) {
                step.abort("nobody waits for its value");
            }
            return join == null || join.pollCancel(cx).isReady();
        }

        @Override
        public void describe(Description to) {
            to.label("blocking work");
            to.waitsFor("blocking work", step);
        }
    }

    private record Outcome<T extends @Nullable Object>(
            @Nullable T value, @Nullable Exception failure) {
        @Nullable
        T get() throws Exception {
            if (failure != null) {
                throw failure;
            }
            return value;
        }
    }
}
