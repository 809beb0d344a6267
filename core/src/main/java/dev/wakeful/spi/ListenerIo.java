// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.spi;

import dev.wakeful.Context;
import java.io.IOException;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/// A listening socket of a driver.
public interface ListenerIo extends AutoCloseable {
    /// Takes a connection.
    ///
    /// @param cx the surroundings of the poll
    /// @return the connection, or `null` when the waker will be woken
    /// @throws IOException when none can be taken
    @Nullable
    StreamIo pollAccept(Context cx) throws IOException;

    /// Forgets the waker of the last `pollAccept`, because its owner gives up.
    void forgetAccept();

    /// Where it listens.
    ///
    /// @return the address, with the port that was taken
    SocketAddress localAddress();

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
