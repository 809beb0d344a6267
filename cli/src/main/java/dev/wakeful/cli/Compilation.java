// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.cli;

import com.sun.source.util.JavacTask;
import com.sun.source.util.TaskEvent;
import com.sun.source.util.TaskListener;
import java.io.IOException;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Stream;
import javax.annotation.processing.Processor;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/// Compiles a Java file, and the files beside it that it uses, with javac and the async compiler; or takes what an
/// earlier call left in the cache.
final class Compilation {
    private final Path file;
    private final JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
    private final Set<Path> sources = new LinkedHashSet<>();

    private final boolean async;

    private Compilation(Path file, boolean async) {
        this.file = file;
        this.async = async;
    }

    /// The program, compiled now or before.
    ///
    /// @throws IOException when a temporary folder cannot be written
    static Program programOf(Path file) throws IOException {
        return programOf(file, true);
    }

    /// The program, with its blocks compiled or left as they are.
    ///
    /// @throws IOException when a temporary folder cannot be written
    static Program programOf(Path file, boolean async) throws IOException {
        ProgramCache cache = new ProgramCache(file, async);
        Program program = cache.find();
        return program == null ? new Compilation(file, async).compile(cache) : program;
    }

    private Program compile(ProgramCache cache) throws IOException {
        Path classes = Files.createTempDirectory("wakeful-");
        try (StandardJavaFileManager files = javac.getStandardFileManager(null, Locale.ROOT, StandardCharsets.UTF_8)) {
            Outline outline = Outline.of(task(files, Writer.nullWriter(), List.of()));
            StringWriter messages = new StringWriter();
            JavacTask task = task(files, messages, options(outline, classes));
            task.setProcessors(async ? asyncCompiler() : List.of());
            task.addTaskListener(new SourceListener());
            if (!task.call()) {
                return new Program(file, null, outline.types(), messages.toString());
            }
            Path jar = cache.store(classes, sources, outline.types(), messages.toString());
            return new Program(file, jar, outline.types(), messages.toString());
        } finally {
            deleteAll(classes);
        }
    }

    private JavacTask task(StandardJavaFileManager files, Writer messages, List<String> options) {
        return (JavacTask) javac.getTask(messages, files, null, options, null, files.getJavaFileObjects(file));
    }

    private List<String> options(Outline outline, Path classes) {
        String sourcePath = outline.sourceRoot(file).map(Path::toString).orElse("");
        return List.of(
                "-d",
                classes.toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "-sourcepath",
                sourcePath,
                "-implicit:class",
                "-proc:full",
                "-g");
    }

    private static List<Processor> asyncCompiler() {
        return ServiceLoader.load(Processor.class).stream()
                .filter(provider -> provider.type().getName().startsWith("dev.wakeful."))
                .map(ServiceLoader.Provider::get)
                .toList();
    }

    private static void deleteAll(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    /// Notes which files javac reads.
    private final class SourceListener implements TaskListener {
        @Override
        public void finished(TaskEvent event) {
            if (event.getKind() == TaskEvent.Kind.PARSE) {
                sources.add(Path.of(event.getSourceFile().toUri()));
            }
        }
    }
}
