// SPDX-License-Identifier: Apache-2.0
// An async block with two suspension points: nothing runs before the first poll, and each await goes on where it stopped.
//
//     ./wakeful run examples/Blocks.java
import static dev.wakeful.Async.*;

import dev.wakeful.*;
import dev.wakeful.runtime.*;
import dev.wakeful.time.*;

Future<Integer> slowly(int value) {
    return async(() -> {
        await(Time.sleep(Duration.ofMillis(10)));
        return value;
    });
}

void main() throws Exception {
    Future<Integer> sum = async(() -> {
        IO.println("the block has started");
        int one = await(slowly(1));
        IO.println("the first await gave " + one);
        int two = await(slowly(2));
        IO.println("the second await gave " + two);
        return one + two;
    });
    IO.println("the block is made, and nothing of it has run");

    AsyncRuntime.run(scope -> IO.println("their sum is " + await(sum)));
}
