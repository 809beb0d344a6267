// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.spi;

import dev.wakeful.Context;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;

/// A connected socket of a driver. One task reads and one task writes at a time.
///
/// A number that is not negative is an answer; [#PENDING] says that the waker of the context will be woken.
public interface StreamIo extends AutoCloseable {
    /// The answer that there is none yet.
    int PENDING = -2;

    /// The answer of a read at the end of the stream.
    int EOF = -1;

    /// Goes on with connecting.
    ///
    /// @param cx the surroundings of the poll
    /// @return whether the socket is connected; when not, the waker will be woken
    /// @throws IOException when it cannot be connected; the message names the address
    boolean pollConnect(Context cx) throws IOException;

    /// Reads into `target`, which is borrowed for this call.
    ///
    /// @param cx the surroundings of the poll
    /// @param target where to
    /// @return how many bytes, 0 only for a buffer without room, or [#EOF], or [#PENDING]
    /// @throws IOException when the connection failed
    int pollRead(Context cx, ByteBuffer target) throws IOException;

    /// Writes from `source`, which is borrowed for this call. What was accepted is with the system after a flush, and
    /// an error of it may come out of a later call.
    ///
    /// @param cx the surroundings of the poll
    /// @param source where from
    /// @return how many bytes were accepted, 0 only for an empty buffer, or [#PENDING]
    /// @throws IOException when the connection failed
    int pollWrite(Context cx, ByteBuffer source) throws IOException;

    /// Hands what was accepted to the system.
    ///
    /// @param cx the surroundings of the poll
    /// @return whether all of it is there; when not, the waker will be woken
    /// @throws IOException when the connection failed
    boolean pollFlush(Context cx) throws IOException;

    /// Flushes, and then ends the output, so that the peer reads the end of the stream. Writes fail from then on.
    ///
    /// @param cx the surroundings of the poll
    /// @return whether it is done; when not, the waker will be woken
    /// @throws IOException when the connection failed
    boolean pollShutdown(Context cx) throws IOException;

    /// Ends the output without waiting: what was accepted is still sent, and an error of it is not heard of.
    ///
    /// @throws IOException when the connection failed
    void shutdownOutput() throws IOException;

    /// Forgets the waker of the last read, because its owner gives up.
    void forgetRead();

    /// Forgets the waker of the last write, flush, shutdown or connect, because its owner gives up.
    void forgetWrite();

    /// The address of this end.
    ///
    /// @return the address
    /// @throws IOException when the socket is closed
    SocketAddress localAddress() throws IOException;

    /// The address of the other end.
    ///
    /// @return the address
    /// @throws IOException when the socket is closed
    SocketAddress peerAddress() throws IOException;

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
