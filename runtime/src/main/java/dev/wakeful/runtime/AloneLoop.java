// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import dev.wakeful.task.Task;
import java.util.concurrent.locks.LockSupport;

/// The loop of a thread whose core another worker has: what is left to it are its local tasks, which no other thread
/// may poll. When they have ended, so does the loop.
final class AloneLoop {
    private final MultiThread engine;
    private final Polls polls;
    private final LocalTasks own;
    private final Deferred deferred;

    AloneLoop(MultiThread engine, Polls polls, LocalTasks own, Deferred deferred) {
        this.engine = engine;
        this.polls = polls;
        this.own = own;
        this.deferred = deferred;
    }

    void run() {
        own.leftAlone();
        polls.goOnAlone();
        while (own.live() > 0 && !engine.isStopping()) {
            Task<?> task = own.poll();
            if (task == null) {
                deferred.wakeAll();
                task = own.poll();
            }
            if (task != null) {
                polls.run(task, engine.settings.budget());
            } else {
                park();
            }
        }
    }

    private void park() {
        polls.sampler().idle();
        engine.crew().restsAlone();
        if (own.isEmpty() && !engine.isStopping()) {
            engine.observed.parked();
            LockSupport.park(own);
            engine.observed.unparked();
        }
        polls.countPark();
        engine.crew().pollsAlone();
        Watch.awake();
        engine.awaitLook();
        polls.sampler().beat();
    }
}
