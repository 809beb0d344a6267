// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.benchmarks.workload.Effort;
import dev.wakeful.benchmarks.workload.Sample;
import dev.wakeful.benchmarks.workload.Workload;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;

class ReportTest {
    private static final Effort THREE_ROUNDS = new Effort(3, 1, 1);

    private final List<String> turns = new ArrayList<>();

    /// Ours takes 10, 20, 30 in the three rounds; theirs always 20.
    private final Workload workload = new Workload() {
        @Override
        public String name() {
            return "walk";
        }

        @Override
        public String summary() {
            return "one \"step\" & <turn>";
        }

        @Override
        public String unit() {
            return "ns";
        }

        @Override
        public List<String> contestants() {
            return List.of("ours", "theirs");
        }

        @Override
        public Map<String, String> skipped() {
            return Map.of("snail", "not installed");
        }

        @Override
        public Session open(Effort effort) {
            return contestant -> {
                turns.add(contestant);
                double median = contestant.equals("ours") ? 10 * ((turns.size() + 1) / 2) : 20;
                return new Sample(median - 1, median, Map.of("bytes", 8.0));
            };
        }
    };

    @Test
    void contestantsTakeTurnsAndEverySecondRoundGoesBackwards() throws Exception {
        Interleaved.run(workload, THREE_ROUNDS, _ -> {});
        assertEquals(List.of("ours", "theirs", "theirs", "ours", "ours", "theirs"), turns);
    }

    @Test
    void ratioIsTheMedianOfTheRoundsRatios() throws Exception {
        Row theirs = Interleaved.run(workload, THREE_ROUNDS, _ -> {}).rows().getLast();
        assertEquals(new Row("theirs", 19, 20, 1.0, 0.5, 1.5, new LinkedHashMap<>(Map.of("bytes", 8.0))), theirs);
    }

    @Test
    void ratioOfTheProcessorTimeStandsBesideIt() {
        var ours = List.of(new Sample(1, 1, Map.of("cpu ns", 6.0)));
        var theirs = List.of(new Sample(1, 1, Map.of("cpu ns", 3.0)));
        assertEquals(
                Map.of("cpu ns", 3.0, "by cpu", 2.0),
                Row.of("theirs", ours, theirs).extras());
    }

    @Test
    void tableHasALineForEachContestantAndNamesThoseLeftOut() throws Exception {
        assertEquals("""
            walk: one "step" & <turn>
                      min ns  median ns  ours / theirs                 bytes
              ours      9.00       20.0           1.00                  8.00
              theirs    19.0       20.0           1.00  [0.50 - 1.50]   8.00
              snail: skipped, not installed
            """, Table.of(Interleaved.run(workload, THREE_ROUNDS, _ -> {})));
    }

    @Test
    void aFigureThatAContestantDoesNotHaveIsADash() {
        var ours = List.of(new Sample(1, 1, Map.of("bytes", 24.0)));
        var theirs = List.of(new Sample(1, 1, Map.of()));
        var samples = new LinkedHashMap<String, List<Sample>>();
        samples.put("ours", ours);
        samples.put("theirs", theirs);
        String table = Table.of(new Report("walk", "a step", "ns", Row.all(samples), Map.of()));
        assertEquals(
                "  theirs    1.00       1.00           1.00         -",
                table.lines().toList().getLast());
    }

    @Test
    void jsonEscapesWhatMustBe() throws Exception {
        String json = Json.of(Map.of("java", "a\\b\n"), List.of(Interleaved.run(workload, THREE_ROUNDS, _ -> {})));
        assertTrue(json.contains("\"java\": \"a\\\\b\\u000a\""), json);
        assertTrue(json.contains("\"summary\": \"one \\\"step\\\" & <turn>\""), json);
        assertTrue(json.contains("\"oursOverTheirs\": 1.0, \"spread\": [0.5, 1.5], \"bytes\": 8.0}"), json);
    }

    @Test
    void chartIsWellFormedAndHasABarForEachContestant() throws Exception {
        String svg = Chart.of(List.of(Interleaved.run(workload, THREE_ROUNDS, _ -> {})));
        var document =
                DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
        int background = 1;
        assertEquals(2 + background, document.getElementsByTagName("rect").getLength());
    }

    @Test
    void numbersShowThreeDigitsThatCount() {
        assertEquals(
                List.of("0", "0.01", "9.99", "10.0", "100", "12,345", "-"),
                List.of(
                        Table.number(0.001),
                        Table.number(0.01),
                        Table.number(9.99),
                        Table.number(10),
                        Table.number(100),
                        Table.number(12_345),
                        Table.number(Double.NaN)));
    }
}
