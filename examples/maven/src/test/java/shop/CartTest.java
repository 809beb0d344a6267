// SPDX-License-Identifier: Apache-2.0
package shop;

import static dev.wakeful.Async.async;
import static dev.wakeful.Async.await;
import static dev.wakeful.Async.yieldNow;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.wakeful.Future;
import dev.wakeful.runtime.AsyncRuntime;
import java.util.List;
import org.junit.jupiter.api.Test;

class CartTest {
    private static Future<Integer> price(String item) {
        return async(() -> {
            await(yieldNow());
            return item.length();
        });
    }

    @Test
    void totalIsTheSumOfThePrices() throws Exception {
        try (var runtime = AsyncRuntime.currentThread().build()) {
            assertEquals(12, runtime.blockOn(new Cart(List.of("tea", "milk", "bread")).total(CartTest::price)));
        }
    }
}
