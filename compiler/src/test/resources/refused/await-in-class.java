// SPDX-License-Identifier: Apache-2.0
import static dev.wakeful.Async.async;
import static dev.wakeful.Async.await;

import dev.wakeful.Future;

class Refused {
    Future<Object> block(Future<String> future) {
        return async(() -> {
            class Local {
                String name() throws Exception {
                    return await(future);
                }
            }
            return new Local().name();
        });
    }
}
