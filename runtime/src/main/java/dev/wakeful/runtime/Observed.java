// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import dev.wakeful.Report;
import dev.wakeful.internal.Words;
import dev.wakeful.spi.Observer;
import dev.wakeful.spi.PollObserver;
import dev.wakeful.task.Task;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.function.Consumer;

/// Tells the flight recorder and the observers of a runtime what happens, and keeps what an observer throws away from
/// it.
final class Observed {
    private final String runtime;
    private final Observer[] observers;
    private final PollObserver[] ofPolls;

    Observed(String runtime, List<Observer> observers) {
        this.runtime = runtime;
        this.observers = observers.toArray(new Observer[0]);
        this.ofPolls = observers.stream()
                .filter(PollObserver.class::isInstance)
                .map(PollObserver.class::cast)
                .toArray(PollObserver[]::new);
    }

    void taskStarted(Task<?> task) {
        Flight.taskStarted(runtime, task);
        if (observers.length > 0) {
            tell(observer -> observer.taskStarted(task));
        }
    }

    void taskEnded(Task<?> task) {
        Flight.taskEnded(runtime, task);
        if (observers.length > 0) {
            tell(observer -> observer.taskEnded(task, task.failure()));
        }
    }

    void workerStarted() {
        tell(observer -> observer.workerStarted(Thread.currentThread()));
    }

    void workerEnded() {
        tell(observer -> observer.workerEnded(Thread.currentThread()));
    }

    void reported(Report report) {
        Flight.reported(runtime, report);
        tell(observer -> observer.reported(report));
    }

    /// Whether somebody wants to know of polls now.
    boolean wantsPolls() {
        return ofPolls.length > 0 || Flight.wantsPolls();
    }

    /// A poll begins, while polls are wanted. Gives what [#endPoll] is to be called with.
    Object beginPoll(Task<?> task) {
        tell(ofPolls, observer -> observer.pollStarted(task));
        Object recorded = Flight.beginPoll();
        return recorded == null ? this : recorded;
    }

    void endPoll(Object begun, Task<?> task) {
        if (begun != this) {
            Flight.endPoll(begun, runtime, task);
        }
        tell(ofPolls, observer -> observer.pollEnded(task));
    }

    void parked() {
        if (ofPolls.length > 0) {
            tell(ofPolls, observer -> observer.workerParked(Thread.currentThread()));
        }
    }

    void unparked() {
        if (ofPolls.length > 0) {
            tell(ofPolls, observer -> observer.workerUnparked(Thread.currentThread()));
        }
    }

    private void tell(Consumer<Observer> what) {
        tell(observers, what);
    }

    private <O extends Observer> void tell(O[] observers, Consumer<O> what) {
        for (O observer : observers) {
            try {
                what.accept(observer);
            } catch (Throwable broken) {
                Log.log(Level.ERROR, "an observer of " + Words.inLine(runtime) + " threw, which it must not", broken);
            }
        }
    }
}
