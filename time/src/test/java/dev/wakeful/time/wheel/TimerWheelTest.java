// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.time.wheel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class TimerWheelTest {
    private final List<String> fired = new ArrayList<>();

    private final class Named extends TimerWheel.Entry {
        private final String name;
        private Runnable then = () -> {};

        Named(String name) {
            this.name = name;
        }

        @Override
        protected void fire() {
            fired.add(name);
            then.run();
        }
    }

    private Named put(TimerWheel wheel, String name, long tick) {
        var entry = new Named(name);
        wheel.insert(entry, tick);
        return entry;
    }

    @Test
    void entriesFireAtTheirTickAndNotBefore() {
        var wheel = new TimerWheel();
        put(wheel, "a", 10);
        put(wheel, "b", 5_000);
        assertEquals(0, wheel.advance(9));
        assertEquals(1, wheel.advance(10));
        assertEquals(0, wheel.advance(4_999));
        assertEquals(1, wheel.advance(5_000));
        assertEquals(List.of("a", "b"), fired);
        assertEquals(TimerWheel.NEVER, wheel.nextTick());
    }

    @Test
    void entriesOfOneTickFireInTheOrderOfInsertionFromWhicheverLevelTheyCome() {
        var wheel = new TimerWheel();
        put(wheel, "a", 5_000); // level 2
        wheel.advance(4_500);
        put(wheel, "b", 5_000); // level 1
        wheel.advance(4_995);
        put(wheel, "c", 5_000); // level 0
        wheel.advance(6_000);
        assertEquals(List.of("a", "b", "c"), fired);
    }

    @Test
    void entryThatIsTooLateFiresAtTheNextAdvance() {
        var wheel = new TimerWheel();
        wheel.advance(100);
        put(wheel, "late", 7);
        assertEquals(100, wheel.nextTick());
        assertEquals(1, wheel.advance(100));
    }

    @Test
    void removedEntryDoesNotFireAlsoWhenItIsRemovedByOneThatFires() {
        var wheel = new TimerWheel();
        var first = put(wheel, "first", 3);
        var second = put(wheel, "second", 3);
        first.then = () -> wheel.remove(second);
        assertEquals(1, wheel.advance(3));
        assertEquals(List.of("first"), fired);
        assertFalse(second.isLinked());
        assertEquals(0, wheel.size());
        wheel.remove(second);
        assertEquals(0, wheel.size());
    }

    @Test
    void entryMayPutItselfInAgain() {
        var wheel = new TimerWheel();
        var entry = put(wheel, "again", 1);
        entry.then = () -> {
            if (fired.size() < 3) {
                wheel.insert(entry, entry.tick() + 100);
            }
        };
        wheel.advance(1_000);
        assertEquals(List.of("again", "again", "again"), fired);
    }

    @Test
    void entryInAWheelIsNotPutInTwice() {
        var wheel = new TimerWheel();
        var entry = put(wheel, "a", 1);
        assertThrows(IllegalStateException.class, () -> wheel.insert(entry, 2));
    }

    @Test
    void nextTickLeadsToEachEntryInAFewSteps() {
        var wheel = new TimerWheel();
        put(wheel, "far", 1_000_000_007L);
        int steps = 0;
        while (wheel.size() > 0) {
            long next = wheel.nextTick();
            assertTrue(next <= 1_000_000_007L);
            wheel.advance(next);
            steps++;
        }
        assertTrue(steps <= 6, "steps: " + steps);
    }

    @Test
    void ticksBeyondTheRangeFireAtTheirTime() {
        var wheel = new TimerWheel(2); // a round is 4,096 ticks
        wheel.advance(4_000);
        put(wheel, "far", 20_000);
        put(wheel, "never", TimerWheel.NEVER - 1);
        wheel.advance(19_999);
        assertEquals(List.of(), fired);
        wheel.advance(20_000);
        assertEquals(List.of("far"), fired);
        wheel.advance(1_000_000);
        assertEquals(List.of("far"), fired);
    }

    @Test
    void wheelFiresWhatASortedMapFires() {
        for (long seed = 1; seed <= 200; seed++) {
            int levels = (int) (seed % 4) + 1;
            compareWithModel(seed, new TimerWheel(levels), 1L << (seed % (6 * levels + 4) + 1));
        }
    }

    @Test
    void wheelFiresWhatASortedMapFiresNearTheEndOfTime() {
        for (long seed = 1; seed <= 50; seed++) {
            var wheel = new TimerWheel();
            wheel.advance(Long.MAX_VALUE / 1_000_000 - (1L << 40));
            compareWithModel(seed, wheel, 1L << (seed % 39 + 1));
        }
    }

    private void compareWithModel(long seed, TimerWheel wheel, long spread) {
        fired.clear();
        var random = new SplittableRandom(seed);
        var model = new TreeMap<Long, List<Named>>();
        Map<Named, Long> ticks = new HashMap<>();
        wheel.advance(random.nextLong(spread));
        long now = wheel.size() == 0 ? probe(wheel) : 0;
        for (int step = 0; step < 300; step++) {
            int action = random.nextInt(10);
            if (action < 6) {
                long tick = now + 1 + random.nextLong(spread);
                var entry = put(wheel, seed + "/" + step, tick);
                model.computeIfAbsent(tick, _ -> new ArrayList<>()).add(entry);
                ticks.put(entry, tick);
            } else if (action < 8 && !ticks.isEmpty()) {
                var victim = ticks.keySet().stream()
                        .min((a, b) -> a.name.compareTo(b.name))
                        .orElseThrow();
                wheel.remove(victim);
                model.get(ticks.remove(victim)).remove(victim);
            } else {
                now += random.nextLong(spread);
                expectFired(model, ticks, wheel, now);
            }
            assertEquals(ticks.size(), wheel.size());
        }
        expectFired(model, ticks, wheel, now + 2 * spread);
        assertEquals(0, wheel.size());
    }

    /// The tick that a wheel without entries was advanced to.
    private long probe(TimerWheel wheel) {
        var entry = put(wheel, "probe", 0);
        long now = wheel.nextTick();
        wheel.remove(entry);
        return now;
    }

    private void expectFired(TreeMap<Long, List<Named>> model, Map<Named, Long> ticks, TimerWheel wheel, long now) {
        List<String> expected = new ArrayList<>();
        while (!model.isEmpty() && model.firstKey() <= now) {
            for (Named entry : model.pollFirstEntry().getValue()) {
                expected.add(entry.name);
                ticks.remove(entry);
            }
        }
        fired.clear();
        wheel.advance(now);
        assertEquals(expected, fired);
    }
}
