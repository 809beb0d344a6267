// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.annotation.processing.FilerException;
import javax.annotation.processing.ProcessingEnvironment;
import javax.lang.model.element.PackageElement;
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
    private static final String ENDING = ".class";

    private final ProcessingEnvironment environment;
    private final BlockPlaces places;

    /// Where the classes of each package are written, once it is known that they are files there.
    private final Map<PackageElement, Path> folders = new HashMap<>();

    private @Nullable JavaFileObject lastSource;
    private @Nullable Path lastFolder;

    ClassOutput(ProcessingEnvironment environment, BlockPlaces places) {
        this.environment = environment;
        this.places = places;
    }

    void compile(TypeElement type, @Nullable JavaFileObject source) {
        String name = environment.getElementUtils().getBinaryName(type).toString();
        try {
            PackageElement inPackage = environment.getElementUtils().getPackageOf(type);
            Path folder = folders.get(inPackage);
            FileObject written = folder == null ? find(type, name) : null;
            Path found = folder == null
                    ? asPath(Objects.requireNonNull(written))
                    : folder.resolve(simpleName(name) + ENDING);
            if (found != null) {
                folders.put(inPackage, Objects.requireNonNull(found.getParent()));
                Path file = path(found, name, source);
                if (isRefused(MachineFiles.compile(file), source)) {
                    Files.deleteIfExists(file);
                }
            } else if (written != null && isRefused(compileElsewhere(type, name, written), source)) {
                written.delete();
            }
        } catch (IOException e) {
            error("wakeful cannot reach the class file of " + name + ": " + e);
        } catch (IllegalArgumentException e) {
            error("wakeful cannot compile " + name + ": " + e.getMessage());
        }
    }

    /// Reports what is refused or noted. A class that is refused must not be there for the next build, which would take
    /// it for up to date.
    private boolean isRefused(List<Problem> problems, @Nullable JavaFileObject source) {
        boolean isRefused = false;
        for (Problem problem : problems) {
            report(problem, source);
            isRefused |= problem.isRefusal();
        }
        return isRefused;
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
        String relative = simpleName(name) + ENDING;
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

    /// The file. Without `-d`, javac writes beside the source, which the filer does not know.
    private Path path(Path found, String name, @Nullable JavaFileObject source) {
        Path folder = source == null ? null : folderOf(source);
        if (folder == null) {
            return found;
        }
        Path beside = folder.resolve(simpleName(name) + ENDING);
        if (!Files.exists(beside)) {
            return found;
        }
        return Files.exists(found) && lastModified(found) >= lastModified(beside) ? found : beside;
    }

    /// The folder of a source file. The classes of one file come one after the other.
    private @Nullable Path folderOf(JavaFileObject source) {
        if (source != lastSource) {
            Path file = asPath(source);
            lastSource = source;
            lastFolder = file == null ? null : file.getParent();
        }
        return lastFolder;
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
                    .createResource(StandardLocation.CLASS_OUTPUT, packageName(name), simple + ENDING, type);
            try (OutputStream out = file.openOutputStream()) {
                out.write(one.getValue());
            }
        }
        return result.problems().isEmpty() ? result.notes() : result.problems();
    }
}
