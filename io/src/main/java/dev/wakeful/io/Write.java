// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.io;

import dev.wakeful.CheckedFuture;
import dev.wakeful.Context;
import dev.wakeful.Description;
import java.io.IOException;
import java.nio.ByteBuffer;

/// One write.
final class Write extends CheckedFuture<Integer> {
    private final AsyncWrite sink;
    private final ByteBuffer source;

    Write(AsyncWrite sink, ByteBuffer source) {
        this.sink = sink;
        this.source = source;
    }

    @Override
    protected Object advance(Context cx) throws IOException {
        int count = sink.pollWrite(cx, source);
        return count == AsyncRead.PENDING ? PENDING : (Object) count;
    }

    @Override
    protected boolean release(Context cx) {
        sink.forgetWrite();
        return true;
    }

    @Override
    public void describe(Description to) {
        to.label("write[remaining=" + source.remaining() + "]");
        to.waitsFor("room on " + sink, null);
    }
}
