// SPDX-License-Identifier: Apache-2.0
package dev.wakeful;

import org.jspecify.annotations.Nullable;

/// A region that a cancel waits for: winding it down goes on polling it until it completes. Only the end of the runtime
/// itself cuts it.
final class Shield<T extends @Nullable Object> extends CheckedFuture<T> {
    private final Future<T> region;
    private volatile boolean awaitedByCancel;
    private boolean cut;

    Shield(Future<T> region) {
        this.region = region;
    }

    @Override
    protected @Nullable Object advance(Context cx) throws Exception {
        return region.pollRaw(inside(cx, cx.find(Grace.KEY)));
    }

    @Override
    protected boolean release(Context cx) throws Exception {
        awaitedByCancel = true;
        Grace grace = cx.find(Grace.KEY);
        cut |= grace != null && grace.endsAll();
        if (cut) {
            return region.pollCancel(cx).isReady();
        }
        Object value = region.pollRaw(inside(cx, grace));
        if (value == PENDING) {
            return false;
        }
        if (value instanceof AutoCloseable resource) {
            resource.close(); // nobody gets it any more
        }
        return true;
    }

    /// The clean-up outside has a limit, which does not count in here.
    private static Context inside(Context cx, @Nullable Grace grace) {
        return grace == null ? cx : cx.with(Grace.KEY, new Shielded(grace));
    }

    private record Shielded(Grace outside) implements Grace {
        @Override
        public boolean isOver() {
            return outside.endsAll();
        }

        @Override
        public boolean endsAll() {
            return outside.endsAll();
        }

        @Override
        public void cut(StackTraceElement site) {
            outside.cut(site);
        }
    }

    @Override
    public void describe(Description to) {
        to.label(awaitedByCancel ? "shield, which a cancel waits for" : "shield");
        to.child(region);
    }
}
