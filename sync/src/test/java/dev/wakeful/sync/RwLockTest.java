// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class RwLockTest {
    private final RwLock lock = new RwLock("table");

    @Test
    void aQueuedWriterKeepsLaterReadersWaiting() throws Exception {
        var first = Hand.ready(lock.read());
        var write = lock.write();
        Hand writer = Hand.pending("writer", write);
        var late = lock.read();
        Hand reader = Hand.pending("reader", late);
        assertNull(lock.tryRead());
        first.close();
        assertEquals(List.of(1, 0), List.of(writer.wakes, reader.wakes));
        assertSame(writer, lock.owner());
        assertEquals("lock table of writer", Hand.waitsFor(late));
        writer.value(write).close();
        reader.value(late).close();
        assertNotNull(lock.tryWrite());
    }

    @Test
    void aWriterThatGivesUpLetsTheReadersBehindItIn() throws Exception {
        var first = Hand.ready(lock.read());
        var write = lock.write();
        Hand writer = Hand.pending("writer", write);
        var late = lock.read();
        Hand reader = Hand.pending("reader", late);
        writer.cancel(write);
        assertEquals(1, reader.wakes);
        reader.value(late).close();
        first.close();
        assertEquals(0, lock.readers());
    }

    @Test
    void downgradingLetsNoWriterInBetween() throws Exception {
        var write = Hand.ready(lock.write());
        var next = lock.write();
        Hand writer = Hand.pending("writer", next);
        var read = write.downgrade();
        assertEquals(0, writer.wakes);
        assertEquals(1, lock.readers());
        write.close();
        assertEquals(1, lock.readers(), "the write guard is closed already");
        assertThrows(IllegalStateException.class, write::downgrade);
        read.close();
        assertEquals(1, writer.wakes);
    }

    @Test
    void anUpgradableReaderLetsReadersInAndNobodyElse() throws Exception {
        var upgradable = Hand.ready(lock.upgradable());
        var read = Hand.ready(lock.read());
        assertNull(lock.tryWrite());
        var second = lock.upgradable();
        Hand waiting = Hand.pending("second", second);
        var upgrade = upgradable.upgrade();
        Hand upgrading = Hand.pending("upgrading", upgrade);
        assertThrows(IllegalStateException.class, () -> Hand.ready(upgradable.upgrade()));
        read.close();
        assertEquals(List.of(1, 0), List.of(upgrading.wakes, waiting.wakes));
        var write = upgrading.value(upgrade);
        assertTrue(lock.isWriting());
        upgradable.close();
        assertTrue(lock.isWriting(), "the upgradable guard is closed already");
        write.close();
        assertEquals(1, waiting.wakes);
        waiting.value(second).close();
    }

    @Test
    void anUpgradeThatWasGrantedAndGivenUpIsAnUpgradableReadAgain() throws Exception {
        var upgradable = Hand.ready(lock.upgradable());
        var read = Hand.ready(lock.read());
        var upgrade = upgradable.upgrade();
        Hand upgrading = Hand.pending("upgrading", upgrade);
        read.close();
        upgrading.cancel(upgrade);
        assertFalse(lock.isWriting());
        assertEquals(1, lock.readers());
        Hand.ready(upgradable.upgrade()).close();
        assertEquals(0, lock.readers());
    }

    @Test
    void theNumberOfReadersIsBounded() throws Exception {
        var bounded = new RwLock("few", 1);
        var read = Hand.ready(bounded.read());
        var failure = assertThrows(IllegalStateException.class, () -> Hand.ready(bounded.read()));
        assertEquals("lock few has 1 reader, as many as it may have", failure.getMessage());
        read.close();
        Hand.ready(bounded.read()).close();
    }

    @Test
    void threadsReadTogetherAndWriteAlone() throws Exception {
        var value = new long[2];
        Runnable work = () -> {
            try {
                for (int i = 0; i < 5_000; i++) {
                    try (var write = lock.writeBlocking()) {
                        value[0]++;
                        value[1]++;
                    }
                    try (var read = lock.readBlocking()) {
                        assertEquals(value[0], value[1]);
                    }
                }
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        };
        var threads =
                List.of(Thread.ofVirtual().start(work), Thread.ofPlatform().start(work));
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(10_000, value[0]);
        assertEquals("RwLock[table, 0 reading]", lock.toString());
    }
}
