// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.examples;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.regex.Pattern;

/// A server program on a free port of loopback.
final class Server implements AutoCloseable {
    /// How long a plain blocking read waits before the test says that the server hangs.
    static final int READ_WATCHDOG_MILLIS = 60_000;

    private static final Pattern LISTENS = Pattern.compile("\\w+ listens on /?127\\.0\\.0\\.1:(\\d+)");

    private final ExampleProcess process;
    private final int port;

    private Server(ExampleProcess process, int port) {
        this.process = process;
        this.port = port;
    }

    static Server start(String file) throws IOException {
        var process = ExampleProcess.run(file, "0");
        String line = process.readLine();
        var listens = LISTENS.matcher(String.valueOf(line));
        if (!listens.matches()) {
            process.close();
            throw new AssertionError(file + " did not say where it listens, but: " + line);
        }
        return new Server(process, Integer.parseInt(listens.group(1)));
    }

    int port() {
        return port;
    }

    InetSocketAddress address() {
        return new InetSocketAddress("127.0.0.1", port);
    }

    Socket connect() throws IOException {
        var socket = new Socket();
        socket.setSoTimeout(READ_WATCHDOG_MILLIS);
        socket.connect(address());
        return socket;
    }

    ExampleProcess process() {
        return process;
    }

    @Override
    public void close() {
        process.close();
    }
}
