// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit;

import dev.wakeful.Context;
import dev.wakeful.spi.ListenerIo;
import dev.wakeful.spi.StreamIo;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// A simulated listening socket.
final class SimListener implements ListenerIo {
    private final SimNetwork network;
    private final SocketAddress address;
    private final int backlog;
    private final ArrayDeque<SimStream> waiting = new ArrayDeque<>();
    private final OneWaiter acceptor = new OneWaiter("accept");
    private boolean closed;

    SimListener(SimNetwork network, SocketAddress address, int backlog) {
        this.network = network;
        this.address = address;
        this.backlog = backlog;
    }

    /// A client's connection has arrived.
    ///
    /// @return whether there is room for it
    boolean offer(SimStream client) {
        if (waiting.size() >= backlog) {
            return false;
        }
        waiting.add(client);
        client.answer(); // the system completes connections before they are accepted
        acceptor.wake();
        return true;
    }

    @Override
    public @Nullable StreamIo pollAccept(Context cx) throws IOException {
        if (closed) {
            throw new ClosedChannelException();
        }
        if (waiting.isEmpty()) {
            acceptor.register(cx, this);
            return null;
        }
        if (network.isFull()) {
            throw new IOException("Too many open files");
        }
        var server = SimStream.accepted(network, waiting.remove());
        network.opened(server);
        return server;
    }

    @Override
    public void forgetAccept() {
        acceptor.forget();
    }

    @Override
    public SocketAddress localAddress() {
        return address;
    }

    @Override
    public boolean isOpen() {
        return !closed;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        network.closed(this);
        for (SimStream client : waiting) {
            SimStream.accepted(network, client).close();
        }
        waiting.clear();
        acceptor.wake();
    }

    @Override
    public String toString() {
        return "TcpListener[" + address + "]";
    }
}
