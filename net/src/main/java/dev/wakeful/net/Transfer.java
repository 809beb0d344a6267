// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.net;

import dev.wakeful.CheckedFuture;
import dev.wakeful.Context;
import dev.wakeful.Description;
import dev.wakeful.io.AsyncRead;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// One read or write of a stream. When it has completed it goes back to its stream, which hands it out again, so that
/// reading and writing allocate nothing.
final class Transfer extends CheckedFuture<@Nullable Object> {
    /// What is done, and what it is ready with.
    enum Kind {
        READ,
        READ_EXACTLY,
        WRITE,
        WRITE_ALL
    }

    private static final Integer[] COUNTS = new Integer[1 << 16];

    private final TcpStream stream;
    private Kind kind;
    private @Nullable ByteBuffer buffer;

    Transfer(TcpStream stream, Kind kind, ByteBuffer buffer) {
        this.stream = stream;
        this.kind = kind;
        this.buffer = buffer;
    }

    /// Makes a completed transfer another one.
    void renew(Kind kind, ByteBuffer buffer) {
        this.kind = kind;
        this.buffer = buffer;
        renew();
    }

    @Override
    protected @Nullable Object advance(Context cx) throws IOException {
        stream.begin(this);
        boolean waits = false;
        try {
            Object result = transfer(cx);
            waits = result == PENDING;
            return result;
        } finally {
            if (!waits) {
                buffer = null;
                stream.complete(this);
            }
        }
    }

    private @Nullable Object transfer(Context cx) throws IOException {
        ByteBuffer bytes = buffer;
        if (bytes == null) {
            throw new IllegalStateException("a transfer without a buffer: " + this);
        }
        if (kind == Kind.READ || kind == Kind.WRITE) {
            int count = kind == Kind.READ ? stream.pollRead(cx, bytes) : stream.pollWrite(cx, bytes);
            return count == AsyncRead.PENDING ? PENDING : boxed(count);
        }
        while (bytes.hasRemaining()) {
            int count = kind == Kind.READ_EXACTLY ? stream.pollRead(cx, bytes) : stream.pollWrite(cx, bytes);
            if (count == AsyncRead.PENDING) {
                return PENDING;
            }
            if (count == AsyncRead.EOF) {
                throw new EOFException(stream + " ended with " + bytes.remaining() + " bytes still to be read");
            }
        }
        return null;
    }

    /// Boxes of counts are made once; a race makes one twice.
    private static Integer boxed(int count) {
        if (count < 0 || count >= COUNTS.length) {
            return count;
        }
        Integer box = COUNTS[count];
        if (box == null) {
            box = count;
            COUNTS[count] = box;
        }
        return box;
    }

    @Override
    protected boolean release(Context cx) {
        buffer = null;
        stream.giveUp(this);
        return true;
    }

    boolean reads() {
        return kind == Kind.READ || kind == Kind.READ_EXACTLY;
    }

    @Override
    public void describe(Description to) {
        ByteBuffer bytes = buffer;
        String name = switch (kind) {
            case READ -> "read";
            case READ_EXACTLY -> "readExactly";
            case WRITE -> "write";
            case WRITE_ALL -> "writeAll";
        };
        to.label(bytes == null ? name : name + "[remaining=" + bytes.remaining() + "]");
        to.waitsFor((reads() ? "data on " : "room on ") + stream, null);
    }
}
