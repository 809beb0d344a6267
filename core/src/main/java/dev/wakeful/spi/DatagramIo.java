// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.spi;

import dev.wakeful.Context;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// A datagram socket of a driver. One task receives and one task sends at a time.
public interface DatagramIo extends AutoCloseable {
    /// Receives a datagram into `target`, which is borrowed for this call. What has no room there is discarded.
    ///
    /// @param cx the surroundings of the poll
    /// @param target where to
    /// @return who sent it, or `null` when the waker will be woken
    /// @throws IOException when the socket failed; [java.net.PortUnreachableException] when the peer refused
    @Nullable
    SocketAddress pollReceive(Context cx, ByteBuffer target) throws IOException;

    /// Sends what `source` holds, which is borrowed for this call, as one datagram.
    ///
    /// @param cx the surroundings of the poll
    /// @param source where from
    /// @param target where to, or `null` for the peer it is connected to
    /// @return whether it is on its way; when not, the waker will be woken
    /// @throws IOException when it cannot be sent
    boolean pollSend(Context cx, ByteBuffer source, @Nullable SocketAddress target) throws IOException;

    /// Sends to `peer` and receives from `peer` alone, until it is connected to another.
    ///
    /// @param peer the peer, resolved
    /// @throws IOException when that is refused
    void connect(SocketAddress peer) throws IOException;

    /// Receives what is sent to a multicast group, until the membership is closed.
    ///
    /// @param group the group
    /// @param network where it listens for the group
    /// @return the membership
    /// @throws IOException when the group cannot be joined
    AutoCloseable join(InetAddress group, NetworkInterface network) throws IOException;

    /// Forgets the waker of the last receive, because its owner gives up.
    void forgetReceive();

    /// Forgets the waker of the last send, because its owner gives up.
    void forgetSend();

    /// Where it is bound.
    ///
    /// @return the address, with the port that was taken
    /// @throws IOException when the socket is closed
    SocketAddress localAddress() throws IOException;

    /// The peer it is connected to.
    ///
    /// @return the address, or `null` when it is not connected
    @Nullable
    SocketAddress peerAddress();

    /// The value of a socket option.
    ///
    /// @param <V> the type of the value
    /// @param option the option
    /// @return its value
    /// @throws IOException when the socket is closed
    <V> V option(SocketOption<V> option) throws IOException;

    /// Sets a socket option.
    ///
    /// @param <V> the type of the value
    /// @param option the option
    /// @param value its value
    /// @throws IOException when the socket is closed
    <V> void option(SocketOption<V> option, V value) throws IOException;

    /// Whether it is open.
    ///
    /// @return `false` once it was closed, by whomever
    boolean isOpen();

    /// Closes it; who waits on it is woken and gets an error.
    ///
    /// @throws IOException when the system reports an error
    @Override
    void close() throws IOException;
}
