// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Every subscription gets every value sent after it, in order, less exactly those it is told it missed; a lossless
/// sender is never more than the capacity ahead of the slowest.
public final class BroadcastScenario extends Scenario {
    private final ArrayList<Subscription> subscriptions = new ArrayList<>();
    private final Map<InFlight, Subscription> receives = new HashMap<>();
    private final ArrayDeque<InFlight> waiting = new ArrayDeque<>();
    private final Map<InFlight, Integer> sends = new HashMap<>();
    private Broadcast.Ring<Integer> ring = new Broadcast.Ring<>(1, false);
    private BroadcastSender<Integer> sender = new BroadcastSender<>(ring);
    private static final IllegalStateException CAUSE = new IllegalStateException("failed");

    private boolean lossless;
    private boolean closed;
    private boolean failed;
    private int capacity;
    private int made;

    private static final class Subscription {
        final BroadcastReceiver<Integer> receiver;
        final ArrayDeque<Integer> owed = new ArrayDeque<>();

        Subscription(BroadcastReceiver<Integer> receiver) {
            this.receiver = receiver;
        }
    }

    public BroadcastScenario() {}

    @Override
    protected void begin() {
        lossless = random(2) == 0;
        capacity = 1 << random(3);
        ring = watched(new Broadcast.Ring<>(capacity, lossless));
        sender = new BroadcastSender<>(ring);
        closed = false;
        failed = false;
        made = 0;
        subscriptions.clear();
        receives.clear();
        waiting.clear();
        sends.clear();
    }

    @Override
    protected void step() throws Exception {
        Subscription subscription = pick(subscriptions);
        switch (random(14)) {
            case 0, 1 -> {
                if (subscriptions.size() < 4) {
                    subscriptions.add(new Subscription(sender.subscribe()));
                }
            }
            case 2 -> {
                if (subscription != null && random(3) == 0) {
                    subscriptions.remove(subscription);
                    subscription.owed.clear();
                    subscription.receiver.close();
                } else if (random(12) == 0) {
                    closed = true;
                    failed = true;
                    sender.fail(CAUSE);
                }
            }
            case 3, 4 -> send();
            case 5 -> trySend();
            case 6, 7, 8 -> {
                if (subscription != null && !receives.containsValue(subscription)) {
                    polled = subscription;
                    InFlight started = start("receive", subscription.receiver.receive());
                    if (inFlight().contains(started)) {
                        receives.put(started, subscription);
                    }
                }
            }
            case 9 -> {
                if (subscription != null) {
                    tryReceive(subscription);
                }
            }
            default -> stir();
        }
    }

    private @Nullable Subscription polled;
    private int first;

    private void send() throws Exception {
        if (!closed) {
            first = made++;
            InFlight started = start("send", sender.send(first));
            if (inFlight().contains(started)) {
                expect(lossless || started.woken(), "a lossy send waits");
                sends.put(started, first);
                waiting.add(started);
            }
        }
    }

    private void trySend() {
        if (!closed) {
            int value = made++;
            try {
                boolean sent = sender.trySend(value);
                expect(sent || lossless, "a lossy send found no room");
                if (sent) {
                    sent(value);
                }
            } catch (ClosedException e) {
                expect(subscriptions.isEmpty() && Integer.valueOf(value).equals(e.value()), "closed with receivers");
            }
        }
    }

    private void sent(int value) {
        for (Subscription each : subscriptions) {
            each.owed.add(value);
            expect(!lossless || each.owed.size() <= capacity, "a lossless sender is too far ahead");
        }
    }

    private void tryReceive(Subscription subscription) {
        try {
            Integer value = subscription.receiver.tryReceive();
            if (value != null) {
                received(subscription, value);
            } else {
                expect(subscription.owed.isEmpty(), "there is a value");
            }
        } catch (LaggedException e) {
            missed(subscription, e);
        } catch (ClosedException e) {
            expect(closed && subscription.owed.isEmpty(), "closed, but owed are " + subscription.owed);
        }
    }

    private void received(Subscription subscription, int value) {
        expect(!subscription.owed.isEmpty() && subscription.owed.poll() == value, value + " came out of order");
    }

    private void missed(Subscription subscription, LaggedException lagged) {
        expect(!lossless, "lost in a lossless channel");
        expect(lagged.missed() == subscription.owed.size() - capacity, "missed " + lagged.missed());
        for (long i = 0; i < lagged.missed(); i++) {
            subscription.owed.poll();
        }
    }

    @Override
    protected void completed(InFlight done, @Nullable Object value) {
        if (done.name.startsWith("receive")) {
            Subscription subscription = receives.containsKey(done) ? receives.remove(done) : polled;
            if (subscription != null && value instanceof Integer number) {
                received(subscription, number);
            } else if (subscription != null) {
                expect(
                        !subscriptions.contains(subscription) || (closed && subscription.owed.isEmpty()),
                        "the end came before the end");
            }
            return;
        }
        Integer sent = sends.remove(done);
        if (sent != null) {
            for (InFlight ahead : waiting) {
                expect(ahead == done || ahead.woken(), done + " overtook " + ahead);
                if (ahead == done) {
                    break;
                }
            }
        }
        waiting.remove(done);
        sent(sent == null ? first : sent);
    }

    @Override
    protected void failed(InFlight done, Exception failure) throws Exception {
        if (failure instanceof LaggedException lagged) {
            Subscription subscription = receives.containsKey(done) ? receives.remove(done) : polled;
            if (subscription != null) {
                missed(subscription, lagged);
            }
        } else if (failure instanceof ClosedException) {
            sends.remove(done);
            waiting.remove(done);
        } else if (failure == CAUSE) {
            Subscription subscription = receives.containsKey(done) ? receives.remove(done) : polled;
            expect(closed && (subscription == null || subscription.owed.isEmpty()), "the failure came before the end");
        } else {
            throw failure;
        }
    }

    @Override
    protected void cancelled(InFlight gone) {
        receives.remove(gone);
        sends.remove(gone);
        waiting.remove(gone);
    }

    @Override
    protected void check() {
        receives.forEach((future, subscription) -> {
            if (subscriptions.contains(subscription) && !subscription.owed.isEmpty()) {
                expect(future.woken(), future + " has a value and was not woken");
            }
        });
        for (InFlight send : waiting) {
            expect(!failed || send.woken(), "it was failed and " + send + " was not told");
        }
        boolean room = subscriptions.stream().allMatch(each -> each.owed.size() < capacity);
        if (room && !waiting.isEmpty()) {
            expect(waiting.peek().woken(), "there is room and the first sender was not woken");
        }
    }

    @Override
    protected void finish() throws Exception {
        if (random(2) == 0) {
            subscriptions.forEach(each -> each.receiver.close());
            subscriptions.clear();
            settle();
        }
        closed = true;
        sender.close();
        settle();
        for (int i = 0;
                i < 40 && !(inFlight().isEmpty() && subscriptions.stream().allMatch(each -> each.owed.isEmpty()));
                i++) {
            for (Subscription each : List.copyOf(subscriptions)) {
                if (!receives.containsValue(each)) {
                    tryReceive(each);
                }
            }
            settle();
        }
        for (Subscription each : subscriptions) {
            expect(each.owed.isEmpty(), "owed at the end: " + each.owed);
        }
    }
}
