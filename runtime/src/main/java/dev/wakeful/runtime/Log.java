// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

/// The logger of this package, looked up when the first line is written: it takes some milliseconds to come up, and
/// most programs write none.
final class Log {
    static final System.Logger LOG = System.getLogger("dev.wakeful.runtime");

    private Log() {}
}
