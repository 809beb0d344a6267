// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.spi;

import dev.wakeful.Context;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.util.Map;

/// Opens sockets: the side of an I/O driver that futures see.
///
/// Nothing here blocks. Buffers are borrowed for the call they are passed to, by every driver.
public interface Network {
    /// The key.
    Context.Key<Network> KEY = Context.Key.of("network", "a runtime or a TestRuntime");

    /// Opens a listening socket.
    ///
    /// @param address where; port 0 takes a free one
    /// @param backlog how many connections wait for being accepted, or 0 for the system's choice
    /// @param options socket options, set before the socket is bound
    /// @return the socket
    /// @throws IOException when it cannot be opened; the message names the address
    ListenerIo listen(SocketAddress address, int backlog, Map<SocketOption<?>, Object> options) throws IOException;

    /// Opens a socket and begins to connect it; [StreamIo#pollConnect] says when it is connected.
    ///
    /// @param address the peer, resolved
    /// @param options socket options, set before the socket is connected
    /// @return the socket
    /// @throws IOException when it cannot be opened
    StreamIo connect(SocketAddress address, Map<SocketOption<?>, Object> options) throws IOException;

    /// Opens a datagram socket.
    ///
    /// @param address where it is bound; port 0 takes a free one
    /// @param options socket options, set before the socket is bound
    /// @return the socket
    /// @throws IOException when it cannot be opened; the message names the address
    default DatagramIo datagrams(SocketAddress address, Map<SocketOption<?>, Object> options) throws IOException {
        throw new UnsupportedOperationException(this + " has no datagrams");
    }
}
