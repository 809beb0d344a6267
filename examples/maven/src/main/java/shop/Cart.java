// SPDX-License-Identifier: Apache-2.0
package shop;

import static dev.wakeful.Async.async;
import static dev.wakeful.Async.await;

import dev.wakeful.Future;
import java.util.List;

/// What somebody buys.
///
/// @param items the names of the things
public record Cart(List<String> items) {
    /// Sums up the prices, one after the other.
    ///
    /// @param prices gives the price of a thing
    /// @return a future of the sum
    public Future<Integer> total(Prices prices) {
        return async(() -> {
            int sum = 0;
            for (String item : items) {
                sum += await(prices.of(item));
            }
            return sum;
        });
    }

    /// Where prices come from.
    public interface Prices {
        /// Asks for a price.
        ///
        /// @param item the name of a thing
        /// @return a future of its price
        Future<Integer> of(String item);
    }
}
