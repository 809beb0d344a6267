// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.net;

import dev.wakeful.Future;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/// From an address with a host name to one with numbers: the first that the name has.
final class Resolve {
    private Resolve() {}

    static Future<SocketAddress> of(SocketAddress address) {
        if (address instanceof InetSocketAddress unresolved && unresolved.isUnresolved()) {
            return Dns.lookup(unresolved.getHostString())
                    .map(found -> new InetSocketAddress(found.getFirst(), unresolved.getPort()));
        }
        return Future.ready(address);
    }
}
