// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit;

import dev.wakeful.Context;
import dev.wakeful.Waker;
import dev.wakeful.spi.StreamIo;
import dev.wakeful.spi.Timer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// The bytes that go one way on one connection: what is on the way, with the time at which it arrives, and who waits.
final class SimFlow {
    private final SimNetwork network;
    private final Link link;
    private final Timer.Alarm arrival;
    private final ArrayDeque<Segment> segments = new ArrayDeque<>();
    private @Nullable SimFlow partner;
    private @Nullable Runnable linkChange;
    private final OneWaiter reader = new OneWaiter("read");
    private final OneWaiter writer = new OneWaiter("write");
    private Timer.@Nullable Alarm answer;
    private int unread;
    private long sent;
    private long lastArrival;
    private boolean readerGone;
    private boolean reset;
    private boolean isForgotten;

    /// Bytes that arrive together; without bytes, the end of the stream.
    private static final class Segment {
        private final ByteBuffer bytes;
        private final long arrival;
        private final boolean end;

        Segment(ByteBuffer bytes, long arrival, boolean end) {
            this.bytes = bytes;
            this.arrival = arrival;
            this.end = end;
        }
    }

    SimFlow(SimNetwork network, Link link) {
        this.network = network;
        this.link = link;
        this.arrival = network.timer().alarm();
        link.add(this);
    }

    // ------------------------------------------------------------------------------------------------- writing

    int pollWrite(Context cx, ByteBuffer source, Object socket) throws IOException {
        failIfReset();
        if (readerGone) {
            reset();
            throw new IOException("Broken pipe");
        }
        int room = Math.min(source.remaining(), link.window() - unread);
        if (room <= 0 && source.hasRemaining()) {
            writer.register(cx, socket);
            return StreamIo.PENDING;
        }
        writer.forget();
        int count = room == 0 ? 0 : network.transferred(room);
        int before = (int) Math.min(count, Math.max(0, link.resetAfter() - sent));
        if (before < count) {
            reset();
            throw new IOException("Connection reset by peer");
        }
        if (count > 0) {
            var bytes = ByteBuffer.allocate(count);
            bytes.put(source.slice(source.position(), count)).flip();
            source.position(source.position() + count);
            sent += count;
            unread += count;
            send(bytes, false);
            answerIfForgotten();
        }
        return count;
    }

    void end() {
        send(ByteBuffer.allocate(0), true);
    }

    private void send(ByteBuffer bytes, boolean end) {
        long now = network.timer().nanos();
        long start = Math.max(lastArrival, Timer.after(now, link.delay()));
        lastArrival = Timer.after(start, link.busy(bytes.remaining()));
        segments.add(new Segment(bytes, lastArrival, end));
        tellReader();
    }

    /// Wakes the reader that waits when the next segment is there, or has it woken at the time it will be.
    private void tellReader() {
        Waker waiting = reader.waiting();
        if (waiting == null) {
            return;
        }
        if (reset) {
            arrival.disarm();
            reader.wake();
            return;
        }
        Segment next = segments.peek();
        if (next == null || link.isCut()) {
            arrival.disarm();
        } else if (next.arrival <= network.timer().nanos()) {
            arrival.disarm();
            reader.wake();
        } else {
            arrival.arm(next.arrival, waiting);
        }
    }

    void linkChanged() {
        tellReader();
        if (linkChange != null) {
            linkChange.run();
        }
    }

    /// Has `action` run when the link is cut or healed, for who waits for more than bytes.
    void whenLinkChanges(Runnable action) {
        linkChange = action;
    }

    // ------------------------------------------------------------------------------------------------- reading

    int pollRead(Context cx, ByteBuffer target, Object socket) throws IOException {
        failIfReset();
        if (!target.hasRemaining()) {
            return 0;
        }
        Segment next = segments.peek();
        if (next == null || link.isCut() || next.arrival > network.timer().nanos()) {
            reader.register(cx, socket);
            tellReader();
            return StreamIo.PENDING;
        }
        forgetReader();
        if (next.end) {
            return StreamIo.EOF; // stays, since the end repeats
        }
        int count = network.transferred(Math.min(target.remaining(), next.bytes.remaining()));
        target.put(next.bytes.slice(next.bytes.position(), count));
        next.bytes.position(next.bytes.position() + count);
        if (!next.bytes.hasRemaining()) {
            segments.remove();
        }
        unread -= count;
        writer.wake();
        return count;
    }

    void forgetReader() {
        arrival.disarm();
        reader.forget();
    }

    void forgetWriter() {
        writer.forget();
    }

    // ------------------------------------------------------------------------------------------------- ending

    /// The reading end was closed.
    ///
    /// @return whether bytes are lost that way, which resets the connection
    boolean readerCloses() {
        readerGone = true;
        forgetReader();
        writer.wake();
        link.remove(this);
        return unread > 0;
    }

    /// The writing end was closed.
    void writerCloses() {
        if (answer != null) {
            answer.disarm();
        }
    }

    /// The reading end knows nothing of the connection any more, and has not said so: it answers what arrives by a
    /// reset.
    void forget() {
        isForgotten = true;
    }

    private void answerIfForgotten() {
        if (isForgotten && answer == null) {
            Timer.Alarm armed = network.timer().alarm();
            answer = armed;
            armed.arm(Timer.after(lastArrival, partner == null ? 0 : partner.link.delay()), Waker.of(this::reset));
        }
    }

    void reset() {
        reset = true;
        writerCloses();
        segments.clear();
        tellReader();
        writer.wake();
        if (partner != null && !partner.reset) {
            partner.reset();
        }
    }

    /// The other direction of the connection, which a reset ends too.
    void join(SimFlow other) {
        partner = other;
    }

    private void failIfReset() throws IOException {
        if (reset) {
            throw new IOException("Connection reset");
        }
    }

    Link link() {
        return link;
    }
}
