// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.cli;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A compiled Java file: a jar, the top-level types of the file in their order, and what javac said.
///
/// @param file the source
/// @param jar the classes, or `null` when the file does not compile
/// @param types the names of the file's top-level types
/// @param messages what javac printed
record Program(Path file, @Nullable Path jar, List<String> types, String messages) {
    boolean compiled() {
        return jar != null;
    }

    /// Runs the main method of the first type that has one, on this thread.
    ///
    /// @throws UsageException when no type has one
    /// @throws Throwable what the program threw
    void run(List<String> arguments) throws Throwable {
        ClassLoader loader = loader();
        Thread.currentThread().setContextClassLoader(loader);
        for (String type : types) {
            MainMethod main = MainMethod.of(Class.forName(type, false, loader));
            if (main != null) {
                main.invoke(arguments);
                return;
            }
        }
        throw new UsageException(
                1, file + " has no main method: write void main() or public static void main(String[] args)", null);
    }

    // Never closed: the program's threads may load classes for as long as the JVM lives.
    ClassLoader loader() throws IOException {
        if (jar == null) {
            throw new IllegalStateException("not compiled: " + file);
        }
        return new URLClassLoader(new URL[] {jar.toUri().toURL()}, Program.class.getClassLoader());
    }
}
