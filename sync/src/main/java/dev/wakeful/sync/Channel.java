// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import dev.wakeful.Future;
import dev.wakeful.LostWakerException;
import dev.wakeful.Report;
import dev.wakeful.TaskRef;
import dev.wakeful.Waker;
import dev.wakeful.internal.Foreign;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/*
 * Every value is in one place, and every place is counted.
 *
 * Slots.  A slot of the capacity is free, holds a value (`buffer`), or is reserved: for a permit that is outstanding, or
 *         for a waiting sender that it was assigned to and that has not been polled since. free + size + reserved = capacity.
 *         While somebody waits in `sending` no slot is free: a slot that becomes free is assigned to the head.
 * Values. `promised` of the available values are assigned to receivers that were woken for them and have not been polled
 *         since. While somebody waits in `receiving` every available value is promised.
 *
 * So a wake always finds what it was for, whoever came in between, and a cancelled waiter gives back its slot or promise,
 * which is assigned to the next at once. A value leaves the buffer only in the poll that returns it.
 *
 * A channel without slots has more to say: see RendezvousChannel.
 *
 * Why no wake is lost: all of this is plain state under the guard of the gate; see there.
 */

/// What is between senders and receivers: the engine of every queue-like channel.
class Channel<T> extends Gate {
    static final int UNBOUNDED = Integer.MAX_VALUE;

    /// No new sends: a receiver closed the intake, or a sender failed the channel.
    static final long CLOSED = 1 << 2;

    /// The last receiver is closed. Set with CLOSED.
    private static final long GONE = 1 << 3;

    /// What an attempt came to.
    enum Outcome {
        DONE,
        WAITS,
        CLOSED,
        FULL
    }

    final String name;
    final int capacity;
    final Overflow overflow;
    private final @Nullable Consumer<? super T> undelivered;

    final Buffer buffer;
    final WaiterList sending = new WaiterList();
    final WaiterList receiving = new WaiterList();

    /// Senders that wait for the end of the intake.
    private final WaiterList closing = new WaiterList();

    private int reserved;
    int promised;

    private final Senders senders = new Senders();
    private int receivers;
    final LostEnds lostEnds = new LostEnds();
    private @Nullable Throwable cause;

    Channel(String name, int capacity, Overflow overflow, @Nullable Consumer<? super T> undelivered) {
        super(0);
        this.name = name;
        this.capacity = capacity;
        this.overflow = overflow;
        this.undelivered = undelivered;
        buffer = new Buffer(capacity);
    }

    // ------------------------------------------------------------------------------------------------- sending

    /// The first poll of a send. Without budget it takes its slot or place all the same.
    Outcome send(Send<T> send, T value, boolean budget, Waker waker, @Nullable TaskRef task) {
        Waker woken = null;
        Object dropped = null;
        Outcome outcome = Outcome.DONE;
        long seen = enterWithRoom();
        if ((seen & CLOSED) != 0) {
            outcome = Outcome.CLOSED;
        } else if (free() > 0 && budget) {
            buffer.add(value);
            woken = promise();
        } else if (free() > 0) {
            reserved++;
            send.assigned = 1;
            send.settled(Waiter.GRANTED);
            outcome = Outcome.WAITS;
        } else if (overflow == Overflow.SUSPEND) {
            send.queued(waker, task);
            sending.add(send);
            woken = senderWaits();
            outcome = Outcome.WAITS;
        } else {
            dropped = dropFor(value);
        }
        leave(seen);
        Waiter.wake(woken);
        drop(dropped);
        return outcome;
    }

    Outcome trySend(T value) {
        Waker woken = null;
        Object dropped = null;
        Outcome outcome = Outcome.DONE;
        long seen = enterWithRoom();
        if ((seen & CLOSED) != 0) {
            outcome = Outcome.CLOSED;
        } else if (free() > 0 || isAwaited()) {
            buffer.add(value);
            woken = promise();
        } else if (overflow == Overflow.SUSPEND) {
            outcome = Outcome.FULL;
        } else {
            dropped = dropFor(value);
        }
        leave(seen);
        Waiter.wake(woken);
        drop(dropped);
        return outcome;
    }

    /// Puts a value into a slot that was reserved for it.
    boolean fulfil(T value) {
        Waker woken = null;
        long seen = enterWithRoom();
        boolean gone = (seen & GONE) != 0;
        reserved--;
        if (!gone) {
            buffer.add(value);
            woken = promise();
        }
        leave(seen);
        Waiter.wake(woken);
        return !gone;
    }

    /// Under the guard: the channel is full and does not let senders wait.
    private Object dropFor(T value) {
        if (overflow == Overflow.DROP_NEWEST || buffer.size() == 0) {
            return value; // without a queued value all slots are reserved
        }
        Object oldest = buffer.take();
        buffer.add(value);
        return oldest;
    }

    /// The first poll of a reserve.
    Outcome reserve(Reserve<T> reserve, Waker waker, @Nullable TaskRef task) {
        long seen = enter();
        Outcome outcome = Outcome.WAITS;
        if ((seen & CLOSED) != 0) {
            outcome = Outcome.CLOSED;
        } else {
            reserve.assigned = Math.min(free(), reserve.wanted);
            reserved += reserve.assigned;
            if (reserve.assigned == reserve.wanted) {
                outcome = Outcome.DONE;
            } else {
                reserve.queued(waker, task);
                sending.add(reserve);
            }
        }
        leave(seen);
        return outcome;
    }

    Outcome tryReserve(int slots) {
        long seen = enter();
        Outcome outcome = Outcome.FULL;
        if ((seen & CLOSED) != 0) {
            outcome = Outcome.CLOSED;
        } else if (free() >= slots) {
            reserved += slots;
            outcome = Outcome.DONE;
        }
        leave(seen);
        return outcome;
    }

    /// Leaves the queue of senders, or gives back the slots that were assigned.
    void forget(SlotWaiter<T, ?> waiter) {
        if (waiter.isIdle() && waiter.assigned == 0) {
            return;
        }
        long seen = enter();
        if (waiter.phase == Waiter.QUEUED) {
            sending.remove(waiter);
            waiter.settled(Waiter.IDLE);
            senderLeft();
        }
        reserved -= waiter.takeAssigned();
        finishLeaving(seen);
    }

    /// Slots that were reserved are free again: for those who wait, and if the intake is closed, perhaps the end.
    void unreserve(int slots) {
        if (slots > 0) {
            long seen = enter();
            reserved -= slots;
            finishLeaving(seen);
        }
    }

    // ------------------------------------------------------------------------------------------------- receiving

    /// A poll of a receive that has budget.
    ///
    /// @return the value, [Future#PENDING], or `null` at the end
    @Nullable
    Object receive(Receive<T> receive, Waker waker, @Nullable TaskRef task) {
        long seen = enter();
        switch (receive.phase) {
            case Waiter.QUEUED -> {
                receive.queued(waker, task);
                leave(seen);
                return Future.PENDING;
            }
            case Waiter.GRANTED -> keepPromise(receive);
            case Waiter.IDLE -> {
                if (available() == 0 && !isOver(seen)) {
                    receive.queued(waker, task);
                    receiving.add(receive);
                    Waker woken = receiverWaits();
                    leave(seen);
                    Waiter.wake(woken);
                    return Future.PENDING;
                }
            }
            default -> receive.phase = Waiter.IDLE;
        }
        return isOver(seen) ? leaveAtEnd(seen) : takeAndLeave(seen);
    }

    private @Nullable Object leaveAtEnd(long seen) {
        leave(seen);
        return null;
    }

    /// Takes a value if one is available.
    ///
    /// @return the value, [Future#PENDING] when there is none, `null` at the end
    @Nullable
    Object tryReceive() {
        long seen = enter();
        if (isOver(seen)) {
            return leaveAtEnd(seen);
        }
        if (available() == 0) {
            leave(seen);
            return Future.PENDING;
        }
        return takeAndLeave(seen);
    }

    /// Takes an available value, and hands on the slot. Leaves the guard.
    Object takeAndLeave(long seen) {
        Object value = buffer.take();
        if (!receiving.isEmpty()) {
            finishLeaving(seen);
        } else {
            Waker woken = sending.isEmpty() ? null : assign();
            leave(seen);
            Waiter.wake(woken);
        }
        return value;
    }

    /// Under the guard: a receiver that was promised a value was polled, or gives up.
    private void keepPromise(Receive<T> receive) {
        receive.phase = Waiter.IDLE;
        if (promised > 0) { // none is left when the last receiver was closed
            promised--;
            unmatched(receive);
        }
    }

    void forget(Receive<T> receive) {
        if (receive.isIdle()) {
            return;
        }
        Waker woken = null;
        long seen = enter();
        if (receive.phase == Waiter.QUEUED) {
            receiving.remove(receive);
            receive.settled(Waiter.IDLE);
        } else if (receive.phase == Waiter.GRANTED) {
            keepPromise(receive);
            woken = promise();
        }
        leave(seen);
        Waiter.wake(woken);
    }

    // ------------------------------------------------------------------------------------------------- assigning

    /// Whether a value can be in it that nobody holds: not where senders and receivers meet.
    final boolean hasSlots() {
        return capacity > 0;
    }

    private int free() {
        return capacity - buffer.size() - reserved;
    }

    int available() {
        return buffer.size() - promised;
    }

    /// Promises an available value to the receiver that has waited longest.
    ///
    /// @return whom to wake
    final @Nullable Waker promise() {
        if (available() == 0) {
            return null;
        }
        Waiter<?> receive = receiving.poll();
        if (receive == null) {
            return null;
        }
        promised++;
        matched(receive);
        return receive.settled(Waiter.GRANTED);
    }

    /// Assigns a free slot to the head of the waiting senders.
    ///
    /// @return whom to wake, when that has all it wants
    @Nullable
    Waker assign() {
        if (free() <= 0 || !(sending.peek() instanceof SlotWaiter<?, ?> head)) {
            return null;
        }
        int given = Math.min(free(), head.wanted - head.assigned);
        head.assigned += given;
        reserved += given;
        if (head.assigned < head.wanted) {
            return null;
        }
        sending.remove(head);
        return head.settled(Waiter.GRANTED);
    }

    /// Leaves the guard after slots became free or something ended: assigns slots as long as there are any, and tells
    /// waiting receivers when there will be no value any more.
    final void finishLeaving(long before) {
        long seen = before;
        while (true) {
            Waker woken = assign();
            boolean over = isOver(seen) && !receiving.isEmpty();
            if (over) {
                var ended = new WaiterList.Chain();
                refuse(receiving, ended);
                leave(seen);
                ended.wake();
            } else {
                leave(seen);
                if (woken == null) {
                    return;
                }
            }
            Waiter.wake(woken);
            seen = enter();
        }
    }

    /// Under the guard: unlinks up to a batch of waiters for which there is nothing any more.
    static void refuse(WaiterList list, WaiterList.Chain refused) {
        while (!refused.isFull()) {
            Waiter<?> waiter = list.poll();
            if (waiter == null) {
                return;
            }
            refused.add(waiter, Waiter.REFUSED);
        }
    }

    // ------------------------------------------------------------------------------------------------- without slots

    // What is different where senders and receivers meet. Each is called under the guard; what it gives is to be woken.

    @Nullable
    Waker senderWaits() {
        return null;
    }

    @Nullable
    Waker receiverWaits() {
        return null;
    }

    /// Whether a value finds a receiver although there is no slot for it.
    boolean isAwaited() {
        return false;
    }

    /// A value was promised to a receiver.
    void matched(Waiter<?> receive) {}

    /// Its promise was kept, or it gave it back.
    void unmatched(Waiter<?> receive) {}

    /// A sender does not wait any more, and did not send.
    void senderLeft() {}

    /// Of the senders that waited none is left.
    void sendersLeft() {}

    /// Refuses those who wait for something else, up to a batch; `true` when some are left.
    boolean refuseOthers(WaiterList.Chain refused) {
        refuse(closing, refused);
        return !closing.isEmpty();
    }

    // ------------------------------------------------------------------------------------------------- ending

    /// Whether no value will ever be available again.
    private boolean isOver(long seen) {
        return (seen & GONE) != 0
                || (((seen & CLOSED) != 0 || senders.areGone())
                        && buffer.size() == 0
                        && reserved == 0
                        && sending.isEmpty());
    }

    /// Ends the intake: waiting senders are refused, values and permits that were accepted stay.
    void close(@Nullable Throwable reason, boolean gone) {
        var refused = new WaiterList.Chain();
        boolean more = true;
        while (more) {
            long seen = enter();
            if ((seen & CLOSED) == 0) {
                cause = reason;
            }
            seen |= gone ? CLOSED | GONE : CLOSED;
            while (!refused.isFull() && sending.poll() instanceof SlotWaiter<?, ?> waiter) {
                reserved -= waiter.takeAssigned();
                refused.add(waiter, Waiter.REFUSED);
            }
            more = refuseOthers(refused) || !sending.isEmpty();
            if (!more) {
                sendersLeft();
            }
            leave(seen);
            refused.wake();
        }
        finishLeaving(enter());
    }

    /// One sender more, unless the last is closed.
    boolean addSender() {
        long seen = enter();
        boolean added = senders.add();
        leave(seen);
        return added;
    }

    void removeSender() {
        long seen = enter();
        senders.remove();
        finishLeaving(seen);
    }

    WeakSender<T> downgraded() {
        long seen = enter();
        senders.weaken();
        leave(seen);
        return new WeakSender<>(this);
    }

    /// A sender became unreachable unclosed. If it was the last, what is on its way still arrives, and then those who
    /// wait are told.
    void senderLost(Report report) {
        var failure = new LostWakerException(report.message());
        long seen = enter();
        boolean harms = (seen & CLOSED) == 0;
        if (harms) {
            senders.lose(failure);
        }
        finishLeaving(seen);
        if (harms) {
            lostEnds.report(report);
        }
    }

    /// A receiver became unreachable unclosed.
    void receiverLost(Report report) {
        if (!isClosed()) {
            lostEnds.report(report);
        }
    }

    void addReceiver() {
        long seen = enter();
        receivers++;
        leave(seen);
    }

    /// The last receiver ends the channel; what was queued is undelivered.
    void removeReceiver() {
        long seen = enter();
        boolean last = --receivers == 0;
        leave(seen);
        if (last) {
            close(null, true);
            while (true) {
                seen = enter();
                Object value = buffer.size() > 0 ? buffer.take() : null;
                promised = 0;
                leave(seen);
                if (value == null) {
                    finishLeaving(enter());
                    return;
                }
                drop(value);
            }
        }
    }

    /// The first poll of a wait for the end of the intake.
    boolean awaitClosed(Waiter<?> waiter, Waker waker, @Nullable TaskRef task) {
        long seen = enter();
        boolean closed = (seen & CLOSED) != 0;
        if (!closed) {
            waiter.queued(waker, task);
            closing.add(waiter);
        }
        leave(seen);
        return closed;
    }

    void forgetClosed(Waiter<?> waiter) {
        if (waiter.isIdle()) {
            return;
        }
        long seen = enter();
        if (waiter.phase == Waiter.QUEUED) {
            closing.remove(waiter);
            waiter.settled(Waiter.IDLE);
        }
        leave(seen);
    }

    /// Gives a value that nobody will receive to the hook.
    @SuppressWarnings("unchecked") // what is dropped was sent
    void drop(@Nullable Object value) {
        if (value != null && undelivered != null) {
            try {
                undelivered.accept((T) value);
            } catch (Throwable thrown) { // a checked exception too, which code that is not Java's throws
                Foreign.threw(thrown);
            }
        }
    }

    // ------------------------------------------------------------------------------------------------- looking

    boolean isClosed() {
        return (word & CLOSED) != 0;
    }

    int size() {
        long seen = enter();
        int size = buffer.size();
        leave(seen);
        return size;
    }

    int senders() {
        long seen = enter();
        int count = senders.open();
        leave(seen);
        return count;
    }

    int freeSlots() {
        long seen = enter();
        int free = Math.max(0, free());
        leave(seen);
        return free;
    }

    WaiterList sendersWaiting() {
        return sending;
    }

    WaiterList receiversWaiting() {
        return receiving;
    }

    @Nullable
    Throwable cause() {
        return isClosed()
                ? cause
                : senders.loss(); // asked at the end: if no sender is left open, one that was lost is why
    }

    ClosedException closed(@Nullable Object value) {
        return new ClosedException(Names.of("channel", name) + " is closed", value, cause());
    }

    final long enterWithRoom() {
        long seen = enter();
        while (!buffer.hasRoom()) {
            leave(seen);
            Buffer.Chunk made = buffer.newChunk();
            seen = enter();
            buffer.supply(made);
        }
        return seen;
    }

    String kind() {
        return capacity == UNBOUNDED ? "unbounded" : "capacity " + capacity;
    }

    @Override
    public String toString() {
        return Names.of("Channel", name, kind() + ", " + size() + " queued" + (isClosed() ? ", closed" : ""));
    }
}
