// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.net;

import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.io.AsyncRead;
import dev.wakeful.io.AsyncWrite;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// A connection for two tasks, one that reads and one that writes.
public final class Halves {
    private final TcpStream stream;
    private final AtomicInteger open = new AtomicInteger(2);
    private final Reader reader = new Reader();
    private final Writer writer = new Writer();

    Halves(TcpStream stream) {
        this.stream = stream;
    }

    /// The half that reads.
    ///
    /// @return the same object every time
    public Reader reader() {
        return reader;
    }

    /// The half that writes.
    ///
    /// @return the same object every time
    public Writer writer() {
        return writer;
    }

    private void closeHalf() throws IOException {
        if (open.decrementAndGet() == 0) {
            stream.close();
        }
    }

    /// The half of a connection that reads. Closing it closes the connection when the other half is closed too.
    public final class Reader implements AsyncRead, AutoCloseable {
        private boolean closed;

        private Reader() {}

        @Override
        public int pollRead(Context cx, ByteBuffer target) throws IOException {
            return stream.pollRead(cx, target);
        }

        @Override
        public void forgetRead() {
            stream.forgetRead();
        }

        @Override
        public Future<Integer> read(ByteBuffer target) {
            return stream.read(target);
        }

        @Override
        public Future<@Nullable Void> readExactly(ByteBuffer target) {
            return stream.readExactly(target);
        }

        @Override
        public void close() throws IOException {
            if (!closed) {
                closed = true;
                closeHalf();
            }
        }

        @Override
        public String toString() {
            return "reader of " + stream;
        }
    }

    /// The half of a connection that writes. Closing it ends the output, and closes the connection when the other half
    /// is closed too.
    public final class Writer implements AsyncWrite, AutoCloseable {
        private boolean closed;

        private Writer() {}

        @Override
        public int pollWrite(Context cx, ByteBuffer source) throws IOException {
            return stream.pollWrite(cx, source);
        }

        @Override
        public boolean pollFlush(Context cx) throws IOException {
            return stream.pollFlush(cx);
        }

        @Override
        public boolean pollShutdown(Context cx) throws IOException {
            return stream.pollShutdown(cx);
        }

        @Override
        public void forgetWrite() {
            stream.forgetWrite();
        }

        @Override
        public Future<Integer> write(ByteBuffer source) {
            return stream.write(source);
        }

        @Override
        public Future<@Nullable Void> writeAll(ByteBuffer source) {
            return stream.writeAll(source);
        }

        @Override
        public void close() throws IOException {
            if (!closed) {
                closed = true;
                stream.endOutput();
                closeHalf();
            }
        }

        @Override
        public String toString() {
            return "writer of " + stream;
        }
    }
}
