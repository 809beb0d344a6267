// SPDX-License-Identifier: Apache-2.0
import static dev.wakeful.Async.async;

import dev.wakeful.AsyncAction;
import dev.wakeful.Future;
import java.io.Serializable;

class Refused {
    Future<Void> block() {
        return async((AsyncAction & Serializable) () -> {});
    }
}
