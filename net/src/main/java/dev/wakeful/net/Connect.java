// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.net;

import dev.wakeful.CheckedFuture;
import dev.wakeful.Context;
import dev.wakeful.Description;
import dev.wakeful.Future;
import dev.wakeful.spi.Network;
import dev.wakeful.spi.StreamIo;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A connection on its way. A socket that is not connected in the end is closed.
final class Connect extends CheckedFuture<TcpStream> {
    private final SocketAddress address;
    private final Map<SocketOption<?>, Object> options;
    private @Nullable Future<SocketAddress> resolving;
    private @Nullable StreamIo io;

    Connect(SocketAddress address, Map<SocketOption<?>, Object> options) {
        this.address = address;
        this.options = options;
    }

    @Override
    protected Object advance(Context cx) throws Exception {
        StreamIo socket = io == null ? open(cx) : io;
        if (socket == null) {
            return PENDING;
        }
        boolean open = false;
        try {
            boolean connected = socket.pollConnect(cx);
            open = true;
            return connected ? new TcpStream(socket) : PENDING;
        } finally {
            if (!open) {
                socket.close();
            }
        }
    }

    private @Nullable StreamIo open(Context cx) throws Exception {
        Future<SocketAddress> lookup = resolving;
        if (lookup == null) {
            lookup = Resolve.of(address);
            resolving = lookup;
        }
        Object resolved = lookup.pollRaw(cx);
        if (resolved == PENDING) {
            return null;
        }
        StreamIo socket = cx.get(Network.KEY).connect((SocketAddress) Objects.requireNonNull(resolved), options);
        io = socket;
        return socket;
    }

    @Override
    protected boolean release(Context cx) throws Exception {
        StreamIo socket = io;
        if (socket == null) {
            return resolving == null || resolving.pollCancel(cx).isReady();
        }
        socket.forgetWrite();
        closeQuietly(socket);
        return true;
    }

    private static void closeQuietly(StreamIo socket) {
        try {
            socket.close();
        } catch (IOException _) {
            // nobody ever had the connection, so nobody can miss what its close reports
        }
    }

    @Override
    public void describe(Description to) {
        to.label("TcpStream.connect[" + address + "]");
        to.waitsFor("the peer " + address, null);
    }
}
