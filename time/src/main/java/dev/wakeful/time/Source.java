// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.time;

import dev.wakeful.Future;
import org.jspecify.annotations.Nullable;

/// Where values come from, one after the other: the `receive` of a channel, the `next` of a stream.
///
/// ```java
/// var calm = Time.debounce(Duration.ofMillis(300), keys::receive);
/// for (String text; (text = await(calm.next())) != null;) {
///     search(text);
/// }
/// ```
///
/// @param <T> the type of the values
@FunctionalInterface
public interface Source<T> {
    /// The next value.
    ///
    /// @return a future of the value, or of `null` at the end
    Future<@Nullable T> next();
}
