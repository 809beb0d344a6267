// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler.corpus;

/// Runs a program whose futures are all pending as often as the second argument says, and prints what comes out.
public final class RunOne {
    private RunOne() {}

    public static void main(String[] arguments) throws Exception {
        int pendings = Integer.parseInt(arguments[1]);
        var probe = new Probe(n -> pendings);
        System.out.println(Blocking.await(RunAll.program(RunOne.class.getClassLoader(), arguments[0], probe)));
    }
}
