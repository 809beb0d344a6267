// SPDX-License-Identifier: Apache-2.0
// A minimal HTTP/1.1 responder that curl and a browser can talk to: it reads request heads, answers each with a line of
// text, and keeps the connection open until the peer closes it or asks to.
//
//     ./wakeful run examples/WebHello.java 8080
//     curl http://127.0.0.1:8080/some/path
import static dev.wakeful.Async.*;

import dev.wakeful.*;
import dev.wakeful.net.*;
import dev.wakeful.runtime.*;
import dev.wakeful.time.*;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

static final int MAX_HEAD = 8192;

/// Reads up to the blank line that ends the head of a request; `null` when the peer has closed between requests. What
/// came behind the head stays in the buffer.
Future<String> readHead(TcpStream socket, ByteBuffer buffer) {
    return async(() -> {
        while (true) {
            String text = StandardCharsets.ISO_8859_1
                    .decode(buffer.duplicate().flip())
                    .toString();
            int end = text.indexOf("\r\n\r\n");
            if (end >= 0) {
                buffer.flip().position(end + 4);
                buffer.compact();
                return text.substring(0, end);
            }
            if (!buffer.hasRemaining()) {
                throw new IOException("the head of the request is longer than " + MAX_HEAD + " bytes");
            }
            if (await(socket.read(buffer)) < 0) {
                return null;
            }
        }
    });
}

ByteBuffer response(String head) {
    String[] request = head.lines().findFirst().orElse("").split(" ");
    boolean understood = request.length == 3 && request[2].startsWith("HTTP/1.");
    String body = understood ? "Hello from " + request[1] + "\n" : "That is no HTTP/1.1 request\n";
    String text = "HTTP/1.1 " + (understood ? "200 OK" : "400 Bad Request") + "\r\n"
            + "Content-Type: text/plain; charset=utf-8\r\n"
            + "Content-Length: " + body.getBytes(StandardCharsets.UTF_8).length + "\r\n"
            + (understood ? "" : "Connection: close\r\n")
            + "\r\n"
            + (understood && request[0].equals("HEAD") ? "" : body);
    return StandardCharsets.UTF_8.encode(text);
}

boolean asksToClose(String head) {
    return head.lines().anyMatch(line -> line.equalsIgnoreCase("Connection: close"))
            || !head.lines().findFirst().orElse("").endsWith("HTTP/1.1");
}

Future<Void> serve(TcpStream socket) {
    return async(() -> {
        try (socket) {
            var buffer = ByteBuffer.allocate(MAX_HEAD);
            while (true) {
                String head = await(Time.timeout(Duration.ofSeconds(30), readHead(socket, buffer)));
                if (head == null) {
                    return;
                }
                await(socket.writeAll(response(head)));
                if (asksToClose(head)) {
                    await(socket.shutdownOutput());
                    return;
                }
            }
        } catch (IOException | TimeoutException e) {
            System.err.println("connection lost: " + e.getMessage());
        }
    });
}

void main(String[] args) throws Exception {
    if (args.length != 1 || !args[0].matches("\\d{1,5}") || Integer.parseInt(args[0]) > 65535) {
        System.err.println("usage: WebHello PORT, a number from 0 (any free port) to 65535");
        System.exit(2);
    }
    var address = new InetSocketAddress("127.0.0.1", Integer.parseInt(args[0]));
    try {
        AsyncRuntime.run(scope -> {
            try (var listener = await(TcpListener.bind(address))) {
                IO.println("hello listens on " + listener.localAddress());
                while (true) {
                    scope.spawn(serve(await(listener.accept())));
                }
            }
        });
    } catch (BindException e) {
        System.err.println(e.getMessage());
        System.exit(1);
    }
}
