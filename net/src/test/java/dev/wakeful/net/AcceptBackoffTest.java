// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.Context;
import dev.wakeful.Waker;
import dev.wakeful.spi.ListenerIo;
import dev.wakeful.spi.Network;
import dev.wakeful.spi.StreamIo;
import dev.wakeful.spi.Timer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// An accept that finds no descriptor left tries again ten times a second, however often it is polled.
class AcceptBackoffTest {
    private long now;
    private int armed;
    private int attempts;
    private String failure = "Too many open files";

    private final Timer timer = new Timer() {
        @Override
        public long nanos() {
            return now;
        }

        @Override
        public Instant origin() {
            return Instant.EPOCH;
        }

        @Override
        public Alarm alarm() {
            return new Alarm() {
                @Override
                public void arm(long deadlineNanos, Waker waker) {
                    armed++;
                }

                @Override
                public void move(long deadlineNanos) {}

                @Override
                public void disarm() {}
            };
        }
    };

    private final ListenerIo exhausted = new ListenerIo() {
        @Override
        public StreamIo pollAccept(Context cx) throws IOException {
            attempts++;
            throw new IOException(failure);
        }

        @Override
        public void forgetAccept() {}

        @Override
        public SocketAddress localAddress() {
            return new InetSocketAddress(7000);
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    };

    private final Network network = new Network() {
        @Override
        public ListenerIo listen(SocketAddress address, int backlog, Map<SocketOption<?>, Object> options) {
            return exhausted;
        }

        @Override
        public StreamIo connect(SocketAddress address, Map<SocketOption<?>, Object> options) throws IOException {
            throw new IOException("not here");
        }
    };

    private final Context cx = Context.of(Waker.noop()).with(Timer.KEY, timer).with(Network.KEY, network);

    private TcpListener listener() throws Exception {
        return ((dev.wakeful.Poll.Ready<TcpListener>)
                        TcpListener.bind(new InetSocketAddress(7000)).poll(cx))
                .value();
    }

    @Test
    void acceptGoesOnWaitingAndTriesTenTimesASecond() throws Exception {
        var accept = listener().accept();
        for (int millis = 0; millis < 1000; millis++) {
            now = millis * 1_000_000L;
            assertFalse(accept.poll(cx).isReady());
        }
        assertEquals(10, attempts);
        assertTrue(armed > 0);
    }

    @Test
    void otherFailuresAreThrown() throws Exception {
        failure = "broken";
        var accept = listener().accept();
        assertEquals(
                "broken", assertThrows(IOException.class, () -> accept.poll(cx)).getMessage());
    }
}
