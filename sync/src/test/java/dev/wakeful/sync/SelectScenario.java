// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import dev.wakeful.AsyncFunction;
import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.Poll;
import dev.wakeful.Select;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Selects over both ends of several channels, with and without capacity, that face each other: of each exactly one
/// clause takes effect, a cancel undoes all of them, each value is in one place, and as soon as an offer and a receive
/// of one channel wait, somebody was woken.
public final class SelectScenario extends Scenario {
    private final List<Channel<Integer>> channels = new ArrayList<>();
    private final List<Sender<Integer>> senders = new ArrayList<>();
    private final List<Receiver<Integer>> receivers = new ArrayList<>();
    private final Map<Integer, Place> places = new HashMap<>();
    private final Map<InFlight, Choice> choices = new HashMap<>();
    private Choice current = new Choice();
    private int closed;

    private enum Place {
        /// In a clause that was never polled: that send has not begun.
        NEW,
        CLAUSE,
        SENT,
        RECEIVED,
        UNDELIVERED,
        HANDED_BACK
    }

    /// The clauses of a select: what it offers where, and where it receives.
    private static final class Choice {
        final Map<Integer, Integer> offers = new HashMap<>();
        final List<Integer> receives = new ArrayList<>();
    }

    /// What the clause that won says.
    private record Won(boolean sent, @Nullable Integer value, int channel) {}

    /// An offer that says when it was polled for the first time.
    private final class Offered implements Future<@Nullable Void> {
        private final Future<@Nullable Void> offer;
        private final int value;

        Offered(Future<@Nullable Void> offer, int value) {
            this.offer = offer;
            this.value = value;
        }

        @Override
        public Poll<@Nullable Void> poll(Context cx) throws Exception {
            if (places.get(value) == Place.NEW) {
                places.put(value, Place.CLAUSE);
            }
            return offer.poll(cx);
        }

        @Override
        public Poll<@Nullable Void> pollCancel(Context cx) throws Exception {
            return offer.pollCancel(cx);
        }
    }

    public SelectScenario() {}

    @Override
    protected void begin() {
        List.of(channels, senders, receivers).forEach(List::clear);
        places.clear();
        choices.clear();
        closed = 0;
        int count = 1 + random(3);
        for (int i = 0; i < count; i++) {
            Channel<Integer> channel = watched(
                    random(3) == 0
                            ? new Channel<>("it", 1, Overflow.SUSPEND, this::undelivered)
                            : new RendezvousChannel<>("it", this::undelivered));
            channels.add(channel);
            senders.add(new Sender<>(channel));
            receivers.add(new Receiver<>(channel));
        }
    }

    private void undelivered(Integer value) {
        Place before = places.put(value, Place.UNDELIVERED);
        expect(before == Place.CLAUSE || before == Place.SENT, value + " is undelivered, but was " + before);
    }

    @Override
    protected void step() throws Exception {
        switch (random(10)) {
            case 0, 1, 2, 3 -> select(1 + random(3));
            case 4 -> {
                if (random(12) == 0) {
                    close(random(channels.size()));
                }
            }
            default -> stir();
        }
    }

    private void close(int channel) {
        closed |= 1 << channel;
        channels.get(channel).close(null, false);
    }

    private void select(int clauses) throws Exception {
        current = new Choice();
        var select = Select.<Won>of();
        for (int i = 0; i < clauses; i++) {
            int at = random(channels.size());
            if (random(2) == 0) {
                int value = places.size();
                places.put(value, Place.NEW);
                current.offers.put(value, at);
                select.on(new Offered(senders.get(at).offer(value), value), then(_ -> new Won(true, value, at)));
            } else {
                current.receives.add(at);
                select.on(receivers.get(at).receive(), then(value -> new Won(false, value, at)));
            }
        }
        InFlight started = start("select", random(2) == 0 ? select : select.biased());
        if (inFlight().contains(started)) {
            choices.put(started, current);
        }
    }

    private static <A extends @Nullable Object> AsyncFunction<A, Won> then(Function<A, Won> handler) {
        return new AsyncFunction<>() {
            @Override
            public Won apply(A value) {
                throw new AssertionError("started, not run");
            }

            @Override
            public Future<Won> start(A value) {
                return Future.ready(handler.apply(value));
            }
        };
    }

    private Choice choiceOf(InFlight done) {
        Choice known = choices.remove(done);
        return known == null ? current : known;
    }

    @Override
    protected void completed(InFlight done, @Nullable Object value) {
        Choice choice = choiceOf(done);
        if (!(value instanceof Won won)) {
            throw new AssertionError("nobody won: " + value);
        }
        Integer moved = won.value;
        if (won.sent && moved != null) {
            Place before = places.put(moved, Place.SENT);
            expect(before == Place.CLAUSE, moved + " is sent, but was " + before);
            choice.offers.remove(moved);
        } else if (moved != null) {
            Place before = places.put(moved, Place.RECEIVED);
            expect(before == Place.SENT, moved + " is received, but was " + before);
        } else {
            expect((closed & 1 << won.channel) != 0, "the end of a channel that is open");
        }
        expectUndelivered(choice, "lost");
    }

    private void expectUndelivered(Choice choice, String how) {
        choice.offers.keySet().forEach(value -> {
            Place now = places.get(value);
            expect(now == Place.UNDELIVERED || now == Place.NEW, value + " of a clause that " + how + " is " + now);
        });
    }

    @Override
    protected void failed(InFlight done, Exception failure) throws Exception {
        Choice choice = choiceOf(done);
        if (!(failure instanceof ClosedException back) || !(back.value() instanceof Integer value)) {
            throw failure;
        }
        Integer at = choice.offers.remove(value);
        expect(at != null && (closed & 1 << at) != 0, value + " was handed back by a channel that is open");
        Place before = places.put(value, Place.HANDED_BACK);
        expect(before == Place.CLAUSE, value + " is handed back, but was " + before);
        expectUndelivered(choice, "lost");
    }

    @Override
    protected void cancelled(InFlight gone) {
        expectUndelivered(choiceOf(gone), "was cancelled");
    }

    @Override
    protected void check() {
        int queued = channels.stream().mapToInt(Channel::size).sum();
        long sent = places.values().stream().filter(Place.SENT::equals).count();
        expect(queued == sent, sent + " values were sent and not received, and " + queued + " are queued");
        for (int i = 0; i < channels.size(); i++) {
            checkProgress(i);
        }
    }

    /// Unless one that waits at the channel was woken, nothing there can go on.
    private void checkProgress(int at) {
        boolean offered = false;
        boolean awaited = false;
        boolean woken = false;
        for (Map.Entry<InFlight, Choice> waiting : choices.entrySet()) {
            boolean offers = waiting.getValue().offers.containsValue(at);
            boolean receives = waiting.getValue().receives.contains(at);
            offered |= offers;
            awaited |= receives;
            woken |= (offers || receives) && waiting.getKey().woken();
        }
        Channel<Integer> channel = channels.get(at);
        boolean possible = (closed & 1 << at) != 0
                ? offered || (awaited && channel.size() == 0)
                : offered && (awaited || channel.freeSlots() > 0);
        expect(!possible && !(awaited && channel.size() > 0) || woken, "somebody could go on at channel " + at);
    }

    @Override
    protected void finish() {
        for (int i = 0; i < channels.size(); i++) {
            close(i);
        }
    }
}
