// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.checks.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SourceFormatTest {
    private static final Path ROOT = Path.of(System.getProperty("wakeful.root"));
    private static final String MODE = System.getProperty("wakeful.format");
    private static final String ONLY = System.getProperty("wakeful.format.only");
    private static final Set<String> SKIPPED_FOLDERS = Set.of("target", "node_modules", "not-java");

    private final SourceFormat format = new SourceFormat();

    @Test
    void everyFileOfTheProjectIsFormatted() throws Exception {
        assumeFalse(MODE.equals("skip"));
        List<String> unformatted = new ArrayList<>();
        for (Path file : javaFiles(ROOT.resolve(ONLY))) {
            String source = Files.readString(file);
            String formatted = formatted(file, source);
            if (formatted.equals(source)) {
                continue;
            }
            if (MODE.equals("apply")) {
                Files.writeString(file, formatted);
            } else {
                unformatted.add(ROOT.relativize(file).normalize().toString());
            }
        }
        if (!unformatted.isEmpty()) {
            fail("not formatted, run mvn -q -pl checks/format test -Dwakeful.format=apply:\n"
                    + String.join("\n", unformatted));
        }
    }

    @Test
    void licenceLineIsAdded() throws Exception {
        assertEquals(SourceFormat.LICENCE + "class A {}\n", format.apply("class A {}\n"));
    }

    @Test
    void badLayoutIsPutRight() throws Exception {
        String bad = SourceFormat.LICENCE
                + "import java.util.List;\n"
                + "class A { int f(Object o)\n"
                + "{ return o instanceof R(int x,var _) ? x:0; } }\n";
        String good = SourceFormat.LICENCE
                + "\n"
                + "class A {\n"
                + "    int f(Object o) {\n"
                + "        return o instanceof R(int x, var _) ? x : 0;\n"
                + "    }\n"
                + "}\n";
        assertEquals(good, format.apply(bad));
    }

    @Test
    void longCommentRunsOnIntoTheNextLine() throws Exception {
        String words = "word ".repeat(22) + "words";
        String bad = SourceFormat.LICENCE + "/// " + words + " more\n/// and more\nclass A {}\n";
        String good = SourceFormat.LICENCE + "/// " + words + "\n/// more and more\nclass A {}\n";
        assertEquals(good, format.apply(bad));
    }

    @Test
    void compactSourceFileKeepsItsLayout() throws Exception {
        assertEquals(SourceFormat.LICENCE + "void main() { }\n", format.apply("void main() { }  \n"));
    }

    private String formatted(Path file, String source) {
        try {
            return format.apply(source);
        } catch (Exception | LinkageError e) {
            throw new AssertionError("cannot format " + ROOT.relativize(file) + ": " + e.getMessage(), e);
        }
    }

    private static List<Path> javaFiles(Path from) throws IOException {
        List<Path> found = new ArrayList<>();
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                String name = folder.getFileName().toString();
                boolean skipped = SKIPPED_FOLDERS.contains(name) || (name.startsWith(".") && name.length() > 1);
                return skipped && !folder.equals(from) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (file.toString().endsWith(".java")) {
                    found.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return found.stream().sorted().toList();
    }
}
