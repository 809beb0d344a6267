// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Failures of many: none is lost and none is there twice.
class FailuresTest {
    private final IOException first = new IOException("first");
    private final IOException second = new IOException("second");
    private final IOException third = new IOException("third");

    @Test
    void laterOnesAreSuppressedInTheOrderOfTheirArrivalAndEachOnce() {
        Failures all = Failures.plus(null, first);
        for (Throwable later : new Throwable[] {second, first, third, second, third}) {
            assertSame(all, Failures.plus(all, later));
        }
        assertSame(first, all.first());
        assertArrayEquals(new Throwable[] {second, third}, first.getSuppressed());
    }

    @Test
    void whatIsSuppressedAlreadyIsNotAddedAgain() {
        first.addSuppressed(second);
        Failures.plus(Failures.plus(null, first), second);
        assertArrayEquals(new Throwable[] {second}, first.getSuppressed());
    }

    @Test
    void failuresThatCallThemselvesEqualAreTwo() {
        var twin = new Twin();
        var other = new Twin();
        Failures.plus(Failures.plus(Failures.plus(null, first), twin), other);
        assertArrayEquals(new Throwable[] {twin, other}, first.getSuppressed());
    }

    @Test
    void oneFailureOfSeveralThreadsIsAddedOnce() throws Exception {
        var many =
                IntStream.range(0, 1_000).mapToObj(i -> new IOException("" + i)).toList();
        var all = new Failures(first);
        int threads = 4;
        var start = new CyclicBarrier(threads);
        try (var pool = Executors.newFixedThreadPool(threads)) {
            for (int i = 0; i < threads; i++) {
                pool.submit(() -> {
                    start.await();
                    many.forEach(all::add);
                    return null;
                });
            }
        }
        assertEquals(many.size(), first.getSuppressed().length);
        assertEquals(new HashSet<>(many), new HashSet<>(Arrays.asList(first.getSuppressed())));
    }

    private static final class Twin extends RuntimeException {
        @Override
        public boolean equals(Object other) {
            return other instanceof Twin;
        }

        @Override
        public int hashCode() {
            return 1;
        }
    }
}
