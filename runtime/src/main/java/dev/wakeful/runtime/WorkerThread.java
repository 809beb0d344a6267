// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import java.lang.System.Logger.Level;

/// A thread that polls tasks. A daemon: what keeps the JVM alive is the thread that is blocked in the runtime.
///
/// An interrupt does not reach it. It would only hit whichever task happens to be polled, whose channels the JDK would
/// close, and leave the selector unable to block; a task is cancelled by its handle.
final class WorkerThread extends Thread {

    /// Room for chains of some thousand awaits in interpreted code, whatever the JVM's default is.
    private static final long STACK_BYTES = 2 << 20;

    private final Worker worker;

    WorkerThread(Worker worker, String name) {
        super(null, null, name, STACK_BYTES, false);
        this.worker = worker;
        setDaemon(true);
    }

    Worker worker() {
        return worker;
    }

    @Override
    public void run() {
        worker.run();
    }

    @Override
    public void interrupt() {
        Log.log(Level.WARNING, "an interrupt of the worker thread \"" + getName() + "\" was ignored; cancel the task");
    }
}
