// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.io;

import dev.wakeful.CheckedFuture;
import dev.wakeful.Context;
import dev.wakeful.Description;
import java.io.IOException;
import java.nio.ByteBuffer;

/// One read.
final class Read extends CheckedFuture<Integer> {
    private final AsyncRead source;
    private final ByteBuffer target;

    Read(AsyncRead source, ByteBuffer target) {
        this.source = source;
        this.target = target;
    }

    @Override
    protected Object advance(Context cx) throws IOException {
        int count = source.pollRead(cx, target);
        return count == AsyncRead.PENDING ? PENDING : (Object) count;
    }

    @Override
    protected boolean release(Context cx) {
        source.forgetRead();
        return true;
    }

    @Override
    public void describe(Description to) {
        to.label("read");
        to.waitsFor("data on " + source, null);
    }
}
