// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import dev.wakeful.Context;
import dev.wakeful.spi.DatagramIo;
import java.io.IOException;
import java.net.BindException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.MembershipKey;
import java.nio.channels.SelectionKey;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A datagram socket of an [NioDriver].
final class NioDatagrams extends NioSocket<DatagramChannel> implements DatagramIo {
    private final SocketAddress local;
    private volatile @Nullable SocketAddress peer;

    private NioDatagrams(NioDriver driver, DatagramChannel channel) throws IOException {
        super(driver, channel, new Readiness("receive", true), new Readiness("send", true));
        this.local = channel.getLocalAddress();
    }

    /// Opens a socket of the family of its address, since only such a one can join groups.
    static NioDatagrams open(NioDriver driver, SocketAddress address, Map<SocketOption<?>, Object> options)
            throws IOException {
        ProtocolFamily family = address instanceof InetSocketAddress inet && inet.getAddress() instanceof Inet6Address
                ? StandardProtocolFamily.INET6
                : StandardProtocolFamily.INET;
        DatagramChannel channel = DatagramChannel.open(family);
        boolean bound = false;
        try {
            configure(channel, options);
            channel.bind(address);
            bound = true;
            return new NioDatagrams(driver, channel);
        } catch (BindException e) {
            var named = new BindException("cannot bind to " + text(address) + ": " + e.getMessage());
            named.initCause(e);
            throw named;
        } finally {
            if (!bound) {
                channel.close();
            }
        }
    }

    @Override
    public @Nullable SocketAddress pollReceive(Context cx, ByteBuffer target) throws IOException {
        driver.checkOpen(this);
        while (true) {
            int seen = read.observe();
            if (Readiness.isReady(seen)) {
                SocketAddress from = channel.receive(target);
                if (from != null) {
                    read.forget();
                    return from;
                }
                read.clear(seen);
            }
            if (waits(read, cx)) {
                return null;
            }
        }
    }

    @Override
    public boolean pollSend(Context cx, ByteBuffer source, @Nullable SocketAddress target) throws IOException {
        driver.checkOpen(this);
        int size = source.remaining();
        while (true) {
            int seen = write.observe();
            if (Readiness.isReady(seen)) {
                int before = source.position();
                int count = target == null ? channel.write(source) : channel.send(source, target);
                if (count > 0 || (size == 0 && source.position() == before)) {
                    write.forget();
                    return true;
                }
                write.clear(seen);
            }
            if (waits(write, cx)) {
                return false;
            }
        }
    }

    @Override
    public void connect(SocketAddress address) throws IOException {
        if (channel.isConnected()) {
            channel.disconnect();
        }
        channel.connect(address);
        peer = address;
    }

    @Override
    public AutoCloseable join(InetAddress group, NetworkInterface network) throws IOException {
        MembershipKey membership = channel.join(group, network);
        return membership::drop;
    }

    @Override
    public void forgetReceive() {
        read.forget();
    }

    @Override
    public void forgetSend() {
        write.forget();
    }

    @Override
    public SocketAddress localAddress() throws IOException {
        checkOpen();
        return local;
    }

    @Override
    public @Nullable SocketAddress peerAddress() {
        return peer;
    }

    @Override
    int readOps() {
        return SelectionKey.OP_READ;
    }

    @Override
    int writeOps() {
        return SelectionKey.OP_WRITE;
    }

    @Override
    public String toString() {
        SocketAddress to = peer;
        return "UdpSocket[" + text(local) + (to == null ? "" : " to " + text(to))
                + (channel.isOpen() ? "]" : ", closed]");
    }
}
