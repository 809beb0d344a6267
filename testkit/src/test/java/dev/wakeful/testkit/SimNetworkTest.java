// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.CheckedFuture;
import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.Poll;
import dev.wakeful.spi.ListenerIo;
import dev.wakeful.spi.Network;
import dev.wakeful.spi.StreamIo;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SimNetworkTest {
    private final InetSocketAddress address = new InetSocketAddress("127.0.0.1", 7000);
    private final TestRuntime runtime = TestRuntime.withSeed(11);
    private final SimNetwork network = runtime.network();
    private @Nullable ListenerIo listener;
    private @Nullable StreamIo client;
    private @Nullable StreamIo server;

    @AfterEach
    void nothingIsLeftOver() throws IOException {
        for (AutoCloseable socket : new AutoCloseable[] {client, server, listener}) {
            try {
                if (socket != null) {
                    socket.close();
                }
            } catch (Exception failure) {
                throw new IOException(failure);
            }
        }
        runtime.close();
    }

    /// A leaf over a socket's poll.
    private interface Attempt<T> {
        @Nullable
        T poll(Context cx) throws IOException;
    }

    private static <T> Future<T> leaf(Attempt<T> attempt) {
        return new CheckedFuture<>() {
            @Override
            protected @Nullable Object advance(Context cx) throws Exception {
                T value = attempt.poll(cx);
                return value == null ? PENDING : value;
            }
        };
    }

    private void connect() throws Exception {
        listener = runtime.blockOn(cx -> Poll.ready(cx.get(Network.KEY).listen(address, 0, Map.of())));
        client = runtime.blockOn(connecting());
        server = runtime.blockOn(leaf(listener::pollAccept));
    }

    private Future<StreamIo> connecting() {
        return Future.<Void>ready(null).then(v -> {
            StreamIo stream = network.connect(address, Map.of());
            client = stream;
            return leaf(cx -> stream.pollConnect(cx) ? stream : null);
        });
    }

    private static Future<String> read(StreamIo from, int most) {
        var buffer = ByteBuffer.allocate(most);
        return leaf(cx -> {
            int count = from.pollRead(cx, buffer);
            return switch (count) {
                case StreamIo.PENDING -> null;
                case StreamIo.EOF -> "<end>";
                default -> new String(buffer.array(), 0, count, StandardCharsets.UTF_8);
            };
        });
    }

    private static Future<Integer> write(StreamIo to, String text) {
        var buffer = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        return leaf(cx -> {
            int count = to.pollWrite(cx, buffer);
            return count == StreamIo.PENDING ? null : count;
        });
    }

    @Test
    void bytesArriveInOrderAndThenTheEnd() throws Exception {
        connect();
        assertEquals(5, runtime.blockOn(write(client, "hello")));
        assertEquals(3, runtime.blockOn(write(client, " no")));
        assertEquals("hel", runtime.blockOn(read(server, 3)));
        assertEquals("lo", runtime.blockOn(read(server, 10)));
        assertEquals(" no", runtime.blockOn(read(server, 10)));
        client.shutdownOutput();
        assertEquals("<end>", runtime.blockOn(read(server, 10)));
        assertEquals("<end>", runtime.blockOn(read(server, 10)));
        assertEquals(2, runtime.blockOn(write(server, "ok")));
        assertEquals("ok", runtime.blockOn(read(client, 10)));
        assertEquals(ZERO, runtime.now());
    }

    @Test
    void latencyTakesVirtualTimeForTheHandshakeAndForEachByte() throws Exception {
        network.to(address).latency(ofMillis(10), ofMillis(10));
        network.from(address).latency(ofMillis(30), ofMillis(30));
        connect();
        assertEquals(ofMillis(40), runtime.now());
        runtime.blockOn(write(client, "a"));
        assertEquals("a", runtime.blockOn(read(server, 1)));
        assertEquals(ofMillis(50), runtime.now());
    }

    @Test
    void aSlowLinkTakesItsTime() throws Exception {
        network.to(address).bytesPerSecond(2);
        connect();
        runtime.blockOn(write(client, "abcd"));
        runtime.blockOn(read(server, 4));
        assertEquals(ofSeconds(2), runtime.now());
    }

    @Test
    void aFullWindowHoldsTheWriterBack() throws Exception {
        network.to(address).window(4);
        connect();
        assertEquals(4, runtime.blockOn(write(client, "abcdefgh")));
        var blocked = runtime.spawn(write(client, "ijk"));
        runtime.runUntilIdle();
        assertFalse(blocked.isFinished());
        assertEquals("ab", runtime.blockOn(read(server, 2)));
        assertEquals(2, runtime.blockOn(blocked));
        assertEquals("cd", runtime.blockOn(read(server, 9)));
        assertEquals("ij", runtime.blockOn(read(server, 9)));
    }

    @Test
    void partialTransfersMoveAtLeastOneByteAndKeepTheOrder() throws Exception {
        network.partialTransfers(true);
        connect();
        String text = "the quick brown fox";
        Set<Integer> sizes = new HashSet<>();
        for (int done = 0; done < text.length(); ) {
            int count = runtime.blockOn(write(client, text.substring(done)));
            assertTrue(count >= 1);
            sizes.add(count);
            done += count;
        }
        var got = new StringBuilder();
        while (got.length() < text.length()) {
            got.append(runtime.blockOn(read(server, 100)));
        }
        assertEquals(text, got.toString());
        assertTrue(sizes.size() > 1, "every write moved " + sizes);
    }

    @Test
    void nobodyListeningIsARefusalThatNamesTheAddress() {
        var refused = assertThrows(ConnectException.class, () -> runtime.blockOn(connecting()));
        assertEquals("cannot connect to /127.0.0.1:7000: Connection refused", refused.getMessage());
    }

    @Test
    void anAddressIsListenedOnOnce() throws Exception {
        connect();
        var taken = assertThrows(BindException.class, () -> network.listen(address, 0, Map.of()));
        assertEquals("cannot listen on /127.0.0.1:7000: Address already in use", taken.getMessage());
    }

    @Test
    void aResetAtAByteReachesBothEnds() throws Exception {
        network.to(address).resetAfter(3);
        connect();
        runtime.blockOn(write(client, "abc"));
        assertEquals("abc", runtime.blockOn(read(server, 9)));
        var waiting = runtime.spawn(read(server, 9));
        runtime.runUntilIdle();
        assertThrows(IOException.class, () -> runtime.blockOn(write(client, "d")));
        assertEquals(
                "Connection reset",
                assertThrows(IOException.class, () -> runtime.blockOn(waiting)).getMessage());
        assertThrows(IOException.class, () -> runtime.blockOn(read(client, 1)));
    }

    @Test
    void aCutHoldsBytesBackOneWayUntilItIsHealed() throws Exception {
        connect();
        network.to(address).cut();
        runtime.blockOn(write(client, "held"));
        var waiting = runtime.spawn(read(server, 9));
        runtime.advance(ofSeconds(3_600));
        assertFalse(waiting.isFinished());
        runtime.blockOn(write(server, "through"));
        assertEquals("through", runtime.blockOn(read(client, 9)));
        network.to(address).heal();
        assertEquals("held", runtime.blockOn(waiting));
    }

    @Test
    void aConnectThroughACutWaitsUntilItIsHealed() throws Exception {
        listener = network.listen(address, 0, Map.of());
        network.to(address).cut();
        var connecting = runtime.spawn(connecting());
        runtime.advance(ofSeconds(60));
        assertFalse(connecting.isFinished());
        network.to(address).heal();
        runtime.blockOn(connecting);
        server = runtime.blockOn(leaf(listener::pollAccept));
    }

    @Test
    void tooManyOpenFilesIsAnErrorAndTheConnectionWaits() throws Exception {
        listener = network.listen(address, 0, Map.of());
        client = runtime.blockOn(connecting());
        network.limitSockets(2);
        var full = assertThrows(IOException.class, () -> runtime.blockOn(leaf(listener::pollAccept)));
        assertEquals("Too many open files", full.getMessage());
        network.limitSockets(3);
        server = runtime.blockOn(leaf(listener::pollAccept));
    }

    @Test
    void closingWithBytesUnreadResetsThePeer() throws Exception {
        connect();
        runtime.blockOn(write(client, "unread"));
        server.close();
        assertThrows(IOException.class, () -> runtime.blockOn(read(client, 1)));
    }

    @Test
    void closingAListenerEndsWhoWaitsForIt() throws Exception {
        connect();
        var waiting = runtime.spawn(leaf(listener::pollAccept));
        runtime.runUntilIdle();
        listener.close();
        assertThrows(IOException.class, () -> runtime.blockOn(waiting));
    }

    @Test
    void anOpenSocketIsLeftOver() throws Exception {
        connect();
        assertEquals(
                "an open socket: TcpListener[/127.0.0.1:7000]",
                runtime.leftOver().getFirst());
        assertEquals(3, runtime.leftOver().size());
    }
}
