// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.benchmarks.processes.Memory;
import dev.wakeful.benchmarks.workload.Effort;
import dev.wakeful.benchmarks.workload.Sample;
import dev.wakeful.benchmarks.workload.Workload;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class BenchTest {
    private static String run(String... words) throws Exception {
        var bytes = new ByteArrayOutputStream();
        new Bench(new PrintStream(bytes, true, StandardCharsets.UTF_8)).run(List.of(words));
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static String refusal(String... words) {
        return assertThrows(IllegalArgumentException.class, () -> run(words)).getMessage();
    }

    @Test
    void listShowsTheWorkloadsWhoseNamesBeginSo() throws Exception {
        String list = run("--list", "chain");
        assertEquals(2, list.lines().count(), list);
        assertTrue(list.lines().allMatch(line -> line.startsWith("chain-")), list);
    }

    @Test
    void whatIsNeitherAnOptionNorAWorkloadIsRefusedByName() {
        assertEquals("there is no workload chian; bench --list shows those there are", refusal("chian"));
        assertEquals("rounds must be a number from 1 to 9999, but was 0", refusal("--rounds=0"));
        assertTrue(refusal("--fast").startsWith("bench knows no option --fast; it is bench "));
    }

    @Test
    void aTaskThatWaitsTakesFewBytes() throws Exception {
        try (var session = new Memory("memory-1", 1).open(Effort.QUICK)) {
            Sample sample = session.measure("wakeful");
            assertTrue(sample.median() < 150, () -> "a task that waits takes " + sample.median() + " bytes");
        }
    }

    @Test
    void workloadsHaveDifferentNamesAndAtLeastTwoContestants() {
        var names = new HashSet<String>();
        for (Workload workload : Workloads.all()) {
            assertTrue(names.add(workload.name()), workload.name());
            assertTrue(workload.contestants().size() > 1, workload.name());
        }
    }
}
