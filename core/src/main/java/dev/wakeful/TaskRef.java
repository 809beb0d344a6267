// SPDX-License-Identifier: Apache-2.0
package dev.wakeful;

/// Who a task is: what errors, dumps and wait-for graphs say of it.
public interface TaskRef {
    /// The number of the task, unique in its runtime and counted from 1.
    ///
    /// @return the number
    long id();

    /// The name it was given when it was spawned, or an empty string.
    ///
    /// @return the name
    String name();
}
