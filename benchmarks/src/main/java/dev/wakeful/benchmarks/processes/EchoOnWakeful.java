// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.benchmarks.processes;

import static dev.wakeful.Async.async;
import static dev.wakeful.Async.await;

import dev.wakeful.Future;
import dev.wakeful.net.TcpListener;
import dev.wakeful.net.TcpStream;
import dev.wakeful.runtime.AsyncRuntime;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// A task for each connection on a current-thread runtime, with the portable driver.
final class EchoOnWakeful {
    private EchoOnWakeful() {}

    static void start(int size) {
        Thread.ofPlatform().daemon().name("echo").start(() -> {
            try {
                serve(size);
            } catch (Exception e) {
                System.err.println("no more connections: " + e.getMessage());
            }
        });
    }

    private static void serve(int size) throws Exception {
        AsyncRuntime.run(scope -> {
            var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
            try (var listener = await(TcpListener.bind(address, 4096))) {
                EchoServer.listening(((InetSocketAddress) listener.localAddress()).getPort());
                while (true) {
                    scope.spawn(echo(await(listener.accept()), size));
                }
            }
        });
    }

    private static Future<@Nullable Void> echo(TcpStream socket, int size) {
        return async(() -> {
            try (socket) {
                socket.noDelay(true);
                var buffer = ByteBuffer.allocateDirect(size);
                while (await(socket.read(buffer)) >= 0) {
                    await(socket.writeAll(buffer.flip()));
                    buffer.clear();
                }
            } catch (IOException e) {
                System.err.println("connection lost: " + e.getMessage());
            }
        });
    }
}
