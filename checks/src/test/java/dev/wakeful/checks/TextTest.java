// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.checks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The texts of the project are about the project, and what they point to is there.
class TextTest {
    /// Folders of somebody's machine, as absolute paths.
    private static final Pattern MACHINE =
            Pattern.compile("(?<![\\w.$}\"*])/(work|root|home/[a-z]\\w*|Users/[A-Za-z]\\w*)/");

    private static final Pattern SNIPPET = Pattern.compile("\\{@snippet class=\"([\\w.]+)\" region=\"(\\w+)\"");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:\\s]+)(#[^)]*)?\\)");

    @Test
    void noFileNamesAFolderOfSomebodysMachine() throws IOException {
        List<String> found = new ArrayList<>();
        for (Path file : Project.writtenFiles()) {
            found.addAll(matches(file, MACHINE));
        }
        assertEquals(List.of(), found);
    }

    @Test
    void foldersOfMachinesAreRecognised() {
        for (String slash : List.of("/")) {
            assertEquals(
                    true, MACHINE.matcher("at " + slash + "home/ann/project").find());
            assertEquals(true, MACHINE.matcher("(" + slash + "root/x").find());
            assertEquals(false, MACHINE.matcher("docs" + slash + "work/x").find());
            assertEquals(
                    false, MACHINE.matcher("\"${HOME}\"" + slash + "root/x").find());
        }
    }

    @Test
    void everySnippetOfTheJavadocIsThere() throws IOException {
        List<Path> files = Project.writtenFiles();
        List<String> missing = new ArrayList<>();
        for (Path file : files) {
            if (file.toString().contains("/src/main/java/")) {
                Matcher snippet = SNIPPET.matcher(Files.readString(file));
                while (snippet.find()) {
                    if (!hasRegion(files, snippet.group(1), snippet.group(2))) {
                        missing.add(Project.ROOT.relativize(file) + ": " + snippet.group());
                    }
                }
            }
        }
        assertEquals(List.of(), missing);
    }

    @Test
    void everyLinkBetweenDocumentsLeadsSomewhere() throws IOException {
        List<String> dead = new ArrayList<>();
        for (Path file : Project.writtenFiles()) {
            if (file.toString().endsWith(".md")) {
                Matcher link = LINK.matcher(Files.readString(file));
                while (link.find()) {
                    if (!Files.exists(file.resolveSibling(link.group(1)))) {
                        dead.add(Project.ROOT.relativize(file) + ": " + link.group(1));
                    }
                }
            }
        }
        assertEquals(List.of(), dead);
    }

    /// A snippet is a region of a test source, so that it is compiled and run.
    private static boolean hasRegion(List<Path> files, String type, String region) throws IOException {
        String end = "/" + type.replace('.', '/') + ".java";
        Pattern start = Pattern.compile("@start region=\"?" + region + "\"?\\s");
        for (Path file : files) {
            if (file.toString().contains("/src/test/java/")
                    && file.toString().endsWith(end)
                    && start.matcher(Files.readString(file)).find()) {
                return true;
            }
        }
        return false;
    }

    private static List<String> matches(Path file, Pattern pattern) throws IOException {
        List<String> found = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(file)) {
                if (pattern.matcher(line).find()) {
                    found.add(Project.ROOT.relativize(file) + ": " + line.strip());
                }
            }
        } catch (MalformedInputException e) {
            // not a text
        }
        return found;
    }
}
