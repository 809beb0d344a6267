// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jacoco.core.analysis.Analyzer;
import org.jacoco.core.analysis.CoverageBuilder;
import org.jacoco.core.analysis.IClassCoverage;
import org.jacoco.core.analysis.ICounter;
import org.jacoco.core.analysis.ILine;
import org.jacoco.core.tools.ExecFileLoader;

/// What JaCoCo reports of a program.
///
/// @param classes the classes that show, by name
/// @param lines by number what is covered, missed instructions and branches of each line
record Coverage(TreeSet<String> classes, TreeMap<Integer, Line> lines) {
    record Line(boolean isCovered, String instructions, String branches) {}

    /// The report on class files, with what a run has noted in a file.
    static Coverage of(Path noted, Map<String, byte[]> classes) throws Exception {
        var loader = new ExecFileLoader();
        loader.load(noted.toFile());
        Files.delete(noted);
        var builder = new CoverageBuilder();
        var analyzer = new Analyzer(loader.getExecutionDataStore(), builder);
        for (var one : classes.entrySet()) {
            analyzer.analyzeClass(one.getValue(), one.getKey());
        }
        var coverage = new Coverage(new TreeSet<>(), new TreeMap<>());
        for (IClassCoverage type : builder.getClasses()) {
            coverage.classes.add(type.getName());
            for (int number = type.getFirstLine(); number <= type.getLastLine(); number++) {
                ILine line = type.getLine(number);
                if (line.getStatus() != ICounter.EMPTY) {
                    coverage.lines.put(
                            number,
                            new Line(
                                    line.getInstructionCounter().getCoveredCount() > 0,
                                    text(line.getInstructionCounter()),
                                    text(line.getBranchCounter())));
                }
            }
        }
        return coverage;
    }

    private static String text(ICounter counter) {
        return counter.getCoveredCount() + " of " + counter.getTotalCount();
    }
}
