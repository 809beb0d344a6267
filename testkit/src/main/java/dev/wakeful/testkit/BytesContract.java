// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit;

import static dev.wakeful.testkit.Conformance.require;

import dev.wakeful.CheckedFuture;
import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.Futures;
import dev.wakeful.io.AsyncRead;
import dev.wakeful.io.AsyncWrite;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What an [AsyncWrite] and the [AsyncRead] at its other end must keep: all bytes in order, an end that repeats,
/// borrowed buffers, and nothing lost when somebody gives up.
///
/// The subject says who runs the futures, so sockets go through it as well as pipes in memory.
public final class BytesContract {
    private static final int MUCH = 300_000;
    private static final int PIECE = 1_000;
    private static final int TOO_MUCH = 64 << 20;

    private BytesContract() {}

    /// Two ends of one stream of bytes.
    public interface Subject {
        /// The end that is written to.
        ///
        /// @return the writer
        AsyncWrite writer();

        /// The end that is read from.
        ///
        /// @return the reader
        AsyncRead reader();

        /// Runs a future to its end.
        ///
        /// @param <T> the type of its value
        /// @param future the future
        /// @return its value
        /// @throws Exception what it throws
        <T extends @Nullable Object> T run(Future<T> future) throws Exception;

        /// Closes both ends, and whatever runs the futures.
        ///
        /// @throws Exception when that fails
        void close() throws Exception;
    }

    /// The suite over streams of `fresh`.
    ///
    /// @param fresh makes a stream for each rule
    /// @return the suite
    public static Conformance<Subject> of(Supplier<? extends Subject> fresh) {
        return new Conformance<>(
                fresh,
                List.of(
                        rule("ARRIVES", "all bytes arrive, in order, and then the end", BytesContract::arrives),
                        rule("END_REPEATS", "the end is read again and again", BytesContract::endRepeats),
                        rule(
                                "EMPTY",
                                "a buffer without room is no end, and without bytes no failure",
                                BytesContract::empty),
                        rule("POSITIONS", "positions move by what is returned, limits stay", BytesContract::positions),
                        rule("WAKES", "a read waits, and is woken by bytes", BytesContract::wakes),
                        rule("BORROWED", "a buffer is left alone once its poll is over", BytesContract::borrowed),
                        rule("CANCEL_READ", "a read that gives up loses nothing", BytesContract::cancelRead),
                        rule("BACK_PRESSURE", "a writer waits for its reader at last", BytesContract::backPressure),
                        rule(
                                "CANCEL_WRITE",
                                "of a write that gives up, what was accepted arrives",
                                BytesContract::cancelWrite),
                        rule("SHUT_DOWN", "a write after the end fails", BytesContract::shutDown)));
    }

    private static Conformance.Rule<Subject> rule(String name, String sentence, Conformance.Check<Subject> check) {
        return new Conformance.Rule<>(name, sentence, subject -> {
            try {
                check.run(subject);
            } finally {
                subject.close();
            }
        });
    }

    // ------------------------------------------------------------------------------------------------- rules

    private static void arrives(Subject stream) throws Exception {
        byte[] sent = new byte[MUCH];
        new SplittableRandom(7).nextBytes(sent);
        Future<@Nullable Void> pieces = Scripts.eachOf(
                MUCH / PIECE + 1,
                i -> i < MUCH / PIECE
                        ? stream.writer().writeAll(ByteBuffer.wrap(sent, i * PIECE, PIECE))
                        : stream.writer().shutdown());
        Future<byte[]> received = new ReadAll(stream.reader());
        byte[] read = stream.run(Futures.join(pieces, received)).second();
        require(Arrays.equals(sent, read), "the bytes that were read are not those that were written");
    }

    private static void endRepeats(Subject stream) throws Exception {
        stream.run(writeAndEnd(stream, new byte[] {1, 2}));
        byte[] read = stream.run(new ReadAll(stream.reader()));
        require(read.length == 2, "read " + read.length + " bytes of 2");
        for (int i = 0; i < 2; i++) {
            int count = stream.run(stream.reader().read(ByteBuffer.allocate(4)));
            require(count == AsyncRead.EOF, "the end was " + count + " when it was read again");
        }
    }

    private static void empty(Subject stream) throws Exception {
        int written = stream.run(stream.writer().write(ByteBuffer.allocate(0)));
        require(written == 0, "a write of nothing was " + written);
        int read = stream.run(stream.reader().read(ByteBuffer.allocate(0)));
        require(read == 0, "a read into a buffer without room was " + read);
        stream.run(stream.writer().writeAll(ByteBuffer.wrap(new byte[] {5})));
        require(stream.run(stream.reader().read(ByteBuffer.allocate(0))) == 0, "a full buffer was given something");
        require(readSome(stream, 1)[0] == 5, "the byte that followed was another one");
    }

    private static void positions(Subject stream) throws Exception {
        ByteBuffer source =
                ByteBuffer.wrap(new byte[] {0, 1, 2, 3, 4, 5}).position(1).limit(5);
        int written = stream.run(stream.writer().write(source));
        require(source.position() == 1 + written && source.limit() == 5, "after a write of " + written + ": " + source);
        ByteBuffer target = ByteBuffer.allocate(20).position(3).limit(10);
        int read = stream.run(stream.reader().read(target));
        require(read >= 1 && read <= written, "read " + read + " of " + written);
        require(target.position() == 3 + read && target.limit() == 10, "after a read of " + read + ": " + target);
        require(target.get(3) == 1 && target.get(3 + read) == 0, "bytes are not where they should be");
    }

    private static void wakes(Subject stream) throws Exception {
        Future<Integer> reading = stream.reader().read(ByteBuffer.allocate(4));
        Future<@Nullable Void> writing = Scripts.eachOf(3, i -> i < 2 ? new Yield() : write(stream, 9));
        require(stream.run(Futures.join(reading, writing)).first() == 1, "the byte was not read");
    }

    private static void borrowed(Subject stream) throws Exception {
        var first = ByteBuffer.allocate(4);
        stream.run(new OncePolled(stream.reader().read(first)));
        stream.run(write(stream, 7));
        require(readSome(stream, 1)[0] == 7, "the byte was not read");
        require(first.position() == 0 && first.get(0) == 0, "a buffer was written to after its read was given up");
        byte[] scribbled = {3};
        stream.run(stream.writer().writeAll(ByteBuffer.wrap(scribbled)));
        scribbled[0] = 4;
        require(readSome(stream, 1)[0] == 3, "a byte that was accepted changed with the user's array");
    }

    private static void cancelRead(Subject stream) throws Exception {
        for (int round = 0; round < 3; round++) {
            boolean pending = stream.run(new OncePolled(stream.reader().read(ByteBuffer.allocate(4))));
            require(pending, "a read was ready although nothing was written");
        }
        stream.run(write(stream, 1));
        stream.run(write(stream, 2));
        byte[] both = new byte[2];
        stream.run(stream.reader().readExactly(ByteBuffer.wrap(both)));
        require(both[0] == 1 && both[1] == 2, "read " + Arrays.toString(both));
    }

    private static void backPressure(Subject stream) throws Exception {
        long accepted = stream.run(new Fill(stream.writer()));
        require(accepted < TOO_MUCH, accepted + " bytes were accepted that nobody reads");
    }

    private static void cancelWrite(Subject stream) throws Exception {
        long accepted = stream.run(new Fill(stream.writer()));
        var source = ByteBuffer.wrap(new byte[] {42, 43});
        boolean pending = stream.run(new OncePolled(stream.writer().write(source)));
        long all = accepted + source.position();
        require(!pending || source.position() == 0, "a write that was given up took " + source.position() + " bytes");
        Future<byte[]> received = new ReadAll(stream.reader());
        byte[] read =
                stream.run(Futures.join(stream.writer().shutdown(), received)).second();
        require(read.length == all, "read " + read.length + " bytes of " + all + " that were accepted");
    }

    private static void shutDown(Subject stream) throws Exception {
        stream.run(stream.writer().shutdown());
        try {
            stream.run(stream.writer().write(ByteBuffer.wrap(new byte[] {1})));
        } catch (IOException expected) {
            return;
        }
        throw new AssertionError("a write after the end was accepted");
    }

    // ------------------------------------------------------------------------------------------------- parts

    private static Future<@Nullable Void> writeAndEnd(Subject stream, byte[] bytes) {
        return Scripts.eachOf(
                2,
                i -> i == 0
                        ? stream.writer().writeAll(ByteBuffer.wrap(bytes))
                        : stream.writer().shutdown());
    }

    private static Future<@Nullable Void> write(Subject stream, int value) {
        return stream.writer().writeAll(ByteBuffer.wrap(new byte[] {(byte) value}));
    }

    private static byte[] readSome(Subject stream, int count) throws Exception {
        var buffer = ByteBuffer.allocate(count);
        stream.run(stream.reader().readExactly(buffer));
        return buffer.array();
    }

    /// Reads to the end.
    private static final class ReadAll extends CheckedFuture<byte[]> {
        private final AsyncRead reader;
        private final ByteArrayOutputStream all = new ByteArrayOutputStream();
        private final ByteBuffer buffer = ByteBuffer.allocate(5_000);

        ReadAll(AsyncRead reader) {
            this.reader = reader;
        }

        @Override
        protected Object advance(Context cx) throws IOException {
            while (true) {
                int count = reader.pollRead(cx, buffer.clear());
                if (count == AsyncRead.PENDING) {
                    return PENDING;
                }
                if (count == AsyncRead.EOF) {
                    return all.toByteArray();
                }
                all.write(buffer.array(), 0, count);
            }
        }

        @Override
        protected boolean release(Context cx) {
            reader.forgetRead();
            return true;
        }
    }

    /// Writes until a write has to wait; how many bytes were accepted.
    private static final class Fill extends CheckedFuture<Long> {
        private final AsyncWrite writer;

        Fill(AsyncWrite writer) {
            this.writer = writer;
        }

        @Override
        protected Object advance(Context cx) throws IOException {
            long accepted = 0;
            while (accepted < TOO_MUCH && cx.hasBudget()) {
                int count = writer.pollWrite(cx, ByteBuffer.allocate(1 << 16));
                if (count == AsyncRead.PENDING) {
                    break;
                }
                accepted += count;
            }
            writer.forgetWrite();
            return accepted;
        }
    }

    /// Polls a future once and gives it up when it is pending; whether it was.
    private static final class OncePolled extends CheckedFuture<Boolean> {
        private final Future<?> future;
        private boolean polled;

        OncePolled(Future<?> future) {
            this.future = future;
        }

        @Override
        protected Object advance(Context cx) throws Exception {
            if (!polled) {
                polled = true;
                if (future.pollRaw(cx) != PENDING) {
                    return false;
                }
            }
            return future.pollCancel(cx).isReady() ? true : PENDING;
        }
    }

    /// Lets others go first.
    private static final class Yield extends CheckedFuture<@Nullable Void> {
        private boolean yielded;

        @Override
        protected @Nullable Object advance(Context cx) {
            if (yielded) {
                return null;
            }
            yielded = true;
            cx.defer(cx.waker());
            return PENDING;
        }
    }
}
