// SPDX-License-Identifier: Apache-2.0
import static dev.wakeful.Async.await;

import dev.wakeful.Future;

class Refused {
    final String name;

    Refused(Future<String> future) throws Exception {
        name = await(future);
    }
}
