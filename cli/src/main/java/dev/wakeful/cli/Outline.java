// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.cli;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What can be said of a Java file by reading it alone.
///
/// @param packageName the package, empty for the unnamed one
/// @param types the names of the top-level types in their order; that of a compact source file is the file's name
record Outline(String packageName, List<String> types) {
    /// Reads the file that `task` was made for.
    static Outline of(JavacTask task) throws IOException {
        for (CompilationUnitTree unit : task.parse()) {
            String packageName =
                    unit.getPackageName() == null ? "" : unit.getPackageName().toString();
            List<String> types = new ArrayList<>();
            for (Tree type : unit.getTypeDecls()) {
                if (type instanceof ClassTree named) {
                    types.add(
                            packageName.isEmpty()
                                    ? "" + named.getSimpleName()
                                    : packageName + "." + named.getSimpleName());
                }
            }
            return new Outline(packageName, types);
        }
        return new Outline("", List.of());
    }

    /// The folder that the folders of the package stand in, where javac finds further files; empty when `file` is not
    /// in a folder named after its package.
    Optional<Path> sourceRoot(Path file) {
        Path folder = file.toAbsolutePath().normalize().getParent();
        Path inRoot = Path.of(packageName.replace('.', '/'));
        if (folder == null || packageName.isEmpty()) {
            return Optional.ofNullable(folder);
        }
        if (!folder.endsWith(inRoot)) {
            return Optional.empty();
        }
        Path root = folder;
        for (int i = 0; i < inRoot.getNameCount() && root != null; i++) {
            root = root.getParent();
        }
        return Optional.ofNullable(root);
    }
}
