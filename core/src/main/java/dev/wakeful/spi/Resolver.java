// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.spi;

import dev.wakeful.Context;
import dev.wakeful.Future;
import java.net.InetAddress;
import java.util.List;

/// Finds the addresses of a host name. Where a context offers none, the JDK's resolver does it as blocking work.
public interface Resolver {
    /// The key.
    Context.Key<Resolver> KEY = Context.Key.of("resolver", "a TestRuntime, or whoever has one of their own");

    /// A future of the addresses of a host, in the order in which they are to be tried. Giving it up ends the waiting
    /// at once.
    ///
    /// @param host the name
    /// @return a future of one address at least; it fails with [java.net.UnknownHostException] when there is none
    Future<List<InetAddress>> lookup(String host);
}
