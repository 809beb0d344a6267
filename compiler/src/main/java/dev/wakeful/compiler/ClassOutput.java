// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.annotation.processing.FilerException;
import javax.annotation.processing.ProcessingEnvironment;
import javax.lang.model.element.TypeElement;
import javax.tools.Diagnostic;
import javax.tools.FileObject;
import javax.tools.JavaFileObject;
import javax.tools.StandardLocation;
import org.jspecify.annotations.Nullable;

/// Reads a class file that javac has just written, compiles it, and writes what comes out beside it.
///
/// Files are written as files; what a file manager keeps elsewhere, in memory, goes through the [Filer].
final class ClassOutput {
    private final ProcessingEnvironment environment;
    private final BlockPlaces places;

    ClassOutput(ProcessingEnvironment environment, BlockPlaces places) {
        this.environment = environment;
        this.places = places;
    }

    void compile(TypeElement type, @Nullable JavaFileObject source) {
        String name = environment.getElementUtils().getBinaryName(type).toString();
        try {
            FileObject written = find(type, name);
            Path path = path(written, name, source);
            List<Problem> problems = path == null ? compileElsewhere(type, name, written) : MachineFiles.compile(path);
            problems.forEach(problem -> report(problem, source));
            if (problems.stream().anyMatch(Problem::isRefusal)) {
                remove(written, path);
            }
        } catch (IOException e) {
            error("wakeful cannot reach the class file of " + name + ": " + e);
        } catch (IllegalArgumentException e) {
            error("wakeful cannot compile " + name + ": " + e.getMessage());
        }
    }

    /// A class that is refused must not be there for the next build, which would take it for up to date.
    private static void remove(FileObject written, @Nullable Path path) throws IOException {
        if (path == null) {
            written.delete();
        } else {
            Files.deleteIfExists(path);
        }
    }

    private void report(Problem problem, @Nullable JavaFileObject source) {
        if (!problem.isRefusal() || source == null || !places.report(problem, source)) {
            print(problem);
        }
    }

    private void print(Problem problem) {
        Diagnostic.Kind kind = problem.isRefusal() ? Diagnostic.Kind.ERROR : Diagnostic.Kind.NOTE;
        environment.getMessager().printMessage(kind, problem.toString());
    }

    private void error(String message) {
        environment.getMessager().printMessage(Diagnostic.Kind.ERROR, message);
    }

    private static byte[] read(FileObject file) throws IOException {
        try (InputStream in = file.openInputStream()) {
            return in.readAllBytes();
        }
    }

    private FileObject find(TypeElement type, String name) throws IOException {
        String relative = simpleName(name) + ".class";
        try {
            return environment.getFiler().getResource(StandardLocation.CLASS_OUTPUT, packageName(name), relative);
        } catch (FilerException severalModules) {
            return environment.getFiler().getResource(StandardLocation.CLASS_OUTPUT, inModule(type, name), relative);
        }
    }

    private String inModule(TypeElement type, String name) {
        return environment.getElementUtils().getModuleOf(type).getQualifiedName() + "/" + packageName(name);
    }

    private static String packageName(String name) {
        int dot = name.lastIndexOf('.');
        return dot < 0 ? "" : name.substring(0, dot);
    }

    private static String simpleName(String name) {
        return name.substring(name.lastIndexOf('.') + 1);
    }

    /// The file, or null when it is none. Without `-d`, javac writes beside the source, which the filer does not know.
    private static @Nullable Path path(FileObject file, String name, @Nullable JavaFileObject source) {
        Path found = asPath(file);
        Path written = source == null ? null : asPath(source);
        if (found == null || written == null || written.getParent() == null) {
            return found;
        }
        Path beside = written.resolveSibling(simpleName(name) + ".class");
        if (!Files.exists(beside)) {
            return found;
        }
        return Files.exists(found) && lastModified(found) >= lastModified(beside) ? found : beside;
    }

    private static long lastModified(Path path) {
        try {
            return Files.getLastModifiedTime(path).toMillis();
        } catch (IOException e) {
            return Long.MIN_VALUE;
        }
    }

    private static @Nullable Path asPath(FileObject file) {
        try {
            return Path.of(file.toUri());
        } catch (IllegalArgumentException | FileSystemNotFoundException inMemory) {
            return null;
        }
    }

    private List<Problem> compileElsewhere(TypeElement type, String name, FileObject host) throws IOException {
        AsyncCompiler.Result result = AsyncCompiler.compile(read(host));
        for (var one : result.classes().entrySet()) {
            String simple = one.getKey().substring(one.getKey().lastIndexOf('/') + 1);
            FileObject file = environment
                    .getFiler()
                    .createResource(StandardLocation.CLASS_OUTPUT, packageName(name), simple + ".class", type);
            try (OutputStream out = file.openOutputStream()) {
                out.write(one.getValue());
            }
        }
        return result.problems().isEmpty() ? result.notes() : result.problems();
    }
}
