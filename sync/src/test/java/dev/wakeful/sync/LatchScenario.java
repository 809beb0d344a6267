// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Values that are set once, and latches: nobody goes on before, everybody afterwards.
public final class LatchScenario extends Scenario {
    private final Set<InFlight> values = new HashSet<>();
    private final Set<InFlight> zeros = new HashSet<>();
    private SetOnce<Integer> cell = new SetOnce<>();
    private CountDownLatch latch = new CountDownLatch(0);
    private @Nullable Integer set;
    private long count;

    public LatchScenario() {}

    @Override
    protected void begin() {
        cell = watched(new SetOnce<>());
        count = random(4);
        latch = watched(new CountDownLatch((int) count));
        set = null;
        values.clear();
        zeros.clear();
    }

    @Override
    protected void step() throws Exception {
        switch (random(8)) {
            case 0 -> {
                if (random(3) == 0) {
                    int value = random(100);
                    expect(cell.trySet(value) == (set == null), "set twice, or not at all");
                    set = set == null ? Integer.valueOf(value) : set;
                }
            }
            case 1 -> {
                latch.countDown();
                count = Math.max(0, count - 1);
            }
            case 2, 3 -> add(values, start("value", cell.value()));
            case 4 -> add(zeros, start("zero", latch.zero()));
            default -> stir();
        }
    }

    private void add(Set<InFlight> waiting, InFlight started) {
        if (inFlight().contains(started)) {
            waiting.add(started);
        }
    }

    @Override
    protected void completed(InFlight done, @Nullable Object value) {
        if (done.name.startsWith("value")) {
            expect(set != null && set.equals(value), "the value is " + value + ", not " + set);
        } else {
            expect(count == 0, "through the latch at " + count);
        }
        values.remove(done);
        zeros.remove(done);
    }

    @Override
    protected void cancelled(InFlight gone) {
        values.remove(gone);
        zeros.remove(gone);
    }

    @Override
    protected void check() {
        expect(latch.count() == count, "the count is " + latch.count() + ", not " + count);
        expect(cell.isSet() == (set != null) && (set == null || set.equals(cell.peek())), "peek gives " + cell.peek());
        for (InFlight waiting : values) {
            expect(set == null || waiting.woken(), waiting + " was not told of the value");
        }
        for (InFlight waiting : zeros) {
            expect(count > 0 || waiting.woken(), waiting + " was not told that the count is zero");
        }
    }

    @Override
    protected void finish() {
        if (cell.trySet(7)) {
            set = 7;
        }
        for (; count > 0; count--) {
            latch.countDown();
        }
    }
}
