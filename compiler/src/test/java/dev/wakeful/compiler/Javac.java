// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import java.io.StringWriter;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/// javac as a build calls it: the compiler on the processor path, and nothing else said.
final class Javac {
    private Javac() {}

    record Run(boolean succeeded, String output) {}

    static Run run(String... arguments) {
        var options = new ArrayList<String>();
        var files = new ArrayList<String>();
        for (String argument : arguments) {
            (argument.endsWith(".java") ? files : options).add(argument);
        }
        int classPath = options.indexOf("--class-path");
        String own = System.getProperty("java.class.path");
        if (classPath < 0) {
            options.addAll(List.of("--class-path", own));
        } else {
            options.set(classPath + 1, options.get(classPath + 1) + java.io.File.pathSeparator + own);
        }
        options.addAll(List.of("-processorpath", processorPath()));
        JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
        var output = new StringWriter();
        try (var manager = javac.getStandardFileManager(null, Locale.ROOT, null)) {
            boolean succeeded = javac.getTask(
                            output,
                            manager,
                            null,
                            options,
                            null,
                            manager.getJavaFileObjects(files.toArray(String[]::new)))
                    .call();
            return new Run(succeeded, output.toString());
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    static String processorPath() {
        try {
            return Path.of(WakefulProcessor.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }
}
