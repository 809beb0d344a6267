// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import dev.wakeful.Report;
import dev.wakeful.spi.Observer;
import dev.wakeful.task.Task;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.function.Consumer;

/// Tells the flight recorder and the observers of a runtime what happens, and keeps what an observer throws away from
/// it.
final class Observed {

    private final String runtime;
    private final Observer[] observers;

    Observed(String runtime, List<Observer> observers) {
        this.runtime = runtime;
        this.observers = observers.toArray(new Observer[0]);
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

    private void tell(Consumer<Observer> what) {
        for (Observer observer : observers) {
            try {
                what.accept(observer);
            } catch (Throwable broken) {
                Log.LOG.log(Level.ERROR, "an observer of " + runtime + " threw, which it must not", broken);
            }
        }
    }
}
