// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The class files of a host and its machines, side by side in a folder.
final class MachineFiles {
    private static final String ENDING = ".class";

    private MachineFiles() {}

    /// Compiles a class file in place. When something is refused, all stays as it is.
    ///
    /// @return what is refused or noted
    /// @throws IllegalArgumentException when it cannot be compiled
    static List<Problem> compile(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        AsyncCompiler.Result result = AsyncCompiler.compile(bytes);
        write(file, result.classes());
        if (result.problems().isEmpty() && !BlocksAttribute.isNamedIn(bytes)) {
            removeFrom(file, Math.max(result.classes().size() - 1, 0));
        }
        return result.problems().isEmpty() ? result.notes() : result.problems();
    }

    /// The host comes last: it says that the class is done, and a build that is killed before that can be run again.
    private static void write(Path host, Map<String, byte[]> made) throws IOException {
        var classes = new ArrayList<>(made.entrySet());
        for (Map.Entry<String, byte[]> one : classes.reversed()) {
            String simple = one.getKey().substring(one.getKey().lastIndexOf('/') + 1);
            Files.write(host.resolveSibling(simple + ENDING), one.getValue());
        }
    }

    /// Removes machines of blocks that an earlier build had and this one has not. They are numbered without gaps.
    private static void removeFrom(Path host, int first) throws IOException {
        String file = host.getFileName().toString();
        String name = file.substring(0, file.length() - ENDING.length()) + Names.INFIX;
        int number = first;
        while (isMachine(host.resolveSibling(name + number + ENDING))) {
            Files.delete(host.resolveSibling(name + number + ENDING));
            number++;
        }
    }

    /// A class of the user's may have such a name as well.
    private static boolean isMachine(Path file) throws IOException {
        return Files.exists(file) && Bytes.contain(Files.readAllBytes(file), "dev/wakeful/machine/Machine");
    }
}
