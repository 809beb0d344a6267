// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Every value is with its sender, queued, received, handed back or given to the hook: exactly one of these at each
/// step, in bounded, dropping, unbounded and rendezvous channels with one receiver and with several. Values come out in
/// the order of admission, nobody overtakes, and whoever can go on was woken.
public final class ChannelScenario extends Scenario {
    private final ArrayDeque<Integer> queued = new ArrayDeque<>();
    private final ArrayDeque<InFlight> waitingSends = new ArrayDeque<>();
    private final Map<InFlight, Integer> sends = new HashMap<>();
    private final ArrayList<InFlight> receives = new ArrayList<>();
    private final ArrayList<InFlight> offers = new ArrayList<>();
    private final ArrayList<InFlight> reserves = new ArrayList<>();
    private final ArrayList<SendPermit<Integer>> permits = new ArrayList<>();
    private final ArrayList<Sender<Integer>> senders = new ArrayList<>();
    private final ArrayList<Receiver<Integer>> receivers = new ArrayList<>();
    private final Set<Integer> undelivered = new HashSet<>();
    private final Set<Integer> gone = new HashSet<>();
    private final List<Integer> batch = new ArrayList<>();
    private Channel<Integer> channel = channel(1, Overflow.SUSPEND);
    private boolean rendezvous;
    private boolean intakeClosed;
    private boolean closing;
    private int made;

    public ChannelScenario() {}

    private Channel<Integer> channel(int capacity, Overflow overflow) {
        return capacity == 0
                ? new RendezvousChannel<>("it", this::undelivered)
                : new Channel<>("it", capacity, overflow, this::undelivered);
    }

    private void undelivered(Integer value) {
        expect(undelivered.add(value) && gone.add(value), value + " went away twice");
        queued.remove(value);
    }

    @Override
    protected void begin() {
        int kind = random(8);
        Overflow overflow = kind == 5 ? Overflow.DROP_OLDEST : kind == 6 ? Overflow.DROP_NEWEST : Overflow.SUSPEND;
        rendezvous = kind == 0 || kind == 1;
        int capacity = rendezvous ? 0 : kind == 7 ? Channel.UNBOUNDED : 1 + random(3);
        channel = watched(channel(capacity, overflow));
        senders.clear();
        senders.add(new Sender<>(channel));
        receivers.clear();
        receivers.add(new Receiver<>(channel));
        if (random(2) == 0) {
            receivers.add(new Receiver<>(channel));
        }
        List.of(queued, waitingSends, offers, receives, reserves, permits, undelivered, gone)
                .forEach(Collection::clear);
        sends.clear();
        batch.clear();
        intakeClosed = false;
        closing = false;
        made = 0;
    }

    @Override
    protected void step() throws Exception {
        Sender<Integer> sender = pick(senders);
        Receiver<Integer> receiver = pick(receivers);
        switch (random(16)) {
            case 0, 1, 2 -> send(sender);
            case 3 -> trySend(sender);
            case 4, 5, 6 -> receive(receiver);
            case 7 -> tryReceive(receiver);
            case 8 -> reserve(sender);
            case 9 -> usePermit();
            case 10 -> {
                if (random(6) == 0) {
                    close(sender, receiver);
                }
            }
            default -> stir();
        }
    }

    private void send(@Nullable Sender<Integer> sender) throws Exception {
        if (sender == null) {
            return;
        }
        int value = made++;
        var future = sender.send(value);
        first = value;
        InFlight started = start("send", future);
        if (inFlight().contains(started)) {
            sends.put(started, value);
            waitingSends.add(started);
        }
        if (rendezvous && random(2) == 0) {
            first = made++;
            started = start("offer", sender.offer(first));
            if (inFlight().contains(started)) {
                sends.put(started, first);
                offers.add(started);
            }
        }
        first = -1;
    }

    private int first = -1;

    private void trySend(@Nullable Sender<Integer> sender) {
        if (sender != null) {
            int value = made++;
            try {
                boolean room = channel.freeSlots() > 0;
                boolean sent = sender.trySend(value);
                expect(!room || sent, "trySend found no room");
                if (sent && !undelivered.contains(value)) {
                    queued.add(value);
                } else if (!sent) {
                    gone.add(value);
                }
            } catch (ClosedException e) {
                handedBack(e, value);
            }
        }
    }

    private void receive(@Nullable Receiver<Integer> receiver) throws Exception {
        if (receiver != null) {
            boolean many = random(4) == 0;
            InFlight started = start(
                    many ? "receiveMany" : "receive",
                    many ? receiver.receiveMany(batch, 1 + random(3)) : receiver.receive());
            if (inFlight().contains(started)) {
                receives.add(started);
            }
        }
    }

    private void tryReceive(@Nullable Receiver<Integer> receiver) {
        if (receiver != null) {
            try {
                Integer value = receiver.tryReceive();
                if (value != null) {
                    received(value);
                }
            } catch (ClosedException e) {
                expect(isOver(), "closed, but not over");
            }
        }
    }

    private void reserve(@Nullable Sender<Integer> sender) throws Exception {
        if (sender != null && !rendezvous) {
            int slots = 1 + random(Math.min(channel.capacity, 3));
            InFlight started = start("reserve", sender.reserve(slots));
            if (inFlight().contains(started)) {
                reserves.add(started);
            }
        }
    }

    private void usePermit() {
        SendPermit<Integer> permit = pick(permits);
        if (permit != null) {
            if (random(3) == 0 || permit.slots() == 0) {
                permits.remove(permit);
                permit.close();
                permit.close();
                return;
            }
            int value = made++;
            try {
                permit.send(value);
                queued.add(value);
            } catch (ClosedException e) {
                handedBack(e, value);
            }
        }
    }

    private void close(@Nullable Sender<Integer> sender, @Nullable Receiver<Integer> receiver) throws Exception {
        switch (random(5)) {
            case 0 -> {
                if (receiver != null) {
                    receivers.remove(receiver);
                    closing = receivers.isEmpty();
                    intakeClosed |= closing;
                    receiver.close();
                }
            }
            case 1 -> {
                if (receiver != null) {
                    intakeClosed = true;
                    receiver.closeIntake();
                }
            }
            case 2 -> {
                if (sender != null) {
                    senders.add(sender.copy());
                }
            }
            default -> {
                if (sender != null) {
                    senders.remove(sender);
                    sender.close();
                    sender.close();
                }
            }
        }
    }

    private void handedBack(ClosedException failure, int value) {
        expect(intakeClosed, "closed, but not by anybody");
        expect(failure.value() instanceof Integer back && back == value, "handed back " + failure.value());
        expect(gone.add(value), value + " went away twice");
    }

    private void received(int value) {
        if (rendezvous && !queued.contains(value)) {
            for (InFlight waiting : waitingSends) {
                int waits = sends.getOrDefault(waiting, -1);
                if (!gone.contains(waits)) {
                    expect(waits == value, value + " overtook " + waits);
                    break;
                }
            }
        } else {
            expect(!queued.isEmpty() && queued.poll() == value, value + " came out of order");
        }
        expect(gone.add(value), value + " went away twice");
    }

    @Override
    protected void completed(InFlight done, @Nullable Object value) {
        receives.remove(done);
        reserves.remove(done);
        if (done.name.startsWith("receiveMany")) {
            int count = value instanceof Integer number ? number : -1;
            expect(count == batch.size(), "the count is " + count + ", the values " + batch);
            expect(count > 0 || isOver(), "the end came before the end");
            batch.forEach(this::received);
            batch.clear();
        } else if (done.name.startsWith("receive")) {
            if (value instanceof Integer number) {
                received(number);
            } else {
                expect(isOver(), "the end came before the end");
            }
        } else if (value instanceof SendPermit<?> permit) {
            @SuppressWarnings("unchecked") // made by reserve above
            var slot = (SendPermit<Integer>) permit;
            permits.add(slot);
        } else {
            Integer sent = sends.remove(done);
            int number = sent == null ? first : sent;
            if (channel.overflow == Overflow.SUSPEND && !rendezvous) {
                for (InFlight ahead : waitingSends) {
                    expect(ahead == done || ahead.woken(), done + " overtook " + ahead);
                    if (ahead == done) {
                        break;
                    }
                }
            }
            waitingSends.remove(done);
            offers.remove(done);
            if (rendezvous && done.name.startsWith("send")) {
                expect(gone.contains(number), number + " was sent and not received");
            } else if (!undelivered.contains(number)) {
                queued.add(number);
            }
        }
    }

    @Override
    protected void failed(InFlight done, Exception failure) throws Exception {
        Integer sent = sends.remove(done);
        waitingSends.remove(done);
        offers.remove(done);
        receives.remove(done);
        reserves.remove(done);
        if (!(failure instanceof ClosedException closed)) {
            throw failure;
        }
        expect(intakeClosed, "closed, but not by anybody");
        if (done.name.startsWith("send") || done.name.startsWith("offer")) {
            handedBack(closed, sent == null ? first : sent);
        }
    }

    @Override
    protected void cancelled(InFlight left) {
        Integer sent = sends.remove(left);
        waitingSends.remove(left);
        offers.remove(left);
        receives.remove(left);
        reserves.remove(left);
        expect(sent == null || gone.contains(sent), sent + " is neither sent nor undelivered");
    }

    private boolean isOver() {
        int open = permits.stream().mapToInt(SendPermit::slots).sum();
        return closing || ((intakeClosed || senders.isEmpty()) && queued.isEmpty() && open == 0);
    }

    private static boolean refused(Collection<InFlight> waiting) {
        return waiting.stream().allMatch(each -> ((Waiter<?>) each.future).phase == Waiter.REFUSED);
    }

    @Override
    protected void check() {
        expect(channel.size() == queued.size(), "queued are " + queued + ", but the size is " + channel.size());
        long atSenders =
                sends.values().stream().filter(value -> !gone.contains(value)).count();
        expect(gone.size() + queued.size() + atSenders == made, "a value is nowhere, or twice");
        long woken = receives.stream().filter(InFlight::woken).count();
        long offered = offers.stream().filter(InFlight::woken).count();
        long values = queued.size() + (rendezvous && !intakeClosed ? atSenders - offers.size() : 0);
        expect(
                woken + offered >= Math.min(receives.size(), values + offers.size()) || intakeClosed,
                "a receiver and an offer wait, and neither was woken");
        expect(woken >= Math.min(values, receives.size()), values + " values, " + woken + " receivers woken");
        boolean room = channel.freeSlots() > 0;
        for (InFlight waiting : waitingSends) {
            expect(!room || waiting.woken(), "there is room and " + waiting + " was not woken");
        }
        if (isOver() && refused(waitingSends) && refused(reserves) && refused(offers)) {
            expect(woken == receives.size(), "it is over and somebody was not told");
        }
    }

    @Override
    protected void finish() throws Exception {
        permits.forEach(SendPermit::close);
        permits.clear();
        settle();
        if (random(2) == 0) {
            for (Sender<Integer> sender : senders) {
                sender.close();
            }
            senders.clear();
        } else {
            intakeClosed = true;
            channel.close(null, false);
        }
        settle();
        while (!permits.isEmpty()) {
            permits.removeLast().close();
            settle();
        }
        while (!receivers.isEmpty()) {
            Receiver<Integer> last = receivers.removeLast();
            closing = receivers.isEmpty();
            intakeClosed |= closing;
            last.close();
            settle();
        }
    }
}
