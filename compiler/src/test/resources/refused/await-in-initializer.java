// SPDX-License-Identifier: Apache-2.0
import static dev.wakeful.Async.await;

import dev.wakeful.Future;

class Refused {
    private final String name = await(Future.ready("name"));

    {
        await(Future.ready("instance"));
    }

    static {
        try {
            await(Future.ready("class"));
        } catch (Exception e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    Refused() throws Exception {}
}
