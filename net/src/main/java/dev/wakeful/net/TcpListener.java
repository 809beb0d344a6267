// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.net;

import dev.wakeful.CheckedFuture;
import dev.wakeful.Context;
import dev.wakeful.Description;
import dev.wakeful.Future;
import dev.wakeful.spi.ListenerIo;
import dev.wakeful.spi.Network;
import dev.wakeful.spi.StreamIo;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A socket that takes TCP connections. One task accepts at a time.
///
/// {@snippet class="TcpExamples" region="echo"}
public final class TcpListener implements AutoCloseable {
    private final ListenerIo io;
    private @Nullable Accept accepting;

    private TcpListener(ListenerIo io) {
        this.io = io;
    }

    /// Listens on an address.
    ///
    /// Fails with [java.net.BindException], whose message names the address, when it is in use.
    ///
    /// @param address where; port 0 takes a free one, which [#localAddress()] tells
    /// @return a future of the listener
    public static Future<TcpListener> bind(SocketAddress address) {
        return bind(address, 0);
    }

    /// Listens on an address, with a limit for connections that wait for being accepted.
    ///
    /// @param address where
    /// @param backlog the limit, or 0 for the system's choice
    /// @return a future of the listener
    public static Future<TcpListener> bind(SocketAddress address, int backlog) {
        Objects.requireNonNull(address, "address must not be null");
        if (backlog < 0) {
            throw new IllegalArgumentException("backlog must not be negative, but was " + backlog);
        }
        return new Bind(address, backlog);
    }

    /// Takes the next connection.
    ///
    /// When the process has no descriptor left for it, the future goes on waiting and tries again ten times a second.
    ///
    /// ### Cancel safety
    ///
    /// Nothing is lost: a connection is taken only by the poll that returns it.
    ///
    /// @return a future of the connection
    public Future<TcpStream> accept() {
        return new Accept();
    }

    /// Where it listens.
    ///
    /// @return the address, with the port that was taken
    public SocketAddress localAddress() {
        return io.localAddress();
    }

    /// Whether it is open.
    ///
    /// @return `false` once it was closed
    public boolean isOpen() {
        return io.isOpen();
    }

    /// Closes it; a task that accepts gets a [java.nio.channels.ClosedChannelException].
    ///
    /// @throws IOException when the system reports an error
    @Override
    public void close() throws IOException {
        io.close();
    }

    @Override
    public String toString() {
        return "TcpListener[" + io.localAddress() + (io.isOpen() ? "]" : ", closed]");
    }

    private static final class Bind extends CheckedFuture<TcpListener> {
        private final SocketAddress address;
        private final int backlog;
        private @Nullable Future<SocketAddress> resolving;

        Bind(SocketAddress address, int backlog) {
            this.address = address;
            this.backlog = backlog;
        }

        @Override
        protected Object advance(Context cx) throws Exception {
            Future<SocketAddress> lookup = resolving;
            if (lookup == null) {
                lookup = Resolve.of(address);
                resolving = lookup;
            }
            Object resolved = lookup.pollRaw(cx);
            if (resolved == PENDING) {
                return PENDING;
            }
            return new TcpListener(
                    cx.get(Network.KEY).listen((SocketAddress) Objects.requireNonNull(resolved), backlog, Map.of()));
        }

        @Override
        protected boolean release(Context cx) throws Exception {
            return resolving == null || resolving.pollCancel(cx).isReady();
        }

        @Override
        public void describe(Description to) {
            to.label("TcpListener.bind[" + address + "]");
        }
    }

    private final class Accept extends CheckedFuture<TcpStream> {
        private @Nullable Backoff backoff;

        @Override
        protected Object advance(Context cx) throws IOException {
            if (accepting != null && accepting != this) {
                throw new IllegalStateException(TcpListener.this + " is accepting already; one task accepts at a time");
            }
            accepting = this;
            boolean waits = false;
            try {
                Object accepted = tryAccept(cx);
                waits = accepted == PENDING;
                return accepted;
            } finally {
                if (!waits) {
                    accepting = null;
                }
            }
        }

        private Object tryAccept(Context cx) throws IOException {
            if ((backoff != null && !backoff.isOver(cx)) || !cx.hasBudget()) {
                return PENDING;
            }
            try {
                StreamIo stream = io.pollAccept(cx);
                if (stream == null) {
                    return PENDING;
                }
                cx.spendBudget();
                return new TcpStream(stream);
            } catch (IOException e) {
                if (!Backoff.isExhaustion(e)) {
                    throw e;
                }
                if (backoff == null) {
                    backoff = new Backoff();
                }
                backoff.begin(cx, TcpListener.this, e);
                return PENDING;
            }
        }

        @Override
        protected boolean release(Context cx) {
            if (accepting == this) {
                accepting = null;
            }
            io.forgetAccept();
            if (backoff != null) {
                backoff.end();
            }
            return true;
        }

        @Override
        public void describe(Description to) {
            to.label("accept");
            to.waitsFor("a connection on " + TcpListener.this, null);
        }
    }
}
