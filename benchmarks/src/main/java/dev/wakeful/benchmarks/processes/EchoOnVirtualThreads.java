// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.benchmarks.processes;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/// A virtual thread for each connection, which blocks.
final class EchoOnVirtualThreads {
    private EchoOnVirtualThreads() {}

    static void start(int size) throws IOException {
        var listener = new ServerSocket(0, 4096, InetAddress.getLoopbackAddress());
        EchoServer.listening(listener.getLocalPort());
        Thread.ofVirtual().start(() -> accept(listener, size));
    }

    private static void accept(ServerSocket listener, int size) {
        try (listener) {
            while (true) {
                Socket socket = listener.accept();
                Thread.ofVirtual().start(() -> echo(socket, size));
            }
        } catch (IOException e) {
            System.err.println("no more connections: " + e.getMessage());
        }
    }

    private static void echo(Socket socket, int size) {
        try (socket) {
            socket.setTcpNoDelay(true);
            byte[] buffer = new byte[size];
            var in = socket.getInputStream();
            var out = socket.getOutputStream();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                out.write(buffer, 0, n);
            }
        } catch (IOException e) {
            System.err.println("connection lost: " + e.getMessage());
        }
    }
}
