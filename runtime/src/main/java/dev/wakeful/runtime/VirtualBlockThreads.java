// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import dev.wakeful.BlockThreads;

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
}
