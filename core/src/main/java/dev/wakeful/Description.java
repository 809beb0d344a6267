// SPDX-License-Identifier: Apache-2.0
package dev.wakeful;

import org.jspecify.annotations.Nullable;

/// What a future says of itself: the visitor that [Future#describe] talks to.
///
/// Dumps, the wait-for graph and error messages are walks over this.
///
/// ```java
/// public void describe(Description to) {
///     to.label("Lock[" + name + "]");
///     to.waitsFor("lock " + name, lock.owner());
/// }
/// ```
public interface Description {
    /// What the future is, in one line: type and the values that matter, `Sleep[deadlineNanos=10000000]`.
    ///
    /// @param label the line
    void label(String label);

    /// Where the future stands in the source: for a block, the line of the await it is suspended at.
    ///
    /// @param site class, method, file and line
    void at(StackTraceElement site);

    /// A future that this one owns and polls: what it awaits, or a branch.
    ///
    /// @param child the future
    void child(Future<?> child);

    /// The resource that this leaf waits for.
    ///
    /// @param resource the resource in a few words: `lock accounts`, `data on 127.0.0.1:7000`
    /// @param owner the task that holds it or is to provide it, or `null` when that is not known
    void waitsFor(String resource, @Nullable TaskRef owner);

    /// Says that nothing will ever wake this future, on purpose, as [Future#pending()].
    default void never() {}
}
