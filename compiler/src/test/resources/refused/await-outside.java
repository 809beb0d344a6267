// SPDX-License-Identifier: Apache-2.0
import static dev.wakeful.Async.await;

import dev.wakeful.Future;

class Refused {
    String name(Future<String> future) throws Exception {
        return "name " + await(future);
    }
}
