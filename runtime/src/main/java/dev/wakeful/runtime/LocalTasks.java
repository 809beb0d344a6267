// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import dev.wakeful.Context;
import dev.wakeful.Report;
import dev.wakeful.Waker;
import dev.wakeful.task.Task;
import dev.wakeful.task.TaskExecutor;
import dev.wakeful.task.TaskQueue;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/*
 * Why no task is forgotten.
 *
 *   waking thread                        worker
 *   N1  put the task into `inbox`        W1  its core was given to another one: alone = true
 *   N2  alone? no: unpark the core       W2  look into `inbox`
 *       yes: unpark the thread           W3  park: in the core as long as it has one, else by itself
 *
 * While the worker has its core, that is Parker's argument. Of W1 and N1, volatile writes both, one comes first: either N2 sees
 * that the worker is alone, and the permit of LockSupport ends W3, or W2 sees the task. The permit may be taken by a park inside
 * of a poll; but W2 comes once more between that and W3.
 */

/// The local tasks of one worker: only its thread polls them, whatever becomes of the worker. In all else they are
/// tasks of the runtime.
final class LocalTasks implements TaskExecutor {
    private final MultiThread engine;
    private final Worker worker;
    private final TaskQueue inbox = new TaskQueue();
    private volatile boolean alone;

    // Used by the worker's thread alone.
    private final RunQueue ready = new RunQueue();
    private int live;

    LocalTasks(MultiThread engine, Worker worker) {
        this.engine = engine;
        this.worker = worker;
    }

    @Override
    public void schedule(Task<?> task) {
        if (Thread.currentThread() == worker.thread()) {
            worker.polls().sampler().scheduled(task);
            ready.add(task);
            return;
        }
        inbox.add(task);
        try {
            if (alone) {
                LockSupport.unpark(worker.thread());
            } else {
                worker.core().unpark();
            }
        } catch (StackOverflowError end) {
            StackRoom.broken = true;
        }
    }

    /// The next task to poll. Called by the worker.
    @Nullable
    Task<?> poll() {
        Task<?> task = ready.poll();
        return task == null ? inbox.poll() : task;
    }

    /// Whether no task is ready. Called by the worker.
    boolean isEmpty() {
        return ready.isEmpty() && inbox.isEmpty();
    }

    /// How many tasks have not ended. Called by the worker.
    int live() {
        return live;
    }

    /// How many tasks are ready, as far as another thread can see.
    int ready() {
        return ready.size();
    }

    /// The worker has no core from now on. Called by the worker.
    void leftAlone() {
        alone = true;
    }

    @Override
    public TaskExecutor ofThisThread() {
        return engine.ofThisThread();
    }

    @Override
    public void enter(Task<?> task) {
        live++;
        engine.enter(task);
    }

    @Override
    public void started(Task<?> task) {
        engine.started(task);
    }

    @Override
    public void ended(Task<?> task) {
        live--;
        engine.ended(task);
    }

    @Override
    public void defer(Waker waker) {
        engine.defer(waker);
    }

    @Override
    public void defer(Task<?> task) {
        engine.defer(task);
    }

    @Override
    public <V> @Nullable V find(Context.Key<V> key) {
        return engine.find(key);
    }

    @Override
    public long nextTaskId() {
        return engine.nextTaskId();
    }

    @Override
    public long graceNanos() {
        return engine.graceNanos();
    }

    @Override
    public long cleanUpEndNanos() {
        return engine.cleanUpEndNanos();
    }

    @Override
    public void cleanUpCut(Task<?> task, StackTraceElement site) {
        engine.cleanUpCut(task, site);
    }

    @Override
    public void unobserved(Task<?> task, Throwable failure) {
        engine.unobserved(task, failure);
    }

    @Override
    public void wokeItself(Task<?> task) {
        engine.wokeItself(task);
    }

    @Override
    public void report(Report report) {
        engine.report(report);
    }

    @Override
    public String toString() {
        return "the local tasks of " + worker;
    }
}
