// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import dev.wakeful.BlockThreads;
import dev.wakeful.Context;
import dev.wakeful.spi.Grace;

/// Virtual threads for blocks that were not compiled.
enum VirtualBlockThreads implements BlockThreads {
    INSTANCE;

    @Override
    public void start(Runnable body) {
        Thread.ofVirtual()
                .name("wakeful-block")
                .inheritInheritableThreadLocals(false)
                .start(body);
    }

    @Override
    public boolean cuts(Context cx, StackTraceElement site) {
        Grace grace = cx.find(Grace.KEY);
        if (grace == null || !grace.isOver()) {
            return false;
        }
        grace.cut(site);
        return true;
    }
}
