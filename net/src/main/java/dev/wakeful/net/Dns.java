// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.net;

import dev.wakeful.CheckedFuture;
import dev.wakeful.Context;
import dev.wakeful.Description;
import dev.wakeful.Future;
import dev.wakeful.JoinHandle;
import dev.wakeful.spi.Blocking;
import dev.wakeful.spi.Resolver;
import dev.wakeful.spi.Spawner;
import java.net.InetAddress;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Host names and their addresses.
public final class Dns {
    private Dns() {}

    /// Finds the addresses of a host. An address in digits is its own.
    ///
    /// Fails with [java.net.UnknownHostException], whose message is the name, when there is none. The JDK's resolver
    /// does the work on a virtual thread, and its cache and its settings count; a context that offers a [Resolver] has
    /// that one do it. It has no limit of its own for the time that takes; put a timeout around it.
    ///
    /// ### Cancel safety
    ///
    /// Nothing is lost. The waiting ends at once, also when the system's resolver does not listen.
    ///
    /// @param host the name
    /// @return a future of the addresses, one at least, in the order in which they are to be tried
    public static Future<List<InetAddress>> lookup(String host) {
        return new Lookup(Objects.requireNonNull(host, "host must not be null"));
    }

    private static final class Lookup extends CheckedFuture<List<InetAddress>> {
        private final String host;
        private @Nullable JoinHandle<List<InetAddress>> work;
        private @Nullable Future<List<InetAddress>> answer;

        Lookup(String host) {
            this.host = host;
        }

        @Override
        protected @Nullable Object advance(Context cx) throws Exception {
            Future<List<InetAddress>> asked = answer;
            if (asked == null) {
                asked = ask(cx);
                answer = asked;
            }
            return asked.pollRaw(cx);
        }

        private Future<List<InetAddress>> ask(Context cx) {
            Resolver resolver = cx.find(Resolver.KEY);
            if (resolver != null) {
                return resolver.lookup(host);
            }
            // A task of its own, since the system's resolver does not end when it is interrupted.
            JoinHandle<List<InetAddress>> lookup = cx.get(Spawner.KEY)
                    .spawn("lookup of " + host, Blocking.blocking(() -> List.of(InetAddress.getAllByName(host))));
            work = lookup;
            return lookup;
        }

        @Override
        protected boolean release(Context cx) throws Exception {
            if (work != null) {
                work.abort("nobody waits for the addresses of " + host);
            }
            return answer == null || answer.pollCancel(cx).isReady();
        }

        @Override
        public void describe(Description to) {
            to.label("lookup of " + host);
            if (answer != null) {
                to.child(answer);
            }
        }
    }
}
