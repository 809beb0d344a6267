// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.net;

import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.spi.Blocking;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/// From a host name to an address. The JDK's resolver blocks, so it runs as blocking work.
final class Resolve {
    private Resolve() {}

    static Future<SocketAddress> of(SocketAddress address, Context cx) {
        if (address instanceof InetSocketAddress unresolved && unresolved.isUnresolved()) {
            return cx.get(Blocking.KEY)
                    .call(() -> new InetSocketAddress(
                            InetAddress.getByName(unresolved.getHostString()), unresolved.getPort()));
        }
        return Future.ready(address);
    }
}
