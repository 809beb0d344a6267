// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.net;

import dev.wakeful.CheckedFuture;
import dev.wakeful.Context;
import dev.wakeful.Description;
import dev.wakeful.Future;
import dev.wakeful.spi.DatagramIo;
import dev.wakeful.spi.Network;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A UDP socket. One task receives and one task sends at a time.
///
/// A datagram is sent and received whole or not at all. What has no room in the buffer of a receive is discarded.
/// Nothing says whether a datagram arrives; only on a socket that is [connected][#connect], a peer that refuses may be
/// heard of, as [java.net.PortUnreachableException] of a later send or receive.
public final class UdpSocket implements AutoCloseable {
    private static final int LARGEST_DATAGRAM = 1 << 16;

    private final DatagramIo io;

    /// The datagram that was peeked at and not received yet. The receiving task's.
    private @Nullable ByteBuffer peeked;

    private @Nullable SocketAddress peekedFrom;

    private UdpSocket(DatagramIo io) {
        this.io = io;
    }

    /// Opens a socket.
    ///
    /// @param address where it is bound; port 0 takes a free one, which [#localAddress()] tells
    /// @return a future of the socket
    public static Future<UdpSocket> bind(SocketAddress address) {
        return bind(address, Map.of());
    }

    /// Opens a socket with socket options that are set before it is bound.
    ///
    /// @param address where it is bound
    /// @param options the options, as [java.net.StandardSocketOptions] has them, and their values
    /// @return a future of the socket
    public static Future<UdpSocket> bind(SocketAddress address, Map<SocketOption<?>, Object> options) {
        Objects.requireNonNull(address, "address must not be null");
        Map<SocketOption<?>, Object> copy = Map.copyOf(options);
        return new Resolving<>("UdpSocket.bind", address) {
            @Override
            UdpSocket with(SocketAddress resolved, Context cx) throws IOException {
                return new UdpSocket(cx.get(Network.KEY).datagrams(resolved, copy));
            }
        };
    }

    /// Sends to `peer` and receives from `peer` alone. It may be connected again, to another peer.
    ///
    /// @param peer the peer; a host name that was not resolved yet is resolved
    /// @return a future of it having been done; nothing is sent
    public Future<@Nullable Void> connect(SocketAddress peer) {
        return new Resolving<>("UdpSocket.connect", Objects.requireNonNull(peer, "peer must not be null")) {
            @Override
            @Nullable
            Void with(SocketAddress resolved, Context cx) throws IOException {
                io.connect(resolved);
                return null;
            }
        };
    }

    // ------------------------------------------------------------------------------------------------- receiving

    /// Receives a datagram.
    ///
    /// ### Cancel safety
    ///
    /// Nothing is lost: a datagram is taken only by the poll that returns it.
    ///
    /// @param target where to
    /// @return a future of who sent it
    public Future<SocketAddress> receive(ByteBuffer target) {
        return new Receive(Objects.requireNonNull(target, "target must not be null"), false);
    }

    /// Looks at the next datagram, which the next [#receive] gets all the same.
    ///
    /// ### Cancel safety
    ///
    /// Nothing is lost.
    ///
    /// @param target where its bytes are copied to
    /// @return a future of who sent it
    public Future<SocketAddress> peek(ByteBuffer target) {
        return new Receive(Objects.requireNonNull(target, "target must not be null"), true);
    }

    /// The poll of [#receive].
    ///
    /// @param cx the surroundings of the poll
    /// @param target where to
    /// @return who sent it, or `null` when the waker will be woken
    /// @throws IOException when the socket failed
    public @Nullable SocketAddress pollReceive(Context cx, ByteBuffer target) throws IOException {
        if (!cx.hasBudget()) {
            return null;
        }
        ByteBuffer held = peeked;
        SocketAddress from = held == null ? io.pollReceive(cx, target) : peekedFrom;
        if (held != null) {
            copy(held, target);
            peeked = null;
            peekedFrom = null;
        }
        if (from != null) {
            cx.spendBudget();
        }
        return from;
    }

    /// The poll of [#peek].
    ///
    /// @param cx the surroundings of the poll
    /// @param target where its bytes are copied to
    /// @return who sent it, or `null` when the waker will be woken
    /// @throws IOException when the socket failed
    public @Nullable SocketAddress pollPeek(Context cx, ByteBuffer target) throws IOException {
        ByteBuffer held = peeked;
        if (held == null) {
            var whole = ByteBuffer.allocate(LARGEST_DATAGRAM);
            SocketAddress from = pollReceive(cx, whole);
            if (from == null) {
                return null;
            }
            held = whole.flip();
            peeked = held;
            peekedFrom = from;
        }
        copy(held, target);
        return peekedFrom;
    }

    private static void copy(ByteBuffer datagram, ByteBuffer target) {
        int count = Math.min(datagram.remaining(), target.remaining());
        target.put(datagram.slice(datagram.position(), count));
    }

    // ------------------------------------------------------------------------------------------------- sending

    /// Sends a datagram to the peer this socket is connected to.
    ///
    /// ### Cancel safety
    ///
    /// Nothing is lost: it is sent only by the poll that is ready.
    ///
    /// @param source what is sent, all that remains
    /// @return a future of it being on its way
    public Future<@Nullable Void> send(ByteBuffer source) {
        return new Send(Objects.requireNonNull(source, "source must not be null"), null);
    }

    /// Sends a datagram.
    ///
    /// ### Cancel safety
    ///
    /// Nothing is lost: it is sent only by the poll that is ready.
    ///
    /// @param source what is sent, all that remains
    /// @param target where to, resolved
    /// @return a future of it being on its way
    public Future<@Nullable Void> send(ByteBuffer source, SocketAddress target) {
        return new Send(
                Objects.requireNonNull(source, "source must not be null"),
                Objects.requireNonNull(target, "target must not be null"));
    }

    /// The poll of [#send(ByteBuffer, SocketAddress)].
    ///
    /// @param cx the surroundings of the poll
    /// @param source what is sent
    /// @param target where to, or `null` for the peer this socket is connected to
    /// @return whether it is on its way; when not, the waker will be woken
    /// @throws IOException when it cannot be sent
    public boolean pollSend(Context cx, ByteBuffer source, @Nullable SocketAddress target) throws IOException {
        if (target == null && io.peerAddress() == null) {
            throw new IllegalStateException(this + " is not connected; connect it, or name the target");
        }
        if (!cx.hasBudget() || !io.pollSend(cx, source, target)) {
            return false;
        }
        cx.spendBudget();
        return true;
    }

    // ------------------------------------------------------------------------------------------------- the socket

    /// Receives what is sent to a multicast group, until the membership is closed.
    ///
    /// @param group the group
    /// @param network where it listens for the group
    /// @return the membership
    /// @throws IOException when the group cannot be joined
    public AutoCloseable join(InetAddress group, NetworkInterface network) throws IOException {
        return io.join(group, network);
    }

    /// Where it is bound.
    ///
    /// @return the address, with the port that was taken
    /// @throws IOException when the socket is closed
    public SocketAddress localAddress() throws IOException {
        return io.localAddress();
    }

    /// The peer it is connected to.
    ///
    /// @return the address, or `null` when it is not connected
    public @Nullable SocketAddress peerAddress() {
        return io.peerAddress();
    }

    /// The value of a socket option.
    ///
    /// @param <V> the type of the value
    /// @param option the option, as [java.net.StandardSocketOptions] has it
    /// @return its value
    /// @throws IOException when the socket is closed
    public <V> V option(SocketOption<V> option) throws IOException {
        return io.option(option);
    }

    /// Sets a socket option, as the interface or the time to live of multicast datagrams.
    ///
    /// @param <V> the type of the value
    /// @param option the option, as [java.net.StandardSocketOptions] has it
    /// @param value its value
    /// @throws IOException when the socket is closed
    public <V> void option(SocketOption<V> option, V value) throws IOException {
        io.option(option, value);
    }

    /// Whether it is open.
    ///
    /// @return `false` once it was closed
    public boolean isOpen() {
        return io.isOpen();
    }

    /// Closes it; who waits on it gets a [java.nio.channels.ClosedChannelException].
    ///
    /// @throws IOException when the system reports an error
    @Override
    public void close() throws IOException {
        io.close();
    }

    @Override
    public String toString() {
        return io.toString();
    }

    // ------------------------------------------------------------------------------------------------- leaves

    private final class Receive extends CheckedFuture<SocketAddress> {
        private final ByteBuffer target;
        private final boolean peeks;

        Receive(ByteBuffer target, boolean peeks) {
            this.target = target;
            this.peeks = peeks;
        }

        @Override
        protected Object advance(Context cx) throws IOException {
            SocketAddress from = peeks ? pollPeek(cx, target) : pollReceive(cx, target);
            return from == null ? PENDING : from;
        }

        @Override
        protected boolean release(Context cx) {
            io.forgetReceive();
            return true;
        }

        @Override
        public void describe(Description to) {
            to.label(peeks ? "peek" : "receive");
            to.waitsFor("a datagram on " + UdpSocket.this, null);
        }
    }

    private final class Send extends CheckedFuture<@Nullable Void> {
        private final ByteBuffer source;
        private final @Nullable SocketAddress target;

        Send(ByteBuffer source, @Nullable SocketAddress target) {
            this.source = source;
            this.target = target;
        }

        @Override
        protected @Nullable Object advance(Context cx) throws IOException {
            return pollSend(cx, source, target) ? null : PENDING;
        }

        @Override
        protected boolean release(Context cx) {
            io.forgetSend();
            return true;
        }

        @Override
        public void describe(Description to) {
            to.label("send");
            to.waitsFor("room on " + UdpSocket.this, null);
        }
    }

    /// What is done with an address once it is resolved.
    private abstract static class Resolving<T extends @Nullable Object> extends CheckedFuture<T> {
        private final String name;
        private final SocketAddress address;
        private @Nullable Future<SocketAddress> resolving;

        Resolving(String name, SocketAddress address) {
            this.name = name;
            this.address = address;
        }

        abstract T with(SocketAddress resolved, Context cx) throws IOException;

        @Override
        protected @Nullable Object advance(Context cx) throws Exception {
            Future<SocketAddress> lookup = resolving;
            if (lookup == null) {
                lookup = Resolve.of(address);
                resolving = lookup;
            }
            Object resolved = lookup.pollRaw(cx);
            return resolved == PENDING ? PENDING : with((SocketAddress) Objects.requireNonNull(resolved), cx);
        }

        @Override
        protected boolean release(Context cx) throws Exception {
            return resolving == null || resolving.pollCancel(cx).isReady();
        }

        @Override
        public void describe(Description to) {
            to.label(name + "[" + address + "]");
            if (resolving != null) {
                to.child(resolving);
            }
        }
    }
}
