// SPDX-License-Identifier: Apache-2.0
// Futures put together: ready, pending, map, then, recover, join, race and timeout.
//
//     ./wakeful run examples/Combinators.java
import static dev.wakeful.Async.*;

import dev.wakeful.*;
import dev.wakeful.runtime.*;
import dev.wakeful.time.*;

<T> Future<T> after(int millis, T value) {
    return Time.sleep(Duration.ofMillis(millis)).map(_ -> value);
}

void main() throws Exception {
    AsyncRuntime.run(scope -> {
        IO.println("ready: " + await(Future.ready(42)));
        IO.println("map: " + await(Future.ready(20).map(x -> x + 1)));
        IO.println("then: " + await(after(5, 20).then(x -> after(5, x + 2))));
        IO.println("recover: " + await(Future.<String>failed(new IOException("no route")).recover(Throwable::getMessage)));

        var both = await(Futures.join(after(20, "left"), after(10, 7)));
        IO.println("join: " + both.first() + " and " + both.second());
        IO.println("joinAll: " + await(Futures.joinAll(List.of(after(3, 'a'), after(1, 'b'), after(2, 'c')))));
        IO.println("race: " + await(Futures.race(after(900, "slow"), after(10, "fast"))));

        IO.println("timeout, in time: " + await(Time.timeout(Duration.ofSeconds(5), after(1, "done"))));
        try {
            await(Time.timeout(Duration.ofMillis(20), Future.pending()));
        } catch (TimeoutException e) {
            IO.println("timeout, too late: " + e.getMessage());
        }
    });
}
