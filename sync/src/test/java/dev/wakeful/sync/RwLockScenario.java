// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One writer or many readers, at most one of whom is upgradable; one queue; a downgrade lets no writer in between.
public final class RwLockScenario extends Scenario {
    private final ArrayList<RwLock.ReadGuard> reading = new ArrayList<>();
    private final ArrayDeque<InFlight> queue = new ArrayDeque<>();
    private RwLock lock = new RwLock();
    private RwLock.@Nullable WriteGuard writing;
    private RwLock.@Nullable UpgradableGuard upgradable;
    private @Nullable InFlight upgrade;

    public RwLockScenario() {}

    @Override
    protected void begin() {
        lock = watched(new RwLock());
        reading.clear();
        queue.clear();
        writing = null;
        upgradable = null;
        upgrade = null;
    }

    @Override
    protected void step() throws Exception {
        switch (random(12)) {
            case 0, 1 -> queue(start("read", lock.read()));
            case 2 -> queue(start("write", lock.write()));
            case 3 -> queue(start("upgradable", lock.upgradable()));
            case 4 -> {
                var guard = lock.tryRead();
                if (guard != null) {
                    reading.add(guard);
                }
                var write = lock.tryWrite();
                if (write != null) {
                    expect(writing == null && reading.isEmpty() && upgradable == null, "tryWrite beside others");
                    writing = write;
                }
            }
            case 5, 6 -> leave();
            case 7 -> change();
            default -> stir();
        }
    }

    private void queue(InFlight started) {
        if (inFlight().contains(started)) {
            queue.add(started);
        }
    }

    private void leave() {
        if (writing != null) {
            writing.close();
            writing.close();
            writing = null;
        } else if (upgradable != null && upgrade == null && random(2) == 0) {
            upgradable.close();
            upgradable = null;
        } else if (!reading.isEmpty()) {
            reading.removeLast().close();
        }
    }

    private void change() throws Exception {
        if (writing != null) {
            reading.add(writing.downgrade());
            writing = null;
        } else if (upgradable != null && upgrade == null) {
            if (random(2) == 0) {
                reading.add(upgradable.downgrade());
                upgradable = null;
            } else {
                InFlight started = start("upgrade", upgradable.upgrade());
                if (inFlight().contains(started)) {
                    upgrade = started;
                }
            }
        }
    }

    @Override
    protected void completed(InFlight done, @Nullable Object value) {
        boolean queued = queue.contains(done);
        for (InFlight ahead : List.copyOf(queue)) {
            if (ahead == done) {
                break;
            }
            expect(!queued || ahead.woken(), done + " overtook " + ahead);
        }
        queue.remove(done);
        switch (value) {
            case RwLock.ReadGuard guard -> reading.add(guard);
            case RwLock.UpgradableGuard guard -> {
                expect(upgradable == null, "two upgradable readers");
                upgradable = guard;
            }
            case RwLock.WriteGuard guard -> {
                if (done.name.startsWith("upgrade ")) {
                    upgrade = null;
                    upgradable = null;
                }
                expect(reading.isEmpty() && upgradable == null, "a writer beside readers");
                expect(writing == null, "two writers");
                writing = guard;
            }
            case null, default -> throw new AssertionError("not a guard: " + value);
        }
        expect(writing == null || reading.isEmpty() && upgradable == null, "a reader beside a writer");
    }

    @Override
    protected void cancelled(InFlight gone) {
        queue.remove(gone);
        if (gone == upgrade) {
            upgrade = null;
        }
    }

    @Override
    protected void check() {
        int granted = lock.readers() + (lock.isWriting() ? 1 : 0);
        int held = reading.size() + (writing != null ? 1 : 0) + (upgradable != null ? 1 : 0);
        long woken = queue.stream().filter(InFlight::woken).count();
        expect(
                granted >= held && granted <= held + woken,
                granted + " granted, " + held + " held, " + woken + " woken");
        expect(!lock.isWriting() || lock.readers() == 0, "writing beside " + lock.readers() + " readers");
        if (upgrade != null) {
            expect(!reading.isEmpty() || upgrade.woken() || granted > held, "an upgrade with no readers left waits");
        } else if (held == 0 && granted == 0) {
            expect(queue.isEmpty(), "free while somebody waits");
        }
        InFlight head = queue.peek();
        if (head != null && head.name.startsWith("read") && upgrade == null && writing == null && !lock.isWriting()) {
            expect(head.woken(), "a reader at the head waits while nobody writes");
        }
    }

    @Override
    protected void finish() throws Exception {
        if (upgrade != null && random(2) == 0) {
            cancel(upgrade);
        }
        while (writing != null || upgradable != null || !reading.isEmpty()) {
            leave();
            settle();
        }
    }
}
