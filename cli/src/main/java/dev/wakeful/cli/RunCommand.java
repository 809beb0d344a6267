// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.cli;

import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/// `wakeful run`: compiles one Java file with the async compiler and runs it, as `java FILE` does without.
final class RunCommand implements Command {
    private final PrintStream err;

    RunCommand(PrintStream err) {
        this.err = err;
    }

    @Override
    public String name() {
        return "run";
    }

    @Override
    public String operands() {
        return "[-Dname=value] FILE [ARGS...]";
    }

    @Override
    public String summary() {
        return "runs a Java file whose blocks await";
    }

    @Override
    public int run(List<String> arguments) throws Throwable {
        int at = 0;
        while (at < arguments.size() && arguments.get(at).startsWith("-")) {
            setProperty(arguments.get(at++));
        }
        if (at == arguments.size()) {
            throw new UsageException("run needs the name of a Java file: wakeful run FILE [ARGS...]");
        }
        Path file = checked("run", arguments.get(at));
        boolean steps = "block".equals(System.getProperty("wakeful.await")); // blocks are to have threads of their own
        Program program = Compilation.programOf(file, !steps);
        err.print(program.messages());
        if (!program.compiled()) {
            return 1;
        }
        program.run(arguments.subList(at + 1, arguments.size()));
        return 0;
    }

    private static void setProperty(String option) throws UsageException {
        if (!option.startsWith("-D") || option.length() == 2) {
            throw new UsageException("run has no option " + option + ", only -Dname=value");
        }
        define(option);
    }

    /// Sets the system property of an option `-Dname=value`.
    static void define(String option) throws UsageException {
        int equals = option.indexOf('=');
        if (equals < 0) {
            System.setProperty(option.substring(2), "");
        } else if (equals > 2) {
            System.setProperty(option.substring(2, equals), option.substring(equals + 1));
        } else {
            throw new UsageException("option " + option + " names no property");
        }
    }

    /// The Java file of an operand, for `command`.
    static Path checked(String command, String name) throws UsageException {
        Path file;
        try {
            file = Path.of(name);
        } catch (InvalidPathException e) {
            throw new UsageException(2, "there is no file " + name, e);
        }
        if (name.isEmpty() || !Files.exists(file)) {
            throw new UsageException("there is no file " + (name.isEmpty() ? "with an empty name" : name));
        }
        if (Files.isDirectory(file)) {
            throw new UsageException(name + " is a directory, " + command + " needs a Java file");
        }
        if (!name.endsWith(".java")) {
            throw new UsageException(name + " is no Java file, its name would end with .java");
        }
        if (!Files.isReadable(file)) {
            throw new UsageException(name + " cannot be read, its permissions forbid it");
        }
        return file;
    }
}
