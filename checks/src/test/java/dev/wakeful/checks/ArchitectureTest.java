// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.checks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// The rules of the architecture hold for the modules as they are built.
class ArchitectureTest {
    private static final List<String> LOCK_FREE = List.of("core", "io", "sync", "time", "net", "os", "runtime");
    private static final List<String> BELOW_RUNTIME = List.of("core", "io", "sync", "time", "net", "os");

    private final JavaClasses all = Project.allClasses();

    @Test
    void arrowsPointDownAFloor() {
        Rules.floors().check(all);
    }

    @Test
    void packagesFormNoCycle() {
        Rules.noPackageCycles().check(all);
    }

    @Test
    void onlyRuntimeStartsThreads() {
        Rules.onlyRuntimeStartsThreads().check(all);
    }

    @Test
    void onlyRuntimeReadsTheClock() {
        Rules.onlyRuntimeReadsTheClock().check(all);
    }

    @Test
    void librariesUseNoMonitor() throws IOException {
        assertEquals(List.of(), Monitors.in(Project.classFiles(LOCK_FREE)));
    }

    @Test
    void librariesUseNoLock() {
        Rules.noLocks().check(Project.classes(LOCK_FREE));
    }

    @Test
    void accessesAreOfFullStrength() throws IOException {
        Rules.noWeakAccess(listed()).check(Project.classes(LOCK_FREE));
    }

    @Test
    void listOfWeakAccessesIsNotLongerThanNeeded() throws IOException {
        Set<String> used = new TreeSet<>();
        for (JavaClass type : Project.classes(LOCK_FREE)) {
            for (JavaAccess<?> access : type.getAccessesFromSelf()) {
                if (Rules.isWeak(access)) {
                    used.add(type.getName() + " " + access.getTarget().getName());
                }
            }
        }
        List<String> unused = new ArrayList<>(listed());
        unused.removeAll(used);
        assertEquals(List.of(), unused);
    }

    @Test
    void contextIsHandedOver() {
        Rules.contextIsHandedOver().check(Project.classes(BELOW_RUNTIME));
    }

    @Test
    void librariesNeedOnlyTheJdkAndJspecify() {
        Rules.needsOnlyTheJdkAndJspecify().check(Project.classes(Project.LIBRARIES));
    }

    @Test
    void pomsOfTheLibrariesNameOnlyJspecify() throws Exception {
        List<String> foreign = new ArrayList<>();
        foreign.addAll(RunTimeDependencies.foreignIn(Files.readString(Project.ROOT.resolve("pom.xml"))));
        for (String module : Project.LIBRARIES) {
            Path pom = Project.ROOT.resolve(module).resolve("pom.xml");
            if (Files.exists(pom)) {
                foreign.addAll(RunTimeDependencies.foreignIn(Files.readString(pom)));
            }
        }
        assertEquals(List.of(), foreign);
    }

    @Test
    void everyPackageIsNullMarked() {
        assertEquals(Set.of(), NullMarks.missingIn(all));
    }

    /// Lines of the list that are neither empty nor a comment.
    private static List<String> listed() throws IOException {
        Path list = Project.ROOT.resolve("docs/weak-accesses.txt");
        return Files.readAllLines(list).stream()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .toList();
    }
}
