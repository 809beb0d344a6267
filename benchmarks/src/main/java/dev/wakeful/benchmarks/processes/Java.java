// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.benchmarks.processes;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Commands that start further processes.
final class Java {
    private static final Path TASKSET = Path.of("/usr/bin/taskset");

    private Java() {}

    /// A Java process of a class of ours, on the class path of this one.
    static List<String> command(Class<?> main, List<String> flags, String... words) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(words));
        return command;
    }

    /// The same command on the first processor alone, where the system can do that.
    static List<String> onOneProcessor(List<String> command) {
        if (!Files.isExecutable(TASKSET) || Runtime.getRuntime().availableProcessors() == 1) {
            return command;
        }
        var pinned = new ArrayList<>(List.of(TASKSET.toString(), "-c", "0"));
        pinned.addAll(command);
        return pinned;
    }

    /// Runs a process to its end.
    ///
    /// @return what it printed
    /// @throws IOException when it ends with another exit code than 0
    static String run(List<String> command) throws IOException, InterruptedException {
        return run(command, Path.of(""));
    }

    /// Runs a process in a folder to its end.
    ///
    /// @return what it printed
    /// @throws IOException when it ends with another exit code than 0
    static String run(List<String> command, Path folder) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .directory(folder.toAbsolutePath().toFile())
                .redirectErrorStream(true)
                .start();
        process.outputWriter().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int exitCode = process.waitFor();
        if (exitCode != 0) {
            throw new IOException("exit code " + exitCode + " of " + String.join(" ", command) + ": " + output);
        }
        return output;
    }

    /// Deletes a folder and what is in it, as far as that is possible.
    static void delete(Path folder) {
        try (var all = Files.walk(folder)) {
            all.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        } catch (IOException e) {
            System.err.println("left behind: " + folder);
        }
    }

    static boolean isInstalled(String tool) {
        for (String folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
            if (Files.isExecutable(Path.of(folder, tool))) {
                return true;
            }
        }
        return false;
    }
}
