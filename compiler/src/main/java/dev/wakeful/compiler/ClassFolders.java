// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// The door for class files that another compiler has written: compiles the async blocks of whole folders, in place.
///
/// ```
/// java -jar wakeful-compiler.jar build/classes/kotlin/main
/// ```
///
/// Classes that were compiled before are left alone, so a second run changes nothing.
public final class ClassFolders {
    private ClassFolders() {}

    /// Compiles the folders named by the arguments, and ends the JVM with 1 when something is refused.
    ///
    /// @param folders the folders
    public static void main(String[] folders) {
        if (folders.length == 0) {
            System.err.println("usage: java -jar wakeful-compiler.jar FOLDER..., folders of class files");
            System.exit(2);
        }
        boolean clean = true;
        for (String folder : folders) {
            try {
                clean &= compile(Path.of(folder), System.err);
            } catch (NoSuchFileException | NotDirectoryException e) {
                System.err.println("wakeful: no folder of class files: " + e.getMessage());
                clean = false;
            } catch (IOException e) {
                System.err.println("wakeful: " + e);
                clean = false;
            }
        }
        System.exit(clean ? 0 : 1);
    }

    /// Compiles the class files below a folder. A class in which something is refused stays as it is.
    ///
    /// @param folder the folder
    /// @param messages where refusals are printed
    /// @return whether nothing was refused
    /// @throws IOException when a file cannot be read or written
    public static boolean compile(Path folder, PrintStream messages) throws IOException {
        if (!Files.exists(folder)) {
            throw new NoSuchFileException(folder.toString());
        }
        if (!Files.isDirectory(folder)) {
            throw new NotDirectoryException(folder.toString());
        }
        List<Path> files;
        try (Stream<Path> all = Files.walk(folder)) {
            files = all.filter(file -> file.toString().endsWith(".class"))
                    .sorted()
                    .toList();
        }
        boolean clean = true;
        for (Path file : files) {
            clean &= compileFile(file, messages);
        }
        return clean;
    }

    private static boolean compileFile(Path file, PrintStream messages) throws IOException {
        AsyncCompiler.Result result;
        try {
            result = AsyncCompiler.compile(Files.readAllBytes(file));
        } catch (IllegalArgumentException malformed) {
            messages.println("wakeful: cannot read " + file + ": " + malformed.getMessage());
            return false;
        }
        result.problems().forEach(messages::println);
        for (var made : result.classes().entrySet()) {
            String simple = made.getKey().substring(made.getKey().lastIndexOf('/') + 1);
            Files.write(file.resolveSibling(simple + ".class"), made.getValue());
        }
        return result.problems().isEmpty();
    }
}
