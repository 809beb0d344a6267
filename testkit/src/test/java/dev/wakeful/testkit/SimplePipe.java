// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit;

import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.Waker;
import dev.wakeful.io.AsyncRead;
import dev.wakeful.io.AsyncWrite;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A pipe in memory, and the mistakes that one can make in it.
final class SimplePipe implements BytesContract.Subject, AsyncRead, AsyncWrite {
    enum Mistake {
        REORDERS("ARRIVES"),
        END_ONCE("END_REPEATS"),
        FULL_BUFFER_IS_END("EMPTY"),
        MOVES_LIMIT("POSITIONS"),
        FORGETS_TO_WAKE("WAKES"),
        KEEPS_TARGET("BORROWED"),
        KEEPS_SOURCE("BORROWED"),
        READ_TAKES_EARLY("CANCEL_READ"),
        UNBOUNDED("BACK_PRESSURE"),
        MOVES_WHEN_FULL("CANCEL_WRITE"),
        WRITES_AFTER_END("SHUT_DOWN");

        final String rule;

        Mistake(String rule) {
            this.rule = rule;
        }
    }

    private static final int ROOM = 10_000;

    private final Set<Mistake> mistakes;
    private final TestRuntime runtime =
            TestRuntime.builder().seed(1).maxSteps(100_000).build();
    private final ArrayDeque<ByteBuffer> chunks = new ArrayDeque<>();
    private int unread;
    private boolean ended;
    private boolean endSeen;
    private @Nullable Waker reading;
    private @Nullable Waker writing;
    private @Nullable ByteBuffer kept;
    private boolean skips;

    SimplePipe(Set<Mistake> mistakes) {
        this.mistakes = mistakes;
    }

    private boolean has(Mistake mistake) {
        return mistakes.contains(mistake);
    }

    @Override
    public AsyncWrite writer() {
        return this;
    }

    @Override
    public AsyncRead reader() {
        return this;
    }

    @Override
    public <T extends @Nullable Object> T run(Future<T> future) throws Exception {
        return runtime.blockOn(future);
    }

    @Override
    public void close() {
        // nothing to free
    }

    @Override
    public int pollRead(Context cx, ByteBuffer target) throws IOException {
        if (!target.hasRemaining()) {
            return has(Mistake.FULL_BUFFER_IS_END) ? EOF : 0;
        }
        ByteBuffer next = chunks.peek();
        if (next == null) {
            if (ended) {
                if (endSeen && has(Mistake.END_ONCE)) {
                    throw new IOException("ended before");
                }
                endSeen = true;
                return EOF;
            }
            reading = cx.waker();
            kept = has(Mistake.KEEPS_TARGET) ? target : null;
            skips = has(Mistake.READ_TAKES_EARLY);
            return PENDING;
        }
        int count = Math.min(target.remaining(), next.remaining());
        target.put(next.slice(next.position(), count));
        next.position(next.position() + count);
        if (!next.hasRemaining()) {
            chunks.remove();
        }
        unread -= count;
        if (writing != null) {
            writing.wake();
            writing = null;
        }
        return count;
    }

    @Override
    public int pollWrite(Context cx, ByteBuffer source) throws IOException {
        if (ended && !has(Mistake.WRITES_AFTER_END)) {
            throw new IOException("the output has ended");
        }
        int count = has(Mistake.UNBOUNDED) ? source.remaining() : Math.min(source.remaining(), ROOM - unread);
        if (count == 0 && source.hasRemaining()) {
            writing = cx.waker();
            if (has(Mistake.MOVES_WHEN_FULL)) {
                source.position(source.limit());
            }
            return PENDING;
        }
        if (count > 0) {
            accept(source, count);
        }
        return count;
    }

    private void accept(ByteBuffer source, int count) {
        ByteBuffer bytes = has(Mistake.KEEPS_SOURCE)
                ? source.slice(source.position(), count)
                : ByteBuffer.allocate(count)
                        .put(source.slice(source.position(), count))
                        .flip();
        source.position(source.position() + count);
        if (has(Mistake.MOVES_LIMIT)) {
            source.limit(source.capacity());
        }
        if (kept != null) {
            kept.put(0, bytes.get(0));
        }
        if (skips) {
            skips = false;
            return;
        }
        if (has(Mistake.REORDERS)) {
            chunks.addFirst(bytes);
        } else {
            chunks.add(bytes);
        }
        unread += count;
        wakeReader();
    }

    private void wakeReader() {
        if (reading != null && !has(Mistake.FORGETS_TO_WAKE)) {
            reading.wake();
        }
        reading = null;
    }

    @Override
    public boolean pollFlush(Context cx) {
        return true;
    }

    @Override
    public boolean pollShutdown(Context cx) {
        ended = true;
        wakeReader();
        return true;
    }
}
