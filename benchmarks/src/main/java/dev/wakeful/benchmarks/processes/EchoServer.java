// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.benchmarks.processes;

import com.sun.management.ThreadMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;

/// A process that echoes what it is sent, with the means of one contestant and one thread. It prints the port it
/// listens at, answers each line of its input with the bytes that it has allocated so far, and ends with its input.
public final class EchoServer {
    private EchoServer() {}

    /// The entry of the process.
    ///
    /// @param words the contestant
    /// @throws Exception when the server cannot be started
    public static void main(String[] words) throws Exception {
        switch (words[0]) {
            case "wakeful" -> EchoOnWakeful.start();
            case "virtualThreads" -> EchoOnVirtualThreads.start();
            case "nettyNio" -> EchoOnNetty.start(false);
            case "nettyEpoll" -> EchoOnNetty.start(true);
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
        while (lines.readLine() != null) {
            System.out.println("bytes " + threads.getTotalThreadAllocatedBytes());
        }
    }
}
