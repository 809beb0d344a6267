// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.cli;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/// `wakeful test`: compiles one Java file with the async compiler and runs the tests in it.
final class TestCommand implements Command {
    private final PrintStream out;
    private final PrintStream err;

    TestCommand(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    @Override
    public String name() {
        return "test";
    }

    @Override
    public String operands() {
        return "FILE [--seed N] [--schedules N]";
    }

    @Override
    public String summary() {
        return "runs the tests of a Java file";
    }

    @Override
    public int run(List<String> arguments) throws Throwable {
        String name = operand(arguments);
        Path file = RunCommand.checked("test", name);
        Program program = Compilation.programOf(file);
        err.print(program.messages());
        if (!program.compiled()) {
            return 1;
        }
        var listener = new TestListener(out, file);
        ClassLoader loader = program.loader();
        Thread.currentThread().setContextClassLoader(loader);
        List<DiscoverySelector> classes = new ArrayList<>();
        for (String type : program.types()) {
            classes.add(selectClass(Class.forName(type, false, loader)));
        }
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(classes)
                                .build(),
                        listener);
        if (listener.tests() == 0) {
            throw new UsageException(1, file + " has no test: write a method with @AsyncTest in a class", null);
        }
        return listener.summary() ? 0 : 1;
    }

    /// Takes the options, and gives back the one word that is none.
    private static String operand(List<String> arguments) throws UsageException {
        String name = null;
        for (int at = 0; at < arguments.size(); at++) {
            String word = arguments.get(at);
            if (word.equals("--seed") || word.equals("--schedules")) {
                if (++at == arguments.size()) {
                    throw new UsageException("option " + word + " needs a number");
                }
                System.setProperty("wakeful." + word.substring(2), number(word, arguments.get(at)));
            } else if (word.startsWith("-D") && word.length() > 2) {
                RunCommand.define(word);
            } else if (word.startsWith("-")) {
                throw new UsageException(
                        "test has no option " + word + ", only --seed N, --schedules N and -Dname=value");
            } else if (name != null) {
                throw new UsageException("test takes one file, but was given " + name + " and " + word);
            } else {
                name = word;
            }
        }
        if (name == null) {
            throw new UsageException("test needs the name of a Java file: wakeful test FILE");
        }
        return name;
    }

    private static String number(String option, String text) throws UsageException {
        try {
            long number = Long.parseLong(text);
            if (number > 0 || option.equals("--seed")) {
                return text;
            }
        } catch (NumberFormatException malformed) {
            throw new UsageException(2, "option " + option + " needs a number, but was given " + text, malformed);
        }
        throw new UsageException("option " + option + " needs a positive number, but was given " + text);
    }
}
