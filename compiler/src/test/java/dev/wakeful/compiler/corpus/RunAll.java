// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler.corpus;

import dev.wakeful.Future;
import java.util.ArrayList;
import java.util.List;

/// Runs programs that are on the class path and prints what they do.
public final class RunAll {
    private RunAll() {}

    public static void main(String[] names) throws Exception {
        for (String name : names) {
            System.out.println(String.join("\n", run(RunAll.class.getClassLoader(), name)));
        }
    }

    /// What a program does when each of its futures is pending once.
    public static List<String> run(ClassLoader loader, String name) throws Exception {
        var probe = new Probe(n -> 1);
        String end;
        try {
            end = "result " + Probe.show(Blocking.await(program(loader, name, probe)));
        } catch (Throwable failure) {
            end = "thrown " + failure;
        }
        var trace = new ArrayList<String>(List.of(name));
        trace.addAll(probe.trace());
        trace.add(end);
        return trace;
    }

    /// The future of a program.
    public static Future<?> program(ClassLoader loader, String name, Probe probe) throws Exception {
        var method = Class.forName(name, true, loader).getDeclaredMethod("program", Probe.class);
        method.setAccessible(true);
        return (Future<?>) method.invoke(null, probe);
    }
}
