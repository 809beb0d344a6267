// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// What a call of the command printed and ended with.
record Called(int exitCode, String out, String err) {
    static Called with(String... words) throws Throwable {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        int exitCode = new Main(printer(out), printer(err)).run(List.of(words));
        return new Called(exitCode, text(out), text(err));
    }

    private static PrintStream printer(ByteArrayOutputStream to) {
        return new PrintStream(to, true, StandardCharsets.UTF_8);
    }

    private static String text(ByteArrayOutputStream of) {
        return of.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
    }
}
