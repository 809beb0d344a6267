// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.benchmarks.processes;

import com.sun.management.ThreadMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;

/// A process that echoes what it is sent, with the means of one contestant and one thread. It prints the port it
/// listens at, answers each line of its input with the bytes that it has allocated so far, after a collection where the
/// line says `collect`, and ends with its input.
public final class EchoServer {
    private EchoServer() {}

    /// The entry of the process.
    ///
    /// @param words the contestant, and the bytes of a buffer that a connection keeps
    /// @throws Exception when the server cannot be started
    public static void main(String[] words) throws Exception {
        int buffer = Integer.parseInt(words[1]);
        switch (words[0]) {
            case "wakeful" -> EchoOnWakeful.start(buffer);
            case "virtualThreads" -> EchoOnVirtualThreads.start(buffer);
            case "nettyNio" -> EchoOnNetty.start(false);
            case "nettyEpoll" -> EchoOnNetty.start(true);
            case "vertx" -> EchoOnVertx.start();
            default -> throw new IllegalArgumentException("there is no echo server of " + words[0]);
        }
        answer();
        System.exit(0);
    }

    static void listening(int port) {
        System.out.println("port " + port);
    }

    private static void answer() throws IOException {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.equals("collect")) {
                System.gc();
            }
            System.out.println("bytes " + threads.getTotalThreadAllocatedBytes());
        }
    }
}
