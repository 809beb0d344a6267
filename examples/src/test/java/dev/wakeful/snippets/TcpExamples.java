// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.snippets;

import static dev.wakeful.Async.async;
import static dev.wakeful.Async.await;

import dev.wakeful.Future;
import dev.wakeful.TaskScope;
import dev.wakeful.net.TcpListener;
import dev.wakeful.net.TcpStream;
import java.nio.ByteBuffer;

final class TcpExamples {
    private TcpExamples() {}

    // @start region="echo"
    static Future<Void> serve(TcpListener listener) {
        return TaskScope.run(scope -> {
            while (true) {
                var socket = await(listener.accept());
                scope.spawn(echo(socket));
            }
        });
    }

    static Future<Void> echo(TcpStream socket) {
        return async(() -> {
            try (socket) {
                var buffer = ByteBuffer.allocate(4096);
                while (await(socket.read(buffer)) >= 0) {
                    await(socket.writeAll(buffer.flip()));
                    buffer.clear();
                }
            }
        });
    }
    // @end
}
