// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.benchmarks.processes;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import java.net.InetAddress;

/// Vert.x on one event loop, with its native transport where that is on the class path.
final class EchoOnVertx {
    private EchoOnVertx() {}

    static void start() throws Exception {
        var vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setPreferNativeTransport(true));
        NetServer listener = vertx.createNetServer(
                        new NetServerOptions().setAcceptBacklog(4096).setTcpNoDelay(true))
                .connectHandler(socket -> socket.handler(socket::write))
                .listen(0, InetAddress.getLoopbackAddress().getHostAddress())
                .toCompletionStage()
                .toCompletableFuture()
                .get();
        EchoServer.listening(listener.actualPort());
    }
}
