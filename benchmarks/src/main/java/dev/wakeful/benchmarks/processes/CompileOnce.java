// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.benchmarks.processes;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import javax.tools.ToolProvider;

/// Calls javac once and prints what processor time the whole process took, in nanoseconds.
public final class CompileOnce {
    private CompileOnce() {}

    /// The entry of the process.
    ///
    /// @param words the arguments of javac
    public static void main(String[] words) {
        int code = ToolProvider.getSystemJavaCompiler().run(null, System.out, System.out, words);
        if (code != 0) {
            System.err.println("javac ended with " + code + " on " + Arrays.toString(words));
            System.exit(code);
        }
        if (ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system) {
            System.out.println(system.getProcessCpuTime());
        }
    }
}
