// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The echo server, driven from outside by plain blocking sockets.
class EchoTest {
    private static Server server;

    @BeforeAll
    static void start() throws IOException {
        server = Server.start("Echo.java");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void whatIsSentComesBack() throws Exception {
        try (var socket = server.connect()) {
            exchange(socket, "hello".getBytes(StandardCharsets.UTF_8));
            exchange(socket, randomBytes(1, 100_000));
        }
    }

    @Test
    void afterAHalfCloseTheRestComesBackAndThenTheEnd() throws Exception {
        try (var socket = server.connect()) {
            byte[] sent = randomBytes(2, 20_000);
            socket.getOutputStream().write(sent);
            socket.shutdownOutput();

            assertArrayEquals(sent, socket.getInputStream().readAllBytes());
        }
    }

    @Test
    void manyClientsAtOnceEachGetTheirOwn() throws Exception {
        var clients = new ArrayList<Callable<Void>>();
        for (int i = 0; i < 200; i++) {
            int seed = i;
            clients.add(() -> {
                try (var socket = server.connect()) {
                    for (int round = 0; round < 10; round++) {
                        exchange(socket, randomBytes(seed * 31 + round, 1 + seed * 13));
                    }
                }
                return null;
            });
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var client : threads.invokeAll(clients)) {
                client.get();
            }
        }
    }

    @Test
    void aResetConnectionHarmsNoOther() throws Exception {
        try (var other = server.connect()) {
            for (int i = 0; i < 50; i++) {
                Socket socket = server.connect();
                socket.getOutputStream().write(randomBytes(i, 1000));
                socket.setSoLinger(true, 0); // close() sends a reset
                socket.close();
            }
            exchange(other, "still there".getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void aSlowReaderGetsEverythingAndHoldsUpNobody() throws Exception {
        byte[] sent = randomBytes(3, 4_000_000);
        try (var slow = server.connect();
                var other = server.connect();
                var writer = Executors.newVirtualThreadPerTaskExecutor()) {
            var written = writer.submit(() -> {
                slow.getOutputStream().write(sent);
                slow.shutdownOutput();
                return null;
            });
            byte[] got = new byte[sent.length];
            InputStream in = slow.getInputStream();
            for (int at = 0; at < got.length; ) {
                int wanted = Math.min(40_000, got.length - at);
                at += in.readNBytes(got, at, wanted);
                exchange(other, new byte[] {(byte) at}); // while megabytes wait for the slow one
            }
            written.get();
            assertArrayEquals(sent, got);
            assertEquals(-1, in.read());
        }
    }

    @Test
    void tenThousandOpenConnectionsAreAnsweredAndLeaveNothing() throws Exception {
        try (var warm = server.connect()) {
            exchange(warm, new byte[] {1});
        }
        long before = server.process().openDescriptors();
        int connections = connectionsThatFit();
        List<SocketChannel> open = new ArrayList<>();
        try {
            for (int i = 0; i < connections; i++) {
                open.add(SocketChannel.open(server.address()));
            }
            for (int round = 0; round < 2; round++) {
                for (int i = 0; i < connections; i++) {
                    open.get(i).write(ByteBuffer.allocate(4).putInt(i + round).flip());
                }
                for (int i = 0; i < connections; i++) {
                    var answer = ByteBuffer.allocate(4);
                    while (answer.hasRemaining()) {
                        assertTrue(open.get(i).read(answer) > 0, "connection " + i + " was closed");
                    }
                    assertEquals(i + round, answer.flip().getInt());
                }
            }
            assertTrue(server.process().openDescriptors() >= connections);
        } finally {
            for (var connection : open) {
                connection.close();
            }
        }
        awaitDescriptorsAtMost(before);
    }

    /// Ten thousand, or what the limit on descriptors of this machine leaves room for.
    private static int connectionsThatFit() throws IOException, InterruptedException {
        var limit = new ProcessBuilder("sh", "-c", "ulimit -Hn").start();
        String text = new String(limit.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        limit.waitFor();
        return text.equals("unlimited") ? 10_000 : (int) Math.min(10_000, Long.parseLong(text) - 500);
    }

    /// Waits for the server to notice that its peers have gone; only a leak keeps this from ending.
    private static void awaitDescriptorsAtMost(long count) throws Exception {
        for (int i = 0; i < 3000 && server.process().openDescriptors() > count; i++) {
            Thread.sleep(10);
        }
        assertTrue(server.process().openDescriptors() <= count, "descriptors are left open");
    }

    private static void exchange(Socket socket, byte[] sent) throws Exception {
        try (var writer = Executors.newVirtualThreadPerTaskExecutor()) {
            var written = writer.submit(() -> {
                socket.getOutputStream().write(sent);
                return null;
            });
            assertArrayEquals(sent, socket.getInputStream().readNBytes(sent.length));
            written.get();
        }
    }

    private static byte[] randomBytes(long seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }
}
