// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The door for class files that another compiler has written: compiles the async blocks of whole folders, in place.
///
/// ```
/// java -jar wakeful-compiler.jar build/classes/kotlin/main
/// ```
///
/// Classes that were compiled before are left alone, so a second run changes nothing.
public final class ClassFolders {
    private static final String USAGE = """
        usage: java -jar wakeful-compiler.jar FOLDER...
          compiles the async blocks of the class files in each folder, in place
          exit code: 0 when all is compiled, 1 when something is refused or cannot be read, 2 when it is called wrongly\
        """;

    private ClassFolders() {}

    /// Compiles the folders named by the arguments, and ends the JVM: with 1 when something is refused or cannot be
    /// read, with 2 when no folders are named.
    ///
    /// @param folders the folders
    public static void main(String[] folders) {
        System.exit(run(List.of(folders), System.out, System.err));
    }

    /// The command: the exit code.
    static int run(List<String> words, PrintStream out, PrintStream err) {
        if (words.contains("--help") || words.contains("-h")) {
            out.println(USAGE);
            return 0;
        }
        Optional<String> option =
                words.stream().filter(word -> word.startsWith("-")).findFirst();
        if (words.isEmpty() || option.isPresent()) {
            option.ifPresent(word -> err.println("wakeful: there is no option " + word));
            err.println(USAGE);
            return 2;
        }
        boolean clean = true;
        for (String folder : words) {
            try {
                clean &= compile(Path.of(folder), err);
            } catch (InvalidPathException | NoSuchFileException | NotDirectoryException e) {
                err.println("wakeful: " + folder + " is no folder of class files");
                clean = false;
            } catch (IOException e) {
                err.println("wakeful: cannot compile the folder " + folder + ": " + e);
                clean = false;
            }
        }
        return clean ? 0 : 1;
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
            // a machine of an earlier run, removed with its host's
            clean &= !Files.exists(file) || compileFile(file, messages);
        }
        return clean;
    }

    private static boolean compileFile(Path file, PrintStream messages) throws IOException {
        try {
            List<Problem> problems = MachineFiles.compile(file);
            problems.forEach(messages::println);
            return problems.stream().noneMatch(Problem::isRefusal);
        } catch (RuntimeException failed) {
            messages.println("wakeful: cannot compile " + file + ": " + failed.getMessage());
            return false;
        }
    }
}
