// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.io;

import dev.wakeful.CheckedFuture;
import dev.wakeful.Context;
import dev.wakeful.Description;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Reads until a buffer is full.
final class ReadExactly extends CheckedFuture<@Nullable Void> {
    private final AsyncRead source;
    private final ByteBuffer target;

    ReadExactly(AsyncRead source, ByteBuffer target) {
        this.source = source;
        this.target = target;
    }

    @Override
    protected @Nullable Object advance(Context cx) throws IOException {
        while (target.hasRemaining()) {
            int count = source.pollRead(cx, target);
            if (count == AsyncRead.PENDING) {
                return PENDING;
            }
            if (count == AsyncRead.EOF) {
                throw new EOFException(source + " ended with " + target.remaining() + " bytes still to be read");
            }
        }
        return null;
    }

    @Override
    protected boolean release(Context cx) {
        source.forgetRead();
        return true;
    }

    @Override
    public void describe(Description to) {
        to.label("readExactly[remaining=" + target.remaining() + "]");
        to.waitsFor("data on " + source, null);
    }
}
