// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.cli;

import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;

/// The entry of `wakeful`: finds the command that the first word names.
public final class Main {
    private final PrintStream out;
    private final PrintStream err;
    private final Map<String, Command> commands = new TreeMap<>();

    Main(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
        add(new DumpCommand(out, DumpCommand.PATIENCE));
        add(new RunCommand(err));
        add(new TestCommand(out, err));
        ServiceLoader.load(Command.class).forEach(this::add);
    }

    /// Carries out what the words say and ends the JVM, unless the exit code is 0 and threads of the program go on.
    ///
    /// @param words the command and its arguments
    /// @throws Throwable what a program of the user's threw, for the JVM to report
    public static void main(String[] words) throws Throwable {
        int exitCode = new Main(System.out, System.err).run(Arrays.asList(words));
        if (exitCode != 0) {
            System.exit(exitCode);
        }
    }

    int run(List<String> words) throws Throwable {
        if (words.isEmpty()) {
            help(err);
            return 2;
        }
        String word = words.getFirst();
        return switch (word) {
            case "help", "--help", "-h" -> {
                help(out);
                yield 0;
            }
            case "version", "--version" -> {
                out.println("wakeful " + version() + " on Java " + Runtime.version());
                yield 0;
            }
            default -> runCommand(word, words.subList(1, words.size()));
        };
    }

    private int runCommand(String word, List<String> arguments) throws Throwable {
        Command command = commands.get(word);
        if (command == null) {
            err.println("wakeful: there is no command " + word + "; wakeful help lists those there are");
            return 2;
        }
        try {
            return command.run(arguments);
        } catch (UsageException e) {
            err.println("wakeful: " + e.getMessage());
            return e.exitCode();
        }
    }

    private void add(Command command) {
        commands.put(command.name(), command);
    }

    private void help(PrintStream to) {
        to.println("Usage:");
        for (Command command : commands.values()) {
            to.printf("  %-45s %s%n", "wakeful " + command.name() + " " + command.operands(), command.summary());
        }
        to.printf("  %-45s %s%n", "wakeful help", "shows this");
        to.printf("  %-45s %s%n", "wakeful --version", "shows the version");
    }

    private static String version() {
        String version = Main.class.getPackage().getImplementationVersion();
        return version == null ? "(not packaged)" : version;
    }
}
