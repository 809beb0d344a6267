// SPDX-License-Identifier: Apache-2.0
// A timer future written by hand, beside the library's sleep: the time comes from the context of the poll, so the same
// future runs on the real clock and on the test kit's virtual one.
//
//     ./wakeful run examples/Delay.java
import static dev.wakeful.Async.*;

import dev.wakeful.*;
import dev.wakeful.runtime.*;
import dev.wakeful.spi.Timer;
import dev.wakeful.time.*;
import java.time.Duration;

class Delay implements Future<String> {
    private final long millis;
    private Timer.Alarm alarm;
    private long deadlineNanos;

    Delay(long millis) {
        this.millis = millis;
    }

    @Override
    public Poll<String> poll(Context cx) {
        Timer timer = cx.get(Timer.KEY);
        if (alarm == null) { // the first poll starts the clock: making a future has no effect
            alarm = timer.alarm();
            deadlineNanos = timer.nanos() + millis * 1_000_000;
        }
        if (timer.nanos() >= deadlineNanos) {
            return Poll.ready("after " + millis + " ms");
        }
        alarm.arm(deadlineNanos, cx.waker());
        return Poll.pending();
    }

    @Override
    public Poll<Void> pollCancel(Context cx) {
        if (alarm != null) {
            alarm.disarm();
        }
        return Poll.ready(null);
    }

    @Override
    public void describe(Description to) {
        to.label("Delay[" + millis + " ms]");
        to.waitsFor("its deadline", null);
    }

    public static void main(String[] args) throws Exception {
        AsyncRuntime.run(scope -> {
            var sleep = scope.spawn(Time.sleep(Duration.ofMillis(60)).map(_ -> "the library's sleep, after 60 ms"));
            var delay = scope.spawn(new Delay(30).map(words -> "the delay written by hand, " + words));
            IO.println(await(delay));
            IO.println(await(sleep));
            IO.println("and a race between them: " + await(Futures.race(new Delay(500), new Delay(20))));
        });
    }
}
