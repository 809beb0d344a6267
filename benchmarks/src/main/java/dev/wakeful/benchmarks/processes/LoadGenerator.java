// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.benchmarks.processes;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/// The one load generator for all servers: connections that send a message, wait until it is back whole, and send the
/// next. Runs on the calling thread, for a bounded time.
final class LoadGenerator implements AutoCloseable {
    private final Selector selector = Selector.open();
    private final List<Connection> connections = new ArrayList<>();
    private Latencies latencies = new Latencies();

    /// A connection with one message on its way.
    private final class Connection {
        final SocketChannel socket;
        final ByteBuffer out;
        final ByteBuffer in;
        private long sent;

        Connection(SocketChannel socket, int size) {
            this.socket = socket;
            out = ByteBuffer.allocateDirect(size);
            in = ByteBuffer.allocateDirect(size);
        }

        void send() throws IOException {
            sent = System.nanoTime();
            out.clear();
            in.clear();
            socket.write(out);
        }

        /// Goes on with what is on its way; `true` when it is back whole.
        boolean goOn() throws IOException {
            if (out.hasRemaining()) {
                socket.write(out);
            }
            if (socket.read(in) < 0) {
                throw new EOFException("the server closed a connection");
            }
            if (in.hasRemaining()) {
                return false;
            }
            latencies.add(System.nanoTime() - sent);
            return true;
        }
    }

    LoadGenerator(int port, int number, int size) throws IOException {
        for (int i = 0; i < number; i++) {
            var socket = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
            socket.configureBlocking(false);
            var connection = new Connection(socket, size);
            connections.add(connection);
            socket.register(selector, SelectionKey.OP_READ, connection);
        }
    }

    /// Keeps every connection busy for a while.
    ///
    /// @return how long the messages took
    Latencies run(long nanos) throws IOException {
        latencies = new Latencies();
        for (Connection connection : connections) {
            connection.send();
        }
        long end = System.nanoTime() + nanos;
        int busy = connections.size();
        while (busy > 0) {
            boolean over = System.nanoTime() >= end;
            selector.select(10_000);
            if (selector.selectedKeys().isEmpty()) {
                throw new IOException("no answer for ten seconds");
            }
            for (SelectionKey key : selector.selectedKeys()) {
                var connection = (Connection) key.attachment();
                if (!connection.goOn()) {
                    continue;
                }
                if (over) {
                    busy--;
                } else {
                    connection.send();
                }
            }
            selector.selectedKeys().clear();
        }
        return latencies;
    }

    @Override
    public void close() throws IOException {
        for (Connection connection : connections) {
            connection.socket.close();
        }
        selector.close();
    }
}
