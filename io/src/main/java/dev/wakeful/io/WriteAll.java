// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.io;

import dev.wakeful.CheckedFuture;
import dev.wakeful.Context;
import dev.wakeful.Description;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Writes until a buffer is empty.
final class WriteAll extends CheckedFuture<@Nullable Void> {
    private final AsyncWrite sink;
    private final ByteBuffer source;

    WriteAll(AsyncWrite sink, ByteBuffer source) {
        this.sink = sink;
        this.source = source;
    }

    @Override
    protected @Nullable Object advance(Context cx) throws IOException {
        while (source.hasRemaining()) {
            int count = sink.pollWrite(cx, source);
            if (count == AsyncRead.PENDING) {
                return PENDING;
            }
            if (count == 0) {
                throw new IOException(
                        sink + " accepts no more, with " + source.remaining() + " bytes still to be written");
            }
        }
        return null;
    }

    @Override
    protected boolean release(Context cx) {
        sink.forgetWrite();
        return true;
    }

    @Override
    public void describe(Description to) {
        to.label("writeAll[remaining=" + source.remaining() + "]");
        to.waitsFor("room on " + sink, null);
    }
}
