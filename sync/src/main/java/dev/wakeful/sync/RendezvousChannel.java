// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import dev.wakeful.TaskRef;
import dev.wakeful.Waker;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/*
 * There are no slots. The available values are those of the senders that wait: the receiver takes one out of the sender's own
 * node, and the send is complete. `buffer` is used by trySend alone, for a value that a waiting receiver was promised, and by
 * offers, which are sends for a select: they are not taken from, but invited when a receiver waits.
 *
 * A promise is of a sender's value, and a sender may leave. So those who were promised one are kept in `meeting` until they are
 * polled, and when there is one promise too many the latest goes back to the head of the queue.
 */

/// A channel in which senders and receivers meet.
final class RendezvousChannel<T> extends Channel<T> {
    /// Receivers that were promised the value of a sender, which may still be cancelled.
    private final WaiterList meeting = new WaiterList();

    /// Senders that commit in their own poll only.
    private final WaiterList offering = new WaiterList();

    /// Offers that were woken because a receiver waits and have not been polled since.
    private int invited;

    RendezvousChannel(String name, @Nullable Consumer<? super T> undelivered) {
        super(name, 0, Overflow.SUSPEND, undelivered);
    }

    // ------------------------------------------------------------------------------------------------- offers

    /// A poll of an offer that has budget: hands its value to a waiting receiver, or waits for one.
    Outcome offer(Offer<T> offer, T value, Waker waker, @Nullable TaskRef task) {
        Waker woken = null;
        Outcome outcome = Outcome.DONE;
        long seen = enterWithRoom();
        boolean queued = offer.phase == Waiter.QUEUED;
        takeInvitation(offer);
        if ((seen & CLOSED) != 0) {
            outcome = Outcome.CLOSED;
        } else if (receiving.isEmpty() || queued) {
            outcome = Outcome.WAITS;
            offer.queued(waker, task);
            if (!queued) {
                offering.add(offer);
            }
        } else {
            buffer.add(value);
            woken = promise();
        }
        leave(seen);
        Waiter.wake(woken);
        return outcome;
    }

    void forget(Offer<T> offer) {
        if (offer.isIdle()) {
            return;
        }
        long seen = enter();
        if (offer.phase == Waiter.QUEUED) {
            offering.remove(offer);
            offer.settled(Waiter.IDLE);
        }
        takeInvitation(offer);
        finishLeaving(seen);
    }

    private void takeInvitation(Offer<T> offer) {
        if (offer.phase == Waiter.GRANTED) {
            offer.phase = Waiter.IDLE;
            invited--;
        }
    }

    /// In the place of a slot: invites an offer to a receiver that waits, unless each has one coming.
    @Override
    @Nullable
    Waker assign() {
        Waiter<?> offer = invited < receiving.size() ? offering.poll() : null;
        if (offer == null) {
            return null;
        }
        invited++;
        return offer.settled(Waiter.GRANTED);
    }

    @Override
    @Nullable
    Waker receiverWaits() {
        return assign();
    }

    // ------------------------------------------------------------------------------------------------- meetings

    @Override
    int available() {
        return super.available() + sending.size();
    }

    @Override
    @Nullable
    Waker senderWaits() {
        return promise();
    }

    @Override
    boolean isAwaited() {
        return !receiving.isEmpty();
    }

    @Override
    void matched(Waiter<?> receive) {
        meeting.add(receive);
    }

    @Override
    void unmatched(Waiter<?> receive) {
        meeting.remove(receive);
    }

    @Override
    Object takeAndLeave(long seen) {
        if (buffer.size() > 0) {
            return super.takeAndLeave(seen);
        }
        Send<?> met = Objects.requireNonNull((Send<?>) sending.poll(), "a value is available");
        Object value = Objects.requireNonNull(met.takeValue(), "a sender that waits has its value");
        Waker woken = met.settled(Waiter.GRANTED);
        if (receiving.isEmpty()) {
            leave(seen);
        } else {
            finishLeaving(seen);
        }
        Waiter.wake(woken);
        return value;
    }

    /// There may be one promise too many. The receiver that got the latest goes back to the head of the queue; it was
    /// woken, and its next poll waits on.
    @Override
    void senderLeft() {
        if (promised > buffer.size() + sending.size()) {
            Waiter<?> disappointed =
                    Objects.requireNonNull(meeting.pollLast(), "who was promised a value is in the list");
            promised--;
            disappointed.phase = Waiter.QUEUED;
            receiving.addFirst(disappointed);
        }
    }

    /// The channel is closed: those who were promised a sender's value go back, to be told the end.
    @Override
    void sendersLeft() {
        while (promised > buffer.size()) {
            senderLeft();
        }
    }

    @Override
    boolean refuseOthers(WaiterList.Chain refused) {
        refuse(offering, refused);
        return super.refuseOthers(refused) || !offering.isEmpty();
    }

    @Override
    String kind() {
        return "rendezvous";
    }
}
