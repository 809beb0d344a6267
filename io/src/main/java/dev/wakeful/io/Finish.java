// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.io;

import dev.wakeful.CheckedFuture;
import dev.wakeful.Context;
import dev.wakeful.Description;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A flush, or a shutdown of the output.
final class Finish extends CheckedFuture<@Nullable Void> {
    private final AsyncWrite sink;
    private final boolean shutdown;

    Finish(AsyncWrite sink, boolean shutdown) {
        this.sink = sink;
        this.shutdown = shutdown;
    }

    @Override
    protected @Nullable Object advance(Context cx) throws IOException {
        return (shutdown ? sink.pollShutdown(cx) : sink.pollFlush(cx)) ? null : PENDING;
    }

    @Override
    protected boolean release(Context cx) {
        sink.forgetWrite();
        return true;
    }

    @Override
    public void describe(Description to) {
        to.label(shutdown ? "shutdown" : "flush");
        to.waitsFor("room on " + sink, null);
    }
}
