// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.JoinHandle;
import dev.wakeful.Poll;
import dev.wakeful.net.TcpListener;
import dev.wakeful.net.TcpStream;
import dev.wakeful.time.Time;
import java.io.EOFException;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// TCP on the loopback interface: semantics S-I1, S-I2, S-I3 and S-I10.
@ParameterizedClass
@EnumSource(Kind.class)
class TcpTest {
    private final Kind kind;
    private final AsyncRuntime runtime;

    TcpTest(Kind kind) {
        this.kind = kind;
        this.runtime = kind.builder()
                .name("test")
                .onUnhandledFailure((task, failure) -> {}) // the tests look at the outcomes themselves
                .build();
    }

    @AfterEach
    void close() {
        runtime.close();
        assertEquals(0, runtime.metrics().tasksLive());
    }

    private static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    private TcpListener listen() throws Exception {
        return runtime.blockOn(TcpListener.bind(loopback(0)));
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(ByteBuffer buffer) {
        buffer.flip();
        return StandardCharsets.UTF_8.decode(buffer).toString();
    }

    /// Two ends of one connection.
    private record Pair(TcpStream client, TcpStream server) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            client.close();
            server.close();
        }
    }

    private Pair pair() throws Exception {
        try (var listener = listen()) {
            JoinHandle<TcpStream> accepted = runtime.spawn(listener.accept());
            TcpStream client = runtime.blockOn(TcpStream.connect(listener.localAddress()));
            return new Pair(client, runtime.blockOn(accepted));
        }
    }

    /// Echoes until the end of the stream, then ends its output.
    private static Future<Long> echo(TcpStream socket, int bufferSize) {
        return new Future<>() {
            private final ByteBuffer buffer = ByteBuffer.allocate(bufferSize);
            private Future<?> step = socket.read(buffer);
            private boolean writing;
            private boolean ending;
            private long count;

            @Override
            public Poll<Long> poll(Context cx) throws Exception {
                while (step.poll(cx) instanceof Poll.Ready<?>(var value)) {
                    if (ending) {
                        socket.close();
                        return Poll.ready(count);
                    } else if (writing) {
                        buffer.clear();
                        writing = false;
                        step = socket.read(buffer);
                    } else if ((Integer) value < 0) {
                        ending = true;
                        step = socket.shutdown();
                    } else {
                        count += (Integer) value;
                        writing = true;
                        step = socket.writeAll(buffer.flip());
                    }
                }
                return Poll.pending();
            }

            @Override
            public Poll<Void> pollCancel(Context cx) throws Exception {
                step.pollCancel(cx);
                socket.close();
                return Poll.ready(null);
            }
        };
    }

    @Test
    void whatIsWrittenIsRead() throws Exception {
        try (var pair = pair()) {
            runtime.blockOn(pair.client().writeAll(bytes("hello")));
            var buffer = ByteBuffer.allocate(100);
            assertEquals(5, runtime.blockOn(pair.server().read(buffer)));
            assertEquals("hello", text(buffer));
        }
    }

    @Test
    void endOfTheStreamIsMinusOneAndAFullBufferIsNot() throws Exception {
        try (var pair = pair()) {
            assertEquals(0, runtime.blockOn(pair.server().read(ByteBuffer.allocate(0))));
            runtime.blockOn(pair.client().writeAll(bytes("ab")));
            runtime.blockOn(pair.client().shutdown());
            var one = ByteBuffer.allocate(1);
            assertEquals(1, runtime.blockOn(pair.server().read(one)));
            assertEquals(0, runtime.blockOn(pair.server().read(one)));
            assertEquals(1, runtime.blockOn(pair.server().read(one.clear())));
            assertEquals(-1, runtime.blockOn(pair.server().read(one.clear())));
            assertEquals(-1, runtime.blockOn(pair.server().read(one.clear())));
        }
    }

    @Test
    void afterShutdownTheOtherDirectionGoesOnAndWritesFail() throws Exception {
        try (var pair = pair()) {
            runtime.blockOn(pair.client().shutdownOutput());
            assertEquals(-1, runtime.blockOn(pair.server().read(ByteBuffer.allocate(1))));
            runtime.blockOn(pair.server().writeAll(bytes("still here")));
            var buffer = ByteBuffer.allocate(10);
            runtime.blockOn(pair.client().readExactly(buffer));
            assertEquals("still here", text(buffer));
            assertThrows(IOException.class, () -> runtime.blockOn(pair.client().writeAll(bytes("x"))));
        }
    }

    @Test
    void readExactlyFailsAtAnEndBeforeItsTime() throws Exception {
        try (var pair = pair()) {
            runtime.blockOn(pair.client().writeAll(bytes("abc")));
            pair.client().close();
            var buffer = ByteBuffer.allocate(5);
            var failure = assertThrows(
                    EOFException.class, () -> runtime.blockOn(pair.server().readExactly(buffer)));
            assertTrue(failure.getMessage().endsWith("ended with 2 bytes still to be read"), failure.getMessage());
            assertEquals("abc", text(buffer));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 4096, 300_000})
    void largeTransfersArriveWholeThroughBuffersOfAnySize(int bufferSize) throws Exception {
        var sent = new byte[bufferSize == 1 ? 20_000 : 2_000_000];
        new SplittableRandom(7).nextBytes(sent);
        try (var pair = pair()) {
            JoinHandle<Long> echo = runtime.spawn(echo(pair.server(), bufferSize));
            JoinHandle<Void> writes = runtime.spawn(pair.client()
                    .writeAll(ByteBuffer.wrap(sent))
                    .then(_ -> pair.client().shutdown()));
            var received = ByteBuffer.allocateDirect(sent.length);
            runtime.blockOn(pair.client().readExactly(received));
            runtime.blockOn(writes);
            assertEquals(sent.length, runtime.blockOn(echo));
            var copy = new byte[sent.length];
            received.flip().get(copy);
            assertArrayEquals(sent, copy);
        }
    }

    @Test
    void readThatWasGivenUpLosesNothing() throws Exception {
        try (var pair = pair()) {
            for (int round = 0; round < 50; round++) {
                var scribbled = ByteBuffer.allocate(8);
                assertThrows(
                        dev.wakeful.TimeoutException.class,
                        () -> runtime.blockOn(
                                Time.timeout(Duration.ofNanos(1), pair.server().read(scribbled))));
                assertEquals(0, scribbled.position());
                runtime.blockOn(pair.client().writeAll(bytes("round" + round)));
                var buffer = ByteBuffer.allocate(("round" + round).length());
                runtime.blockOn(pair.server().readExactly(buffer));
                assertEquals("round" + round, text(buffer));
            }
        }
    }

    @Test
    void secondReaderIsAnError() throws Exception {
        try (var pair = pair()) {
            JoinHandle<Integer> first = runtime.spawn("first", pair.server().read(ByteBuffer.allocate(1)));
            Kind.settle(runtime);
            var failure = assertThrows(
                    IllegalStateException.class,
                    () -> runtime.blockOn(pair.server().read(ByteBuffer.allocate(1))));
            assertTrue(
                    failure.getMessage().endsWith("; one task reads and one task writes at a time"),
                    failure.getMessage());
            runtime.blockOn(pair.client().writeAll(bytes("x")));
            assertEquals(1, runtime.blockOn(first));
        }
    }

    @Test
    void futureOfAReadIsRefusedAfterItCompleted() throws Exception {
        try (var pair = pair()) {
            runtime.blockOn(pair.client().writeAll(bytes("x")));
            Future<Integer> read = pair.server().read(ByteBuffer.allocate(1));
            assertEquals(1, runtime.blockOn(read));
            assertThrows(IllegalStateException.class, () -> runtime.blockOn(read));
        }
    }

    @Test
    void closeWakesWhoReads() throws Exception {
        try (var pair = pair()) {
            JoinHandle<Integer> reads = runtime.spawn(pair.server().read(ByteBuffer.allocate(1)));
            Kind.settle(runtime);
            pair.server().close();
            assertThrows(ClosedChannelException.class, () -> runtime.blockOn(reads));
            assertFalse(pair.server().isOpen());
        }
    }

    @Test
    void closeWakesWhoAccepts() throws Exception {
        var listener = listen();
        JoinHandle<TcpStream> accepts = runtime.spawn(listener.accept());
        Kind.settle(runtime);
        listener.close();
        assertThrows(ClosedChannelException.class, () -> runtime.blockOn(accepts));
    }

    @Test
    void portInUseIsNamed() throws Exception {
        try (var listener = listen()) {
            int port = ((InetSocketAddress) listener.localAddress()).getPort();
            var failure = assertThrows(BindException.class, () -> runtime.blockOn(TcpListener.bind(loopback(port))));
            assertEquals("cannot listen on 127.0.0.1:" + port + ": Address already in use", failure.getMessage());
        }
    }

    @Test
    void refusedConnectionIsNamed() throws Exception {
        InetSocketAddress address;
        try (var listener = listen()) {
            address = (InetSocketAddress) listener.localAddress();
        }
        runtime.blockOn(Time.sleep(Duration.ofMillis(1)));
        var failure = assertThrows(ConnectException.class, () -> runtime.blockOn(TcpStream.connect(address)));
        assertEquals("cannot connect to 127.0.0.1:" + address.getPort() + ": Connection refused", failure.getMessage());
    }

    @Test
    void hostNamesAreResolved() throws Exception {
        try (var listener = listen()) {
            int port = ((InetSocketAddress) listener.localAddress()).getPort();
            runtime.blockOn(TcpStream.connect(InetSocketAddress.createUnresolved("localhost", port)))
                    .close();
        }
    }

    @Test
    void optionsAndAddresses() throws Exception {
        try (var listener = listen()) {
            JoinHandle<TcpStream> accepted = runtime.spawn(listener.accept());
            var client = runtime.blockOn(
                    TcpStream.connect(listener.localAddress(), Map.of(StandardSocketOptions.SO_KEEPALIVE, true)));
            var server = runtime.blockOn(accepted);
            assertTrue(client.keepAlive());
            assertFalse(client.keepAlive(false).keepAlive());
            assertTrue(client.noDelay(true).noDelay());
            assertTrue(client.receiveBufferSize(65536).receiveBufferSize() > 0);
            assertTrue(client.sendBufferSize(65536).sendBufferSize() > 0);
            assertEquals(client.localAddress(), server.peerAddress());
            assertEquals(client.peerAddress(), listener.localAddress());
            client.close();
            server.close();
        }
    }

    @Test
    void halvesWorkForTwoTasksAndCloseTogether() throws Exception {
        try (var pair = pair()) {
            var halves = pair.client().split();
            JoinHandle<Long> echo = runtime.spawn(echo(pair.server(), 16));
            JoinHandle<Void> writes = runtime.spawn(halves.writer().writeAll(bytes("both ways")));
            var buffer = ByteBuffer.allocate(9);
            runtime.blockOn(halves.reader().readExactly(buffer));
            assertEquals("both ways", text(buffer));
            runtime.blockOn(writes);
            halves.writer().close();
            assertEquals(9, runtime.blockOn(echo));
            assertEquals(-1, runtime.blockOn(halves.reader().read(ByteBuffer.allocate(1))));
            assertTrue(pair.client().isOpen());
            halves.reader().close();
            assertFalse(pair.client().isOpen());
        }
    }

    @Test
    void socketThatOutlivesItsRuntimeSaysSo() throws Exception {
        var pair = pair();
        runtime.close();
        var other = kind.builder().build();
        var failure = assertThrows(
                IOException.class, () -> other.blockOn(pair.client().read(ByteBuffer.allocate(1))));
        assertTrue(failure.getMessage().endsWith("belongs to was closed"), failure.getMessage());
        other.close();
        pair.close();
    }

    /// Accepts and echoes until it is cancelled.
    private Future<Void> server(TcpListener listener) {
        return new Future<>() {
            private Future<TcpStream> accept = listener.accept();

            @Override
            public Poll<Void> poll(Context cx) throws Exception {
                while (accept.poll(cx) instanceof Poll.Ready<TcpStream>(var socket)) {
                    runtime.spawn("echo", echo(socket, 512).recover(_ -> -1L)); // some clients reset
                    accept = listener.accept();
                }
                return Poll.pending();
            }

            @Override
            public Poll<Void> pollCancel(Context cx) throws Exception {
                return accept.pollCancel(cx);
            }
        };
    }

    @Test
    void manyBlockingClientsAtOnceAreEchoed() throws Exception {
        int clients = 200;
        try (var listener = listen()) {
            runtime.spawn("server", server(listener));
            int port = ((InetSocketAddress) listener.localAddress()).getPort();
            var done = new AtomicInteger();
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                int number = i;
                threads.add(Thread.ofVirtual().start(() -> {
                    client(port, number);
                    done.incrementAndGet();
                }));
            }
            Future<Void> all = new Future<>() {
                private Future<Void> pause = Time.sleep(Duration.ofMillis(1));

                @Override
                public Poll<Void> poll(Context cx) throws Exception {
                    while (done.get() < clients) {
                        if (!pause.poll(cx).isReady()) {
                            return Poll.pending();
                        }
                        pause = Time.sleep(Duration.ofMillis(1));
                    }
                    return Poll.ready(null);
                }
            };
            runtime.blockOn(all);
            for (Thread thread : threads) {
                thread.join();
            }
        }
    }

    private static void client(int port, int number) {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            var sent = ("client " + number + " ").repeat(50).getBytes(StandardCharsets.UTF_8);
            socket.getOutputStream().write(sent);
            if (number % 10 == 3) { // a reset in the middle
                socket.setSoLinger(true, 0);
                return;
            }
            socket.shutdownOutput();
            assertArrayEquals(sent, socket.getInputStream().readAllBytes());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
