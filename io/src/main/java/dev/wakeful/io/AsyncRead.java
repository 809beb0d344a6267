// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.io;

import dev.wakeful.Context;
import dev.wakeful.Future;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Bytes that can be read. One task reads at a time.
///
/// A buffer is borrowed for the one poll it is passed to, so it may be touched between polls, and giving up a read
/// costs nothing.
public interface AsyncRead {
    /// The answer of a poll that has none yet; the waker of the context will be woken.
    int PENDING = -2;

    /// The answer at the end of the stream.
    int EOF = -1;

    /// Reads into `target` what is there.
    ///
    /// @param cx the surroundings of the poll
    /// @param target where to, from its position to its limit
    /// @return how many bytes, 0 only when `target` has no room, or [#EOF], or [#PENDING]
    /// @throws IOException when the source failed
    int pollRead(Context cx, ByteBuffer target) throws IOException;

    /// Forgets the waker of the last [#pollRead], because its owner gives up.
    default void forgetRead() {}

    /// Reads into `target` what is there, and waits until something is.
    ///
    /// Ready with the number of bytes read, with 0 when `target` has no room, and with -1 at the end of the stream.
    ///
    /// ### Cancel safety
    ///
    /// Nothing is lost: bytes are taken only by the poll that returns them.
    ///
    /// @param target where to, from its position to its limit
    /// @return the future
    default Future<Integer> read(ByteBuffer target) {
        return new Read(this, Objects.requireNonNull(target, "target must not be null"));
    }

    /// Reads until `target` is full.
    ///
    /// Fails with [java.io.EOFException] when the stream ends before.
    ///
    /// ### Cancel safety
    ///
    /// The bytes read so far are in `target`, whose position says how many; the stream does not have them any more.
    ///
    /// @param target where to, from its position to its limit
    /// @return the future
    default Future<@Nullable Void> readExactly(ByteBuffer target) {
        return new ReadExactly(this, Objects.requireNonNull(target, "target must not be null"));
    }
}
