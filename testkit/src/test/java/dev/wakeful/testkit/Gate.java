// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit;

import dev.wakeful.CheckedFuture;
import dev.wakeful.Context;
import dev.wakeful.Description;
import dev.wakeful.Future;
import dev.wakeful.WakerCell;

/// A source that opens once: the smallest leaf that waits.
final class Gate {
    private final WakerCell cell = new WakerCell();
    private volatile boolean open;

    void open() {
        open = true;
        cell.wake();
    }

    Future<String> passing() {
        return new Passing();
    }

    private final class Passing extends CheckedFuture<String> {
        @Override
        protected Object advance(Context cx) {
            if (open) {
                return "passed";
            }
            cell.register(cx.waker());
            return open ? "passed" : PENDING;
        }

        @Override
        protected boolean release(Context cx) {
            cell.take();
            return true;
        }

        @Override
        public void describe(Description to) {
            to.label("Passing");
            to.waitsFor("the gate", null);
        }
    }
}
