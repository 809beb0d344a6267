// SPDX-License-Identifier: Apache-2.0
// A TCP echo server: one task for each connection, all on one thread.
//
//     ./wakeful run examples/Echo.java 7000
import static dev.wakeful.Async.*;

import dev.wakeful.*;
import dev.wakeful.net.*;
import dev.wakeful.runtime.*;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

Future<Void> echo(TcpStream socket) {
    return async(() -> {
        try (socket) {
            var buffer = ByteBuffer.allocate(4096);
            while (await(socket.read(buffer)) >= 0) {
                await(socket.writeAll(buffer.flip()));
                buffer.clear();
            }
        } catch (IOException e) {
            System.err.println("connection lost: " + e.getMessage());
        }
    });
}

void main(String[] args) throws Exception {
    if (args.length != 1 || !args[0].matches("\\d{1,5}") || Integer.parseInt(args[0]) > 65535) {
        System.err.println("usage: Echo PORT, a number from 0 (any free port) to 65535");
        System.exit(2);
    }
    var address = new InetSocketAddress("127.0.0.1", Integer.parseInt(args[0]));
    try {
        AsyncRuntime.run(scope -> {
            try (var listener = await(TcpListener.bind(address))) {
                IO.println("echo listens on " + listener.localAddress());
                while (true) {
                    scope.spawn(echo(await(listener.accept())));
                }
            }
        });
    } catch (BindException e) {
        System.err.println(e.getMessage());
        System.exit(1);
    }
}
