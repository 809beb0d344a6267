// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.checks;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Where the project's files and classes are.
final class Project {
    static final Path ROOT = Path.of(System.getProperty("wakeful.root"));

    /// The modules whose run-time dependencies, locks and clocks are limited.
    static final List<String> LIBRARIES = List.of("core", "io", "sync", "time", "net", "os", "runtime");

    private static final Set<String> OTHERS = Set.of("testkit", "console", "compiler", "cli");
    private static final Set<String> SKIPPED_FOLDERS = Set.of("target", "node_modules");

    private Project() {}

    /// The libraries, the test kit, the compiler and the command line, as far as they have code.
    static List<String> modules() {
        return Stream.concat(LIBRARIES.stream(), OTHERS.stream().sorted())
                .filter(module -> Files.exists(classFolder(module).resolve("module-info.class")))
                .toList();
    }

    static Path classFolder(String module) {
        return ROOT.resolve(module).resolve("target/classes");
    }

    static JavaClasses classes(List<String> modules) {
        return new ClassFileImporter()
                .importPaths(modules.stream()
                        .map(Project::classFolder)
                        .filter(Files::exists)
                        .toList());
    }

    static JavaClasses allClasses() {
        return classes(modules());
    }

    /// The class files of some modules.
    static List<Path> classFiles(List<String> modules) throws IOException {
        List<Path> found = new ArrayList<>();
        for (String module : modules) {
            if (Files.exists(classFolder(module))) {
                try (Stream<Path> tree = Files.walk(classFolder(module))) {
                    tree.filter(file -> file.toString().endsWith(".class"))
                            .sorted()
                            .forEach(found::add);
                }
            }
        }
        return found;
    }

    static ModuleDescriptor descriptor(String module) throws IOException {
        try (InputStream in = Files.newInputStream(classFolder(module).resolve("module-info.class"))) {
            return ModuleDescriptor.read(in);
        }
    }

    /// The packages that a module exports to everybody.
    static Set<String> exportedPackages(String module) throws IOException {
        return descriptor(module).exports().stream()
                .filter(export -> !export.isQualified())
                .map(ModuleDescriptor.Exports::source)
                .collect(Collectors.toSet());
    }

    /// The types in the packages that a module exports to everybody.
    static List<Class<?>> exportedTypes(String module) throws IOException, ClassNotFoundException {
        Set<String> exported = exportedPackages(module);
        List<Class<?>> types = new ArrayList<>();
        for (Path file : classFiles(List.of(module))) {
            String name = className(module, file);
            if (name.contains(".")
                    && exported.contains(name.substring(0, name.lastIndexOf('.')))
                    && !name.endsWith("-info")) {
                types.add(Class.forName(name, false, Project.class.getClassLoader()));
            }
        }
        if (types.isEmpty() && !exported.isEmpty()) {
            throw new IllegalStateException(module + " exports " + exported + ", but no class of it was found");
        }
        return types;
    }

    private static String className(String module, Path file) {
        String path = classFolder(module).relativize(file).toString();
        return path.substring(0, path.length() - ".class".length())
                .replace('/', '.')
                .replace('\\', '.');
    }

    /// The files of the project that somebody wrote: everything but build output and hidden folders other than `.ci`.
    static List<Path> writtenFiles() throws IOException {
        List<Path> found = new ArrayList<>();
        Files.walkFileTree(ROOT, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                String name = folder.getFileName().toString();
                boolean skipped = SKIPPED_FOLDERS.contains(name)
                        || name.startsWith("jcstress-results")
                        || (name.startsWith(".") && !name.equals(".ci") && !name.equals(".mvn"));
                return skipped && !folder.equals(ROOT) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (!file.getFileName().toString().equals(".git")) {
                    found.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return found.stream().sorted().toList();
    }
}
