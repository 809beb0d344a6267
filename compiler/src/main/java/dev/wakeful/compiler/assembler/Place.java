// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler.assembler;

/// A place in the code of a method, which jumps and tables may name before it is reached.
public final class Place {
    /// The offset, or -1 as long as the code has not reached it.
    int offset = -1;

    /// Creates a place that the code has not reached.
    public Place() {}
}
