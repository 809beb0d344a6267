// SPDX-License-Identifier: Apache-2.0
import static dev.wakeful.Async.async;
import static dev.wakeful.Async.await;

import dev.wakeful.Future;
import java.util.concurrent.Callable;

class Refused {
    Future<Object> inBlock(Future<String> future) {
        return async(() -> {
            Callable<String> plain = () -> await(future);
            return plain.call();
        });
    }

    Future<Object> guard(Future<Boolean> future, Object value) {
        return async(() -> {
            Callable<String> plain = () -> switch (value) {
                case String text when await(future) -> text;
                default -> "none";
            };
            return plain.call();
        });
    }

    Callable<String> outside(Future<String> future) {
        return () -> await(future);
    }
}
