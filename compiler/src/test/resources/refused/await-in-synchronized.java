// SPDX-License-Identifier: Apache-2.0
import static dev.wakeful.Async.async;
import static dev.wakeful.Async.await;

import dev.wakeful.Future;

class Refused {
    Future<String> locked(Future<String> future) {
        return async(() -> {
            synchronized (this) {
                return await(future);
            }
        });
    }
}
