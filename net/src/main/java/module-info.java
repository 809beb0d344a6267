// SPDX-License-Identifier: Apache-2.0

/// TCP to await.
module dev.wakeful.net {
    requires transitive dev.wakeful.core;
    requires transitive dev.wakeful.io;

    exports dev.wakeful.net;
}
