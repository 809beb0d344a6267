// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.examples;

import static dev.wakeful.Async.async;
import static dev.wakeful.Async.await;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.AsyncConsumer;
import dev.wakeful.Future;
import dev.wakeful.TimeoutException;
import dev.wakeful.net.TcpListener;
import dev.wakeful.net.TcpStream;
import dev.wakeful.testkit.AsyncTest;
import dev.wakeful.testkit.TestRuntime;
import dev.wakeful.time.Time;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Each fault of the simulated network, alone, as code that uses the sockets sees it.
class NetworkFaultsTest {
    private static final InetSocketAddress SERVER = new InetSocketAddress("127.0.0.1", 7000);
    private static final int BYTES = 1_000;

    private final List<String> log = new ArrayList<>();
    private int reads;

    /// Sends back what comes until the end of each connection, one after the other.
    private Future<Void> echo(int connections) {
        return async(() -> {
            try (var listener = await(TcpListener.bind(SERVER))) {
                for (int i = 0; i < connections; i++) {
                    try (var socket = await(listener.accept())) {
                        await(echo(socket));
                    } catch (IOException lost) {
                        log.add("server: " + lost.getMessage());
                    }
                }
            }
        });
    }

    private static Future<Void> echo(TcpStream socket) {
        return async(() -> {
            var buffer = ByteBuffer.allocate(256);
            while (await(socket.read(buffer)) >= 0) {
                await(socket.writeAll(buffer.flip()));
                buffer.clear();
            }
            await(socket.shutdownOutput());
        });
    }

    /// Sends numbers and reads them back, and checks each.
    private Future<Void> exchange(TcpStream socket) {
        return async(() -> {
            var sent = ByteBuffer.allocate(BYTES);
            while (sent.hasRemaining()) {
                sent.put((byte) sent.position());
            }
            await(socket.writeAll(sent.flip()));
            await(socket.shutdownOutput());
            var received = ByteBuffer.allocate(BYTES + 1);
            while (await(socket.read(received)) >= 0) {
                reads++;
            }
            assertEquals(sent.flip(), received.flip());
        });
    }

    private Duration timeOf(TestRuntime runtime, AsyncConsumer<TcpStream> client) throws Exception {
        runtime.run(scope -> {
            scope.spawn(echo(1));
            await(Time.sleep(ofMillis(1)));
            try (var socket = await(TcpStream.connect(SERVER))) {
                await(client.start(socket));
            } catch (IOException lost) {
                log.add("client: " + lost.getMessage());
            }
        });
        return runtime.now().minus(ofMillis(1));
    }

    @AsyncTest
    void latencyIsPaidForEachRoundTrip(TestRuntime runtime) throws Exception {
        runtime.network().to(SERVER).latency(ofMillis(30), ofMillis(30));
        runtime.network().from(SERVER).latency(ofMillis(20), ofMillis(20));
        assertEquals(ofMillis(100), timeOf(runtime, socket -> await(exchange(socket)))); // the handshake is one
    }

    @AsyncTest(schedules = 20)
    void partialReadsAndWritesLoseNothing(TestRuntime runtime) throws Exception {
        runtime.network().partialTransfers(true);
        timeOf(runtime, socket -> await(exchange(socket)));
        assertTrue(reads > 4, "in " + reads + " reads");
    }

    @AsyncTest
    void whatIsLostIsSentAgainAndArrivesLateButInOrder(TestRuntime runtime) throws Exception {
        runtime.network().partialTransfers(true);
        runtime.network().to(SERVER).lose(0.3);
        Duration time = timeOf(runtime, socket -> await(exchange(socket)));
        assertTrue(time.compareTo(ofMillis(200)) >= 0, time.toString());
        assertEquals(List.of(), log);
    }

    @AsyncTest
    void aPartitionOneWayIsSilenceThatWayOnly(TestRuntime runtime) throws Exception {
        timeOf(runtime, socket -> {
            runtime.network().from(SERVER).cut();
            await(socket.writeAll(ByteBuffer.wrap(new byte[10])));
            try {
                await(Time.timeout(ofSeconds(5), socket.read(ByteBuffer.allocate(10))));
            } catch (TimeoutException silence) {
                log.add("silence");
            }
            runtime.network().from(SERVER).heal();
            assertEquals(10, await(socket.read(ByteBuffer.allocate(10)))); // they had arrived at the server
        });
        assertEquals(List.of("silence"), log);
    }

    @AsyncTest
    void aResetAtAByteEndsBothSides(TestRuntime runtime) throws Exception {
        runtime.network().from(SERVER).resetAfter(500);
        timeOf(runtime, socket -> await(exchange(socket)));
        log.sort(null);
        assertEquals(List.of("client: Connection reset", "server: Connection reset by peer"), log);
    }

    @AsyncTest
    void aHalfOpenConnectionIsFoundByWritingAndNotByReading(TestRuntime runtime) throws Exception {
        timeOf(runtime, socket -> {
            runtime.network().to(SERVER).latency(ofMillis(10), ofMillis(10)).halfOpen();
            try {
                await(Time.timeout(ofSeconds(60), socket.read(ByteBuffer.allocate(10))));
            } catch (TimeoutException silence) {
                log.add("silence");
            }
            await(socket.writeAll(ByteBuffer.wrap(new byte[10])));
            await(socket.read(ByteBuffer.allocate(10)));
        });
        assertEquals("silence", log.getFirst());
        assertTrue(log.contains("client: Connection reset"), log.toString());
    }

    @AsyncTest
    void connectionsAreRefusedThoughSomebodyListens(TestRuntime runtime) throws Exception {
        runtime.network().to(SERVER).refuse(true);
        runtime.run(scope -> {
            var server = scope.spawn(echo(1));
            await(Time.sleep(ofMillis(1)));
            try (var socket = await(TcpStream.connect(SERVER))) {
                log.add("connected to " + socket);
            } catch (IOException refused) {
                log.add(refused.getMessage());
            }
            runtime.network().to(SERVER).refuse(false);
            try (var socket = await(TcpStream.connect(SERVER))) {
                await(exchange(socket));
            }
            await(server);
        });
        assertEquals(List.of("cannot connect to /127.0.0.1:7000: Connection refused"), log);
    }

    @AsyncTest
    void atTheLimitOfDescriptorsNothingIsOpenedUntilOneIsFree(TestRuntime runtime) throws Exception {
        runtime.network().limitSockets(3); // the listener and both ends of a connection
        timeOf(runtime, socket -> {
            await(Time.sleep(ofMillis(1)));
            try (var second = await(TcpStream.connect(SERVER))) {
                log.add("connected to " + second);
            } catch (IOException full) {
                log.add(full.getMessage());
            }
            await(exchange(socket));
        });
        assertEquals(1, log.size());
        assertTrue(log.getFirst().contains("Too many open files"), log.toString());
    }

    @AsyncTest
    void aSlowPeerHoldsTheWriterBack(TestRuntime runtime) throws Exception {
        runtime.network().to(SERVER).bytesPerSecond(100).window(50);
        Duration time = timeOf(runtime, socket -> await(exchange(socket)));
        assertTrue(time.compareTo(ofSeconds(10)) >= 0, time.toString());
    }

    @AsyncTest
    void aSecondReaderAndASecondAcceptorAreRefused(TestRuntime runtime) throws Exception {
        runtime.run(scope -> {
            try (var listener = await(TcpListener.bind(SERVER));
                    var client = await(TcpStream.connect(SERVER));
                    var accepted = await(listener.accept())) {
                var accepting = scope.spawn("acceptor", listener.accept());
                var reading = scope.spawn("reader", client.read(ByteBuffer.allocate(1)));
                await(Time.sleep(ofMillis(1)));
                log.add(await(refusal(listener.accept())));
                log.add(await(refusal(client.read(ByteBuffer.allocate(1)))));
                await(accepting.abortAndJoin("enough"));
                await(reading.abortAndJoin("enough"));
                await(accepted.writeAll(ByteBuffer.wrap(new byte[1])));
                assertEquals(1, await(client.read(ByteBuffer.allocate(1)))); // one who gave up is in nobody's way
            }
        });
        assertEquals("TcpListener[/127.0.0.1:7000] is accepting already; one task accepts at a time", log.getFirst());
        assertTrue(log.getLast().startsWith("a read is waiting already on TcpStream["), log.getLast());
    }

    private static Future<String> refusal(Future<?> second) {
        return async(() -> {
            try {
                return "not refused: " + await(second);
            } catch (IllegalStateException refused) {
                return refused.getMessage();
            }
        });
    }
}
