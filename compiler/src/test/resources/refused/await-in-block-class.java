// SPDX-License-Identifier: Apache-2.0
import static dev.wakeful.Async.async;
import static dev.wakeful.Async.await;

import dev.wakeful.AsyncBlock;
import dev.wakeful.Future;

class Refused {
    Future<String> block(Future<String> future) {
        return async(new AsyncBlock<String>() {
            @Override
            public String run() throws Exception {
                return await(future);
            }
        });
    }
}
