// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.examples;

import static dev.wakeful.Async.async;
import static dev.wakeful.Async.await;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.Future;
import dev.wakeful.net.TcpListener;
import dev.wakeful.net.TcpStream;
import dev.wakeful.testkit.AsyncTest;
import dev.wakeful.testkit.CancelEverywhere;
import dev.wakeful.testkit.TestRuntime;
import dev.wakeful.time.Time;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// The test kit on code as users write it: async blocks, the real sockets and the real clock's API, in simulation.
class RetryingClientTest {
    private static final InetSocketAddress SERVER = new InetSocketAddress("127.0.0.1", 7000);

    private final List<String> log = new ArrayList<>();

    // ---------------------------------------------------------------------------------------- the code under test

    /// Asks until the server answers, each time after a longer pause.
    private Future<String> ask(String question) {
        return async(() -> {
            Duration pause = ofMillis(100);
            while (true) {
                try {
                    return await(askOnce(question));
                } catch (IOException e) {
                    log.add(e.getMessage());
                    await(Time.sleep(pause));
                    pause = pause.multipliedBy(2);
                }
            }
        });
    }

    private static Future<String> askOnce(String question) {
        return async(() -> {
            try (var socket = await(TcpStream.connect(SERVER))) {
                await(socket.writeAll(ByteBuffer.wrap(question.getBytes(StandardCharsets.UTF_8))));
                await(socket.shutdownOutput());
                return await(readAll(socket));
            }
        });
    }

    private static Future<String> readAll(TcpStream socket) {
        return async(() -> {
            var text = new StringBuilder();
            var buffer = ByteBuffer.allocate(64);
            while (await(socket.read(buffer)) >= 0) {
                text.append(StandardCharsets.UTF_8.decode(buffer.flip()));
                buffer.clear();
            }
            return text.toString();
        });
    }

    private static Future<Void> serve(int questions) {
        return async(() -> {
            try (var listener = await(TcpListener.bind(SERVER))) {
                for (int i = 0; i < questions; i++) {
                    try (var socket = await(listener.accept())) {
                        String question = await(readAll(socket));
                        await(socket.writeAll(ByteBuffer.wrap(("re: " + question).getBytes(StandardCharsets.UTF_8))));
                        await(socket.shutdownOutput());
                    }
                }
            }
        });
    }

    // ---------------------------------------------------------------------------------------- its tests

    @AsyncTest
    void theClientWaitsForAServerThatStartsLate(TestRuntime runtime) throws Exception {
        runtime.run(scope -> {
            scope.spawn(() -> {
                await(Time.sleep(ofSeconds(1)));
                await(serve(1));
            });
            log.add(await(ask("are you there")));
        });
        assertEquals("re: are you there", log.removeLast());
        assertEquals(4, log.size()); // after 0, 100, 300 and 700 ms; the try at 1500 ms is answered
        assertEquals(ofMillis(1500), runtime.now());
    }

    @AsyncTest(schedules = 200)
    void inEveryOrderAndInAnyPiecesTheAnswersAreRight(TestRuntime runtime) throws Exception {
        runtime.network().partialTransfers(true);
        runtime.network().to(SERVER).latency(ofMillis(0), ofMillis(40));
        runtime.network().from(SERVER).latency(ofMillis(0), ofMillis(40));
        runtime.run(scope -> {
            scope.spawn(serve(2));
            var first = scope.spawn(ask("one"));
            var second = scope.spawn(ask("two"));
            assertEquals("re: one", await(first));
            assertEquals("re: two", await(second));
        });
    }

    @AsyncTest
    void aConnectionThatIsResetIsTriedAgain(TestRuntime runtime) throws Exception {
        runtime.network().from(SERVER).resetAfter(2);
        runtime.run(scope -> {
            var server = scope.spawn(() -> {
                try {
                    await(serve(1));
                } catch (IOException reset) {
                    log.add("the server saw it too");
                }
                runtime.network().from(SERVER).resetAfter(Long.MAX_VALUE);
                await(serve(1));
            });
            assertEquals("re: hello", await(ask("hello")));
            await(server);
        });
        assertTrue(log.contains("the server saw it too"), log.toString());
        assertTrue(log.contains("Connection reset"), log.toString());
    }

    @AsyncTest
    @CancelEverywhere
    void cancelledAnywhereNoSocketIsLeftOpen(TestRuntime runtime) throws Exception {
        runtime.network().to(SERVER).latency(ofMillis(1), ofMillis(1));
        runtime.run(scope -> {
            scope.spawn(serve(1));
            await(ask("hello"));
        });
    }

    @AsyncTest
    void nobodyListeningIsRefused(TestRuntime runtime) throws Exception {
        String message = runtime.call(scope -> {
            try {
                return await(askOnce("hello"));
            } catch (ConnectException e) {
                return e.getMessage();
            }
        });
        assertTrue(message.contains("127.0.0.1:7000"), message);
    }
}
