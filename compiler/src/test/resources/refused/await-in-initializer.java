// SPDX-License-Identifier: Apache-2.0
import static dev.wakeful.Async.await;

import dev.wakeful.Future;

class Refused {
    private final String name = await(Future.ready("name"));

    Refused() throws Exception {}
}
