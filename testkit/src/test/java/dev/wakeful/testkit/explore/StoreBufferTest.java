// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit.explore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;

/// Stores of less than full strength: what other threads may see late, and what they may not.
class StoreBufferTest {
    static final class Fields {
        volatile int x;
        volatile int y;
        int plain;

        static final VarHandle X = handle("x");
        static final VarHandle Y = handle("y");
        static final AtomicIntegerFieldUpdater<Fields> UPDATES_X =
                AtomicIntegerFieldUpdater.newUpdater(Fields.class, "x");

        private static VarHandle handle(String field) {
            try {
                return MethodHandles.lookup().findVarHandle(Fields.class, field, int.class);
            } catch (ReflectiveOperationException failure) {
                throw new ExceptionInInitializerError(failure);
            }
        }
    }

    /// Each of two threads writes its own variable and then reads the other's: can both read zero?
    private static void dekker(Model model, Fields fields, IntConsumer writesX, IntConsumer writesY) {
        int[] read = new int[2];
        model.thread("a", () -> {
            writesX.accept(1);
            read[0] = fields.y;
        });
        model.thread("b", () -> {
            writesY.accept(1);
            read[1] = fields.x;
        });
        model.afterwards(() -> assertTrue(read[0] + read[1] > 0, "both read zero"));
    }

    static final class Release implements Model.Scenario {
        @Override
        public void setUp(Model model) {
            var fields = new Fields();
            dekker(
                    model,
                    fields,
                    value -> Fields.X.setRelease(fields, value),
                    value -> Fields.Y.setRelease(fields, value));
        }
    }

    static final class Opaque implements Model.Scenario {
        @Override
        public void setUp(Model model) {
            var fields = new Fields();
            dekker(model, fields, value -> Fields.X.setOpaque(fields, value), value -> Fields.Y.set(fields, value));
        }
    }

    static final class Lazy implements Model.Scenario {
        @Override
        public void setUp(Model model) {
            var x = new AtomicInteger();
            var y = new AtomicIntegerArray(2);
            int[] read = new int[2];
            model.thread("a", () -> {
                x.lazySet(1);
                read[0] = y.get(1);
            });
            model.thread("b", () -> {
                y.lazySet(1, 1);
                read[1] = x.get();
            });
            model.afterwards(() -> assertTrue(read[0] + read[1] > 0, "both read zero"));
        }
    }

    static final class Updater implements Model.Scenario {
        @Override
        public void setUp(Model model) {
            var fields = new Fields();
            dekker(
                    model,
                    fields,
                    value -> Fields.UPDATES_X.lazySet(fields, value),
                    value -> Fields.Y.setRelease(fields, value));
        }
    }

    @Test
    void twoReleaseStoresMayBothBeSeenLate() {
        assertFinds(Release.class);
    }

    @Test
    void soMayOpaqueAndPlainOnes() {
        assertFinds(Opaque.class);
    }

    @Test
    void soMayLazyOnesOfAtomicsAndTheirArrays() {
        assertFinds(Lazy.class);
    }

    @Test
    void soMayThoseOfUpdaters() {
        assertFinds(Updater.class);
    }

    private static void assertFinds(Class<? extends Model.Scenario> planted) {
        var failure = Explorer.of(planted).explore().failure();
        assertNotNull(failure, "nothing was found in " + planted.getSimpleName());
        assertTrue(failure.reason().contains("both read zero"), failure.reason());
        assertEquals(
                failure.story(),
                Explorer.of(planted)
                        .schedule(failure.schedule())
                        .explore()
                        .failure()
                        .story());
    }

    @Explore
    void volatileStoresAreSeenAtOnce(Model model) {
        var fields = new Fields();
        dekker(model, fields, value -> fields.x = value, value -> Fields.Y.setVolatile(fields, value));
    }

    @Explore
    void aFenceWaitsForTheStoresBeforeIt(Model model) {
        var fields = new Fields();
        dekker(
                model,
                fields,
                value -> {
                    Fields.X.setRelease(fields, value);
                    VarHandle.fullFence();
                },
                value -> {
                    Fields.Y.setOpaque(fields, value);
                    VarHandle.fullFence();
                });
    }

    @Explore
    void aSwapWaitsForTheStoresBeforeIt(Model model) {
        var fields = new Fields();
        var other = new AtomicInteger();
        dekker(
                model,
                fields,
                value -> {
                    Fields.X.setRelease(fields, value);
                    other.incrementAndGet();
                },
                value -> fields.y = value);
    }

    @Explore
    void aThreadSeesItsOwnStores(Model model) {
        var fields = new Fields();
        model.thread("a", () -> {
            Fields.X.setRelease(fields, 1);
            assertEquals(1, fields.x);
            Fields.X.setRelease(fields, 2);
            assertEquals(2, (int) Fields.X.getAcquire(fields));
            assertEquals(2, Fields.X.getAndAdd(fields, 1));
        });
        model.thread("b", () -> assertTrue(fields.x <= 3));
        model.afterwards(() -> assertEquals(3, fields.x));
    }

    @Explore
    void storesAreSeenInTheirOrder(Model model) {
        var fields = new Fields();
        model.thread("a", () -> {
            for (int i = 1; i <= StoreBuffer.CAPACITY; i++) { // with the other store one more than the buffer holds
                Fields.X.setRelease(fields, i);
            }
            Fields.Y.setRelease(fields, 1);
        });
        model.thread("b", () -> {
            if (fields.y == 1) {
                assertEquals(StoreBuffer.CAPACITY, fields.x);
            }
        });
        model.afterwards(() -> assertEquals(1, fields.y));
    }

    @Explore
    void aReleaseStorePublishesWhatCameBeforeIt(Model model) {
        var fields = new Fields();
        model.thread("a", () -> {
            fields.plain = 7;
            Fields.X.setRelease(fields, 1);
        });
        model.thread("b", () -> {
            if ((int) Fields.X.getAcquire(fields) == 1) {
                assertEquals(7, fields.plain);
            }
        });
    }

    @Explore
    void aParkedThreadIsWokenByOneWhoSwapsAfterAReleaseStore(Model model) {
        var fields = new Fields();
        var waiter = new AtomicReference<Thread>();
        model.thread("waiter", () -> {
            waiter.set(Thread.currentThread());
            while (fields.y == 0) {
                LockSupport.park();
            }
        });
        model.thread("waker", () -> {
            Fields.Y.setRelease(fields, 1);
            LockSupport.unpark(waiter.getAndSet(null));
        });
    }

    static final class OpaquePublishes implements Model.Scenario {
        @Override
        public void setUp(Model model) {
            var fields = new Fields();
            model.thread("a", () -> {
                fields.plain = 7;
                Fields.X.setOpaque(fields, 1);
            });
            model.thread("b", () -> {
                if (fields.x == 1) {
                    assertEquals(7, fields.plain);
                }
            });
        }
    }

    static final class OpaqueReads implements Model.Scenario {
        @Override
        public void setUp(Model model) {
            var fields = new Fields();
            model.thread("a", () -> {
                fields.plain = 7;
                fields.x = 1;
            });
            model.thread("b", () -> {
                if ((int) Fields.X.getOpaque(fields) == 1) {
                    assertEquals(7, fields.plain);
                }
            });
        }
    }

    @Test
    void anOpaqueStoreOrReadPublishesNothing() {
        for (var planted : java.util.List.of(OpaquePublishes.class, OpaqueReads.class)) {
            var failure = Explorer.of(planted).explore().failure();
            assertNotNull(failure, "nothing was found in " + planted.getSimpleName());
            assertTrue(failure.reason().startsWith("data race: "), failure.reason());
        }
    }
}
