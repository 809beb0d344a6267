// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit;

import dev.wakeful.Context;
import dev.wakeful.Waker;
import dev.wakeful.spi.DatagramIo;
import dev.wakeful.spi.Timer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.PortUnreachableException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/// A simulated datagram socket.
final class SimDatagrams implements DatagramIo {
    /// So many datagrams wait at most for being received; more are lost, as with a full buffer of the system.
    private static final int MOST_WAITING = 1024;

    private final SimNetwork network;
    private final SocketAddress local;
    private final Timer.Alarm arrival;
    private final Map<SocketOption<?>, Object> options = new HashMap<>();
    private final List<InetAddress> groups = new ArrayList<>();
    private final PriorityQueue<Datagram> arriving =
            new PriorityQueue<>(Comparator.comparingLong(Datagram::arrival).thenComparingLong(Datagram::number));
    private @Nullable SocketAddress peer;
    private @Nullable Waker receiver;
    private boolean refused;
    private boolean closed;

    /// @param number puts those that arrive at one time in the order in which they were sent
    private record Datagram(SocketAddress from, ByteBuffer bytes, long arrival, long number) {}

    SimDatagrams(SimNetwork network, SocketAddress local, Map<SocketOption<?>, Object> options) {
        this.network = network;
        this.local = local;
        this.arrival = network.timer().alarm();
        this.options.putAll(options);
    }

    @Override
    public @Nullable SocketAddress pollReceive(Context cx, ByteBuffer target) throws IOException {
        failIfClosed();
        failIfRefused();
        Datagram next = arriving.peek();
        if (next == null || next.arrival > network.timer().nanos()) {
            receiver = cx.waker();
            if (next != null) {
                arrival.arm(next.arrival, receiver);
            }
            return null;
        }
        forgetReceive();
        arriving.remove();
        int count = Math.min(target.remaining(), next.bytes.remaining());
        target.put(next.bytes.slice(0, count));
        return next.from;
    }

    @Override
    public boolean pollSend(Context cx, ByteBuffer source, @Nullable SocketAddress target) throws IOException {
        failIfClosed();
        failIfRefused();
        int size = source.remaining();
        if (size > network.mtu()) {
            throw new IOException("Message too long");
        }
        var bytes = ByteBuffer.allocate(size);
        bytes.put(source).flip();
        SocketAddress to = target == null ? peer : target;
        if (to != null && !network.deliver(this, to, bytes) && to.equals(peer)) {
            refused = true;
            wakeReceiver();
        }
        return true;
    }

    /// A datagram is on its way here.
    void arrive(SocketAddress from, ByteBuffer bytes, long time, long number) {
        if (arriving.size() >= MOST_WAITING || (peer != null && !peer.equals(from))) {
            return;
        }
        arriving.add(new Datagram(from, bytes, time, number));
        Waker waiting = receiver;
        if (waiting != null) {
            if (arriving.element().arrival <= network.timer().nanos()) {
                wakeReceiver();
            } else {
                arrival.arm(arriving.element().arrival, waiting);
            }
        }
    }

    private void wakeReceiver() {
        Waker waiting = receiver;
        forgetReceive();
        if (waiting != null) {
            waiting.wake();
        }
    }

    /// Whether it gets what is sent to `address`.
    boolean takes(SocketAddress address, @Nullable InetAddress group, int port) {
        boolean everywhere = local instanceof InetSocketAddress inet
                && inet.getAddress().isAnyLocalAddress()
                && group == null
                && inet.getPort() == port;
        return everywhere
                || local.equals(address)
                || (group != null && groups.contains(group) && SimNetwork.portOf(local) == port);
    }

    @Override
    public void connect(SocketAddress address) {
        peer = address;
    }

    @Override
    public AutoCloseable join(InetAddress group, NetworkInterface network) throws IOException {
        failIfClosed();
        if (!group.isMulticastAddress()) {
            throw new IllegalArgumentException("group must be a multicast address, but was " + group);
        }
        groups.add(group);
        return () -> groups.remove(group);
    }

    private void failIfClosed() throws IOException {
        if (closed) {
            throw new ClosedChannelException();
        }
    }

    private void failIfRefused() throws IOException {
        if (refused) {
            refused = false;
            throw new PortUnreachableException("nobody receives at " + peer);
        }
    }

    @Override
    public void forgetReceive() {
        arrival.disarm();
        receiver = null;
    }

    @Override
    public void forgetSend() {
        // a send never waits here
    }

    @Override
    public SocketAddress localAddress() throws IOException {
        failIfClosed();
        return local;
    }

    @Override
    public @Nullable SocketAddress peerAddress() {
        return peer;
    }

    @Override
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // the option says what type its value has
    public <V> V option(SocketOption<V> option) throws IOException {
        failIfClosed();
        Object value = options.get(option);
        if (value == null) {
            throw new UnsupportedOperationException("option " + option.name() + " was not set on " + this);
        }
        return (V) value;
    }

    @Override
    public <V> void option(SocketOption<V> option, V value) throws IOException {
        failIfClosed();
        options.put(option, value);
    }

    @Override
    public boolean isOpen() {
        return !closed;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            network.closed(this);
            wakeReceiver();
        }
    }

    @Override
    public String toString() {
        return "UdpSocket[" + local + (peer == null ? "]" : " to " + peer + "]");
    }
}
