// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// Each notification for one is observed by one, stored, or on its way to one; a notification for all reaches exactly
/// those enabled before it.
public final class NotifyScenario extends Scenario {
    private final ArrayDeque<InFlight> waiting = new ArrayDeque<>();
    private final ArrayDeque<InFlight> notified = new ArrayDeque<>();
    private final ArrayDeque<InFlight> all = new ArrayDeque<>();
    private Notify notify = new Notify();
    private boolean stored;

    public NotifyScenario() {}

    @Override
    protected void begin() {
        notify = watched(new Notify());
        stored = false;
        waiting.clear();
        notified.clear();
        all.clear();
    }

    @Override
    protected void step() throws Exception {
        switch (random(8)) {
            case 0, 1 -> {
                var wait = notify.notified();
                boolean had = stored;
                if (random(3) == 0) {
                    expect(wait.enable() == had, "enable said " + !had);
                    stored = false;
                    fresh = false;
                    early = had;
                } else {
                    fresh = true;
                }
                InFlight started = start("wait", wait);
                if (inFlight().contains(started)) {
                    if (had) {
                        stored = false;
                        notified.add(started);
                    } else {
                        waiting.add(started);
                    }
                } else {
                    expect(had, "notified by nobody");
                }
            }
            case 2, 3 -> notifyOne(random(2) == 0);
            case 4 -> {
                notify.notifyAllWaiting();
                all.addAll(waiting);
                waiting.clear();
            }
            default -> stir();
        }
    }

    private boolean fresh;
    private boolean early;

    private void notifyOne(boolean last) {
        if (last) {
            notify.notifyLast();
        } else {
            notify.notifyOne();
        }
        pass(last);
    }

    private void pass(boolean last) {
        InFlight to = last ? waiting.pollLast() : waiting.pollFirst();
        if (to == null) {
            stored = true;
        } else {
            notified.add(to);
            lasts.put(to, last);
        }
    }

    private final java.util.WeakHashMap<InFlight, Boolean> lasts = new java.util.WeakHashMap<>();

    @Override
    protected void completed(InFlight done, @Nullable Object value) {
        if (!waiting.contains(done) && !notified.remove(done) && !all.remove(done)) {
            expect(fresh && stored || !fresh && early, "notified by nobody");
            stored = false;
        }
        expect(!waiting.contains(done), done + " was not notified");
    }

    @Override
    protected void cancelled(InFlight gone) {
        waiting.remove(gone);
        all.remove(gone);
        if (notified.remove(gone)) {
            pass(lasts.getOrDefault(gone, false));
        }
    }

    @Override
    protected void check() {
        for (InFlight each : notified) {
            expect(each.woken(), each + " was notified and not woken");
        }
        for (InFlight each : all) {
            expect(each.woken(), each + " was notified with all and not woken");
        }
        expect(
                notify.passes(notify.word) == stored,
                stored ? "the notification is lost" : "a notification from nowhere");
        expect(notify.waiters().size() <= waiting.size(), "more wait than should");
    }

    @Override
    protected void finish() throws Exception {
        settle();
        notify.notifyAllWaiting();
        all.addAll(waiting);
        waiting.clear();
    }
}
