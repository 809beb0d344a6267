// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.benchmarks;

import dev.wakeful.benchmarks.workload.Effort;
import dev.wakeful.benchmarks.workload.Workload;
import java.io.Console;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Runs workloads, prints a table for each, and writes all of them as JSON and as a chart.
public final class Bench {
    private static final String USAGE =
            "bench [--list] [--quick] [--rounds=N] [--out=FOLDER] [NAME...], where NAME is a workload or how its name"
                    + " begins";

    private final PrintStream out;
    private final List<String> names = new ArrayList<>();
    private Effort effort = Effort.FULL;
    private int rounds;
    private Path folder =
            Path.of(System.getProperty("wakeful.cache", "target/x")).resolveSibling("bench");
    private boolean list;

    /// A run that has not begun.
    ///
    /// @param out where the tables go
    public Bench(PrintStream out) {
        this.out = out;
    }

    /// The entry without the launcher.
    ///
    /// @param words options and names
    /// @throws Exception when a workload could not be measured
    public static void main(String[] words) throws Exception {
        try {
            new Bench(System.out).run(List.of(words));
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(2);
        }
    }

    /// Runs what the words say.
    ///
    /// @param words options and names
    /// @throws Exception when a workload could not be measured
    /// @throws IllegalArgumentException when a word is neither an option nor the beginning of a workload's name
    public void run(List<String> words) throws Exception {
        words.forEach(this::take);
        List<Workload> chosen = chosen(Workloads.all());
        if (list) {
            chosen.forEach(each -> out.printf("%-22s %s%n", each.name(), each.summary()));
            return;
        }
        Effort whole = rounds == 0 ? effort : effort.withRounds(rounds);
        var facts = Environment.facts(whole);
        facts.forEach((name, fact) -> out.println(name + ": " + fact));
        var reports = new ArrayList<Report>();
        for (Workload workload : chosen) {
            Report report = Interleaved.run(workload, whole, this::progress);
            reports.add(report);
            out.println();
            out.print(Table.of(report));
        }
        write("results.json", Json.of(facts, reports));
        write("chart.svg", Chart.of(reports));
    }

    private void take(String word) {
        switch (word) {
            case "--list" -> list = true;
            case "--quick" -> effort = Effort.QUICK;
            default -> {
                if (word.startsWith("--rounds=")) {
                    rounds = rounds(word.substring("--rounds=".length()));
                } else if (word.startsWith("--out=")) {
                    folder = Path.of(word.substring("--out=".length()));
                } else if (word.startsWith("-")) {
                    throw new IllegalArgumentException("bench knows no option " + word + "; it is " + USAGE);
                } else {
                    names.add(word);
                }
            }
        }
    }

    private static int rounds(String number) {
        if (!number.matches("[1-9][0-9]{0,3}")) {
            throw new IllegalArgumentException("rounds must be a number from 1 to 9999, but was " + number);
        }
        return Integer.parseInt(number);
    }

    private List<Workload> chosen(List<Workload> all) {
        if (names.isEmpty()) {
            return all;
        }
        for (String name : names) {
            if (all.stream().noneMatch(each -> each.name().startsWith(name))) {
                throw new IllegalArgumentException(
                        "there is no workload " + name + "; bench --list shows those there are");
            }
        }
        return all.stream()
                .filter(each -> names.stream().anyMatch(each.name()::startsWith))
                .toList();
    }

    /// Only to a person: on a terminal, over the same line.
    @SuppressWarnings("SystemConsoleNull") // JDK 25 gives null again where there is no terminal
    private void progress(String what) {
        Console console = System.console();
        if (console != null && console.isTerminal()) {
            System.err.printf("\r%-70s\r", what);
        }
    }

    private void write(String file, String text) throws IOException {
        Files.createDirectories(folder);
        Path path = folder.resolve(file);
        Files.writeString(path, text);
        out.println((file.endsWith("json") ? "\n" : "") + "written: " + path);
    }
}
