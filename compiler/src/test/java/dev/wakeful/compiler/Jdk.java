// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;

/// The commands of this JDK as processes of their own, and the compiler's jar as a build makes it.
final class Jdk {
    private Jdk() {}

    /// What a process printed, output and errors together, and how it ended.
    record Run(int exitCode, String output) {}

    static Run java(String... arguments) throws Exception {
        var command = new ArrayList<>(List.of("java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto"));
        command.addAll(List.of(arguments));
        return run("", command);
    }

    /// Runs a command of the JDK. It reads `input`.
    static Run run(String input, List<String> command) throws Exception {
        var words = new ArrayList<>(command);
        words.set(
                0,
                Path.of(System.getProperty("java.home"), "bin", command.getFirst())
                        .toString());
        Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
        try {
            try (var in = process.getOutputStream()) {
                in.write(input.getBytes(StandardCharsets.UTF_8));
            }
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Run(process.waitFor(), output);
        } finally {
            process.destroyForcibly();
        }
    }

    static String classPath() {
        return System.getProperty("java.class.path");
    }

    /// The compiler's jar: the same entries of the manifest as in its `pom.xml`.
    static Path compilerJar(Path folder) throws IOException {
        return jar(folder.resolve("wakeful-compiler.jar"), Path.of(Javac.processorPath()), """
            Main-Class: dev.wakeful.compiler.ClassFolders
            Premain-Class: dev.wakeful.compiler.Agent
            Agent-Class: dev.wakeful.compiler.Agent
            Launcher-Agent-Class: dev.wakeful.compiler.Agent
            Can-Retransform-Classes: true
            """);
    }

    static Path jar(Path jar, Path classes, String manifest) throws IOException {
        Path file = Files.writeString(jar.resolveSibling(jar.getFileName() + ".manifest"), manifest);
        int code = ToolProvider.findFirst("jar")
                .orElseThrow()
                .run(System.out, System.err, "cfm", jar.toString(), file.toString(), "-C", classes.toString(), ".");
        if (code != 0) {
            throw new IOException("jar ended with " + code);
        }
        return jar;
    }
}
