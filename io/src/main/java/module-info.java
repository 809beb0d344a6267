// SPDX-License-Identifier: Apache-2.0

/// Reading and writing bytes without blocking.
module dev.wakeful.io {
    requires transitive dev.wakeful.core;

    exports dev.wakeful.io;
}
