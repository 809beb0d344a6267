// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.cli;

import java.io.PrintStream;
import java.nio.file.Path;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;

/// Prints a line for each test, and for one that fails what it threw and how to run it again.
final class TestListener implements TestExecutionListener {
    private static final String REPLAY = "replay with ";

    private final PrintStream out;
    private final Path file;
    private int passed;
    private int failed;

    TestListener(PrintStream out, Path file) {
        this.out = out;
        this.file = file;
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        boolean successful = result.getStatus() == TestExecutionResult.Status.SUCCESSFUL;
        if (successful && !test.isTest()) {
            return; // a class or an engine says nothing unless it fails
        }
        if (successful) {
            passed++;
            out.println("passed  " + test.getDisplayName());
        } else {
            failed++;
            out.println("FAILED  " + test.getDisplayName());
            result.getThrowable().ifPresent(this::print);
        }
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
        out.println("skipped " + test.getDisplayName() + ": " + reason);
    }

    private void print(Throwable failure) {
        failure.toString().lines().forEach(line -> out.println("        " + line));
        for (StackTraceElement frame : failure.getStackTrace()) {
            if (file.endsWith(String.valueOf(frame.getFileName()))) {
                out.println("        at " + frame);
            }
        }
        for (Throwable note : failure.getSuppressed()) {
            String text = note.toString();
            if (text.startsWith(REPLAY)) {
                out.println("        replay with: wakeful test " + file + " " + text.substring(REPLAY.length()));
            }
        }
    }

    int tests() {
        return passed + failed;
    }

    /// Prints how many tests there were.
    ///
    /// @return whether all passed
    boolean summary() {
        out.println((passed + failed) + (passed + failed == 1 ? " test, " : " tests, ") + failed + " failed");
        return failed == 0;
    }
}
