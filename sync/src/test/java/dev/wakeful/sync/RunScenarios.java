// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import java.util.List;

/// Runs scenarios without a test framework: `RunScenarios schedules [name...]`, the long command.
public final class RunScenarios {
    private RunScenarios() {}

    /// The command.
    ///
    /// @param args how many schedules of each, and the simple names of the scenarios to run; all when there is none
    public static void main(String[] args) throws Exception {
        long schedules = Long.parseLong(args[0]);
        List<String> names = List.of(args).subList(1, args.length);
        boolean broken = false;
        for (Class<? extends Scenario> type : SchedulesTest.scenarios().toList()) {
            if (names.isEmpty() || names.contains(type.getSimpleName())) {
                broken |= !run(type, schedules);
            }
        }
        System.exit(broken ? 1 : 0);
    }

    private static boolean run(Class<? extends Scenario> type, long schedules) throws Exception {
        Scenario scenario = type.getConstructor().newInstance();
        long begin = System.nanoTime();
        for (long seed = 0; seed < schedules; seed++) {
            try {
                scenario.run(seed);
            } catch (Throwable e) {
                System.out.println(type.getSimpleName() + ": seed " + seed + " fails");
                e.printStackTrace(System.out);
                return false;
            }
            if ((seed + 1) % 1_000_000 == 0) {
                System.out.printf("%s: %,d so far%n", type.getSimpleName(), seed + 1);
            }
        }
        System.out.printf(
                "%s: %,d schedules, %.1f s%n", type.getSimpleName(), schedules, (System.nanoTime() - begin) / 1e9);
        return true;
    }
}
