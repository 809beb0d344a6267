// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.io;

import dev.wakeful.Context;
import dev.wakeful.Future;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Something that bytes can be written to. One task writes at a time.
///
/// A buffer is borrowed for the one poll it is passed to. What was accepted is with the system only after a flush, and
/// an error of it may come out of the next write, flush, shutdown or close.
public interface AsyncWrite {
    /// Writes of `source` as much as is accepted now.
    ///
    /// @param cx the surroundings of the poll
    /// @param source what to write, from its position to its limit
    /// @return how many bytes, or [AsyncRead#PENDING]; 0 for a buffer that is not empty says that nothing more is ever
    ///     accepted
    /// @throws IOException when the sink failed
    int pollWrite(Context cx, ByteBuffer source) throws IOException;

    /// Hands on what was accepted.
    ///
    /// @param cx the surroundings of the poll
    /// @return whether all of it was; when not, the waker will be woken
    /// @throws IOException when the sink failed
    boolean pollFlush(Context cx) throws IOException;

    /// Flushes and ends the output.
    ///
    /// @param cx the surroundings of the poll
    /// @return whether it is done; when not, the waker will be woken
    /// @throws IOException when the sink failed
    boolean pollShutdown(Context cx) throws IOException;

    /// Forgets the waker of the last poll of a write, flush or shutdown, because its owner gives up.
    default void forgetWrite() {}

    /// Writes of `source` what is accepted, and waits until something is.
    ///
    /// Ready with the number of bytes.
    ///
    /// ### Cancel safety
    ///
    /// Nothing is lost: bytes are accepted only in the poll that returns their number.
    ///
    /// @param source what to write, from its position to its limit
    /// @return the future
    default Future<Integer> write(ByteBuffer source) {
        return new Write(this, Objects.requireNonNull(source, "source must not be null"));
    }

    /// Writes all of `source`.
    ///
    /// ### Cancel safety
    ///
    /// The position of `source` says how far it came.
    ///
    /// @param source what to write, from its position to its limit
    /// @return the future
    default Future<@Nullable Void> writeAll(ByteBuffer source) {
        return new WriteAll(this, Objects.requireNonNull(source, "source must not be null"));
    }

    /// Waits until what was accepted is with the system.
    ///
    /// ### Cancel safety
    ///
    /// Nothing is lost.
    ///
    /// @return the future
    default Future<@Nullable Void> flush() {
        return new Finish(this, false);
    }

    /// Flushes and ends the output, so that the other end reads the end of the stream. Writes fail from then on.
    ///
    /// ### Cancel safety
    ///
    /// Nothing is lost; the output may have ended.
    ///
    /// @return the future
    default Future<@Nullable Void> shutdown() {
        return new Finish(this, true);
    }
}
