// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.checks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import dev.wakeful.checks.fixture.Fixtures;
import dev.wakeful.checks.fixture.a.A;
import dev.wakeful.checks.fixture.b.B;
import dev.wakeful.runtime.fixture.ThreadsAndClocks;
import dev.wakeful.sync.fixture.Sideways;
import dev.wakeful.time.fixture.Below;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Each rule lets pass what keeps it and reports what breaks it.
class RulesTest {
    @Test
    void floorsBite() {
        assertTrue(keeps(Rules.floors(), Below.class));
        assertFalse(keeps(Rules.floors(), Sideways.class));
        assertFalse(keeps(Rules.floors(), A.class, RulesTest.class, Rules.class, Fixtures.StaticContext.class));
    }

    @Test
    void cyclesBite() {
        assertFalse(keeps(Rules.noPackageCycles(), A.class, B.class));
        assertTrue(keeps(Rules.noPackageCycles(), A.class, Below.class));
    }

    @ParameterizedTest
    @ValueSource(
            classes = {
                Fixtures.MakesThread.class,
                Fixtures.IsThread.class,
                Fixtures.StartsVirtualThread.class,
                Fixtures.HasThreadsStarted.class
            })
    void threadsBite(Class<?> type) {
        assertFalse(keeps(Rules.onlyRuntimeStartsThreads(), type));
        assertTrue(keeps(Rules.onlyRuntimeReadsTheClock(), type));
    }

    @ParameterizedTest
    @ValueSource(classes = {Fixtures.ReadsNanoTime.class, Fixtures.ReadsInstant.class, Fixtures.ReadsClock.class})
    void clocksBite(Class<?> type) {
        assertFalse(keeps(Rules.onlyRuntimeReadsTheClock(), type));
        assertTrue(keeps(Rules.onlyRuntimeStartsThreads(), type));
    }

    @Test
    void runtimeMayStartThreadsAndReadTheClock() {
        assertTrue(keeps(Rules.onlyRuntimeStartsThreads(), ThreadsAndClocks.class));
        assertTrue(keeps(Rules.onlyRuntimeReadsTheClock(), ThreadsAndClocks.class));
    }

    @Test
    void locksBite() {
        assertFalse(keeps(Rules.noLocks(), Fixtures.Locks.class));
        assertTrue(keeps(Rules.noLocks(), Fixtures.Parks.class));
    }

    @Test
    void monitorsBite() throws Exception {
        String name = Fixtures.class.getName();
        assertEquals(List.of(name + "$SynchronizedMethod.f"), Monitors.in(file(Fixtures.SynchronizedMethod.class)));
        assertEquals(List.of(name + "$SynchronizedBlock.f"), Monitors.in(file(Fixtures.SynchronizedBlock.class)));
        assertEquals(List.of(), Monitors.in(file(Fixtures.Locks.class)));
    }

    @Test
    void weakAccessesBiteUnlessListed() {
        String name = Fixtures.class.getName();
        assertFalse(keeps(Rules.noWeakAccess(List.of()), Fixtures.WeakRead.class));
        assertFalse(keeps(Rules.noWeakAccess(List.of()), Fixtures.WeakWrite.class));
        assertTrue(keeps(Rules.noWeakAccess(List.of()), Fixtures.StrongAccess.class));
        assertTrue(keeps(Rules.noWeakAccess(List.of(name + "$WeakRead getAcquire")), Fixtures.WeakRead.class));
    }

    @Test
    void surroundingsBite() {
        assertFalse(keeps(Rules.contextIsHandedOver(), Fixtures.StaticContext.class));
        assertFalse(keeps(Rules.contextIsHandedOver(), Fixtures.LocalContext.class));
        assertTrue(keeps(Rules.contextIsHandedOver(), Fixtures.OwnContext.class));
    }

    @Test
    void librariesBite() throws Exception {
        assertFalse(keeps(Rules.needsOnlyTheJdkAndJspecify(), Fixtures.NeedsALibrary.class));
        assertTrue(keeps(Rules.needsOnlyTheJdkAndJspecify(), Fixtures.Locks.class));

        String pom = "<project><dependencies>%s</dependencies></project>";
        String dependency = "<dependency><groupId>%s</groupId><artifactId>x</artifactId><scope>%s</scope></dependency>";
        assertEquals(
                List.of("com.a:x"),
                RunTimeDependencies.foreignIn(pom.formatted(dependency.formatted("com.a", "compile"))));
        assertEquals(
                List.of("com.a:x"),
                RunTimeDependencies.foreignIn(pom.formatted(dependency.formatted("com.a", "runtime"))));
        assertEquals(List.of(), RunTimeDependencies.foreignIn(pom.formatted(dependency.formatted("com.a", "test"))));
        assertEquals(
                List.of(),
                RunTimeDependencies.foreignIn(pom.formatted(dependency.formatted("org.jspecify", "compile"))));
    }

    @Test
    void nullMarksBite() {
        JavaClasses classes = new ClassFileImporter().importPackages("dev.wakeful.checks.fixture");
        assertEquals(
                Set.of("dev.wakeful.checks.fixture.a", "dev.wakeful.checks.fixture.b"), NullMarks.missingIn(classes));
    }

    private static boolean keeps(ArchRule rule, Class<?>... types) {
        return !rule.allowEmptyShould(true)
                .evaluate(new ClassFileImporter().importClasses(types))
                .hasViolation();
    }

    private static List<Path> file(Class<?> type) throws Exception {
        String name = type.getName();
        return List.of(Path.of(type.getResource(name.substring(name.lastIndexOf('.') + 1) + ".class")
                .toURI()));
    }
}
