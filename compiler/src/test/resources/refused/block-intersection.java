// SPDX-License-Identifier: Apache-2.0
import static dev.wakeful.Async.async;
import static dev.wakeful.Async.await;

import dev.wakeful.AsyncAction;
import dev.wakeful.AsyncBlock;
import dev.wakeful.Future;
import java.io.Serializable;

class Refused {
    Future<Void> block() {
        return async((AsyncAction & Serializable) () -> {});
    }

    Future<Integer> awaiting(Future<Integer> future) {
        return async((AsyncBlock<Integer> & Serializable) () -> await(future));
    }
}
