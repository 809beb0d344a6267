// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.TaskRef;
import dev.wakeful.Waker;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// One schedule of a primitive, drawn from a seed: random first polls, polls of those that were woken, spurious polls
/// with the same or another waker, polls without budget, cancels at every stage, and the primitive's own operations.
/// The laws are checked after each step, and at the end that nobody is left waiting for what is there.
///
/// Subclasses are public with a public constructor, so that the mutant tests can make them in a class loader of their
/// own.
public abstract class Scenario {
    private final ArrayList<InFlight> inFlight = new ArrayList<>();
    private final ArrayList<Gate> gates = new ArrayList<>();
    private SplittableRandom random = new SplittableRandom(0);
    private int steps;
    private int named;
    boolean trace;

    /// Runs the schedule of `seed`; throws an [AssertionError] when a law is broken.
    public final void run(long seed) {
        random = new SplittableRandom(seed);
        inFlight.clear();
        gates.clear();
        named = 0;
        try {
            begin();
            steps = 5 + random.nextInt(30);
            for (int i = 0; i < steps; i++) {
                step();
                check();
            }
            settle();
            check();
            finish();
            settle();
            check();
            for (InFlight left : inFlight) {
                expect(mayStay(left), "nothing wakes " + left);
            }
        } catch (Exception e) {
            throw new AssertionError("an operation failed", e);
        }
    }

    /// Makes the primitive.
    protected abstract void begin() throws Exception;

    /// One random operation of the primitive itself, or none of them and [#stir()].
    protected abstract void step() throws Exception;

    /// The laws.
    protected abstract void check();

    /// What ends every wait: gives back what is held, closes what can be closed.
    protected abstract void finish() throws Exception;

    /// A future has completed.
    protected abstract void completed(InFlight done, @Nullable Object value) throws Exception;

    /// A future has failed.
    protected void failed(InFlight done, Exception failure) throws Exception {
        throw failure;
    }

    /// A future was wound down before it was complete.
    protected void cancelled(InFlight gone) throws Exception {}

    /// Whether a future may still be pending at the very end.
    protected boolean mayStay(InFlight left) {
        return false;
    }

    protected final <G extends Gate> G watched(G gate) {
        gates.add(gate);
        return gate;
    }

    protected final int random(int bound) {
        return random.nextInt(bound);
    }

    protected final <T> @Nullable T pick(List<T> list) {
        return list.isEmpty() ? null : list.get(random(list.size()));
    }

    protected final List<InFlight> inFlight() {
        return inFlight;
    }

    protected static void expect(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }

    /// Polls a new future for the first time.
    protected final InFlight start(String what, Future<?> future) throws Exception {
        var started = new InFlight(what + " " + ++named, future);
        inFlight.add(started);
        poll(started);
        return started;
    }

    /// A poll of somebody who was woken, a spurious one, or a cancel.
    protected final void stir() throws Exception {
        InFlight chosen = pick(inFlight);
        if (chosen == null) {
            return;
        }
        switch (random(8)) {
            case 0 -> cancel(chosen);
            case 1, 2 -> poll(chosen);
            default -> pollWoken();
        }
    }

    /// One line of the trace, for a run of a single seed.
    protected final void trace(String what, Object of) {
        if (trace) {
            System.out.println(what + " " + of);
        }
    }

    private void pollWoken() throws Exception {
        int from = inFlight.isEmpty() ? 0 : random(inFlight.size());
        for (int i = 0; i < inFlight.size(); i++) {
            InFlight next = inFlight.get((from + i) % inFlight.size());
            if (next.lamp.lit) {
                poll(next);
                return;
            }
        }
    }

    /// Polls those that were woken until nobody is.
    protected final void settle() throws Exception {
        boolean any = true;
        while (any) {
            any = false;
            for (InFlight each : List.copyOf(inFlight)) {
                if (each.lamp.lit && inFlight.contains(each)) {
                    any = true;
                    each.budget = 1;
                    poll(each);
                }
            }
        }
    }

    protected final void poll(InFlight polled) throws Exception {
        if (polled.budget == 0) {
            polled.budget = random(4); // 0: none in this poll
        }
        if (random(3) == 0) {
            polled.lamp = new Lamp();
        }
        polled.lamp.lit = false;
        trace("poll", polled);
        polled.asked = false;
        Object value;
        try {
            value = polled.future.pollRaw(polled);
        } catch (Exception e) {
            inFlight.remove(polled);
            failed(polled, e);
            return;
        } finally {
            checkGuards();
        }
        if (value == Future.PENDING) {
            expect(polled.asked || polled.lamp.lit, polled + " has not asked for its waker");
            polled.budget = 1;
        } else {
            inFlight.remove(polled);
            completed(polled, value);
        }
    }

    protected final void cancel(InFlight gone) throws Exception {
        trace("cancel", gone);
        inFlight.remove(gone);
        expect(gone.future.pollCancel(gone).isReady(), gone + " is not wound down in one call");
        checkGuards();
        cancelled(gone);
    }

    private void checkGuards() {
        for (Gate gate : gates) {
            expect((gate.word & Gate.GUARD) == 0, "the guard is held: " + gate);
        }
    }

    /// A future that was polled and is not complete, and the context that polls it.
    protected final class InFlight implements Context, TaskRef {
        final String name;
        final Future<?> future;
        final long number = named;
        private Lamp lamp = new Lamp();
        private boolean asked;
        private int budget = random(4);

        InFlight(String name, Future<?> future) {
            this.name = name;
            this.future = future;
        }

        boolean woken() {
            return lamp.lit;
        }

        @Override
        public Waker waker() {
            asked = true;
            return lamp;
        }

        @Override
        public <V> @Nullable V find(Key<V> key) {
            return null;
        }

        @Override
        public boolean hasBudget() {
            if (budget == 0) {
                lamp.lit = true;
                return false;
            }
            return true;
        }

        @Override
        public TaskRef task() {
            return this;
        }

        @Override
        public long id() {
            return number;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private final class Lamp implements Waker {
        private boolean lit;

        @Override
        public void wake() {
            checkGuards(); // no wake under a guard
            lit = true;
        }
    }
}
