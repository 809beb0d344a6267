// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.checks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// The public API of each module is what `api/MODULE.txt` says, and names no type that users cannot see.
public class ApiDumpTest {
    private static final String UPDATE =
            "mvn -q -Dquick -pl checks -am test -Dtest=ApiDumpTest -Dwakeful.api.update=true";
    private static final Pattern OURS = Pattern.compile("dev\\.wakeful(\\.[a-z]\\w*)*\\.[A-Z][\\w$]*");

    @TestFactory
    Stream<DynamicTest> apiIsAsDumped() {
        return Project.modules().stream().map(module -> DynamicTest.dynamicTest(module, () -> compare(module)));
    }

    @TestFactory
    Stream<DynamicTest> everyTypeInTheApiIsExported() {
        return Project.modules().stream()
                .map(module -> DynamicTest.dynamicTest(
                        module, () -> assertEquals(Set.of(), hiddenTypes(dump(module), visibleTypes()))));
    }

    @Test
    void dumpShowsWhatUsersSeeAndNothingElse() {
        assertEquals("""
            public abstract static sealed class dev.wakeful.checks.ApiDumpTest$Sample<T extends @Nullable java.lang.Object> \
            implements java.util.function.Supplier<T> permits (hidden), dev.wakeful.checks.ApiDumpTest$Sample$Given
                protected T field
                public abstract <X extends java.lang.Exception> void accept(java.util.List<? super T>, X...) throws X
                public static @Nullable java.lang.String find(int[])
                public static final int CONSTANT

            public static final class dev.wakeful.checks.ApiDumpTest$Sample$Given \
            extends dev.wakeful.checks.ApiDumpTest$Sample<java.lang.String>
                public <X extends java.lang.Exception> void accept(java.util.List<? super java.lang.String>, X...)
                public java.lang.String get()
            """, ApiDump.of(List.of(Sample.Given.class, Sample.class, Sample.Other.class)));
    }

    @Test
    void hiddenSuperclassIsLeftOutAndItsMembersAreNot() {
        assertEquals("""
            public static class dev.wakeful.checks.ApiDumpTest$Derived implements java.lang.Runnable
                protected Derived()
                public void run()
            """, ApiDump.of(List.of(Derived.class, Base.class)));
    }

    @Test
    void typeThatIsNotExportedIsFound() {
        String dump = "public class dev.wakeful.A\n    public dev.wakeful.internal.B$C b(dev.wakeful.A$D)\n";
        assertEquals(Set.of("dev.wakeful.internal.B$C"), hiddenTypes(dump, Set.of("dev.wakeful.A", "dev.wakeful.A$D")));
    }

    private static void compare(String module) throws Exception {
        Path file = Project.ROOT.resolve("api").resolve(module + ".txt");
        String dump = dump(module);
        if (Boolean.getBoolean("wakeful.api.update")) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, dump);
            return;
        }
        String kept = Files.exists(file) ? Files.readString(file) : "";
        if (!dump.equals(kept)) {
            fail("the public API of " + module + " changed; if that is meant, run " + UPDATE + "\n"
                    + difference(kept, dump));
        }
    }

    private static String difference(String before, String after) {
        List<String> gone = new ArrayList<>(before.lines().toList());
        List<String> come = new ArrayList<>();
        for (String line : after.lines().toList()) {
            if (!gone.remove(line)) {
                come.add(line);
            }
        }
        return Stream.concat(
                        gone.stream().map(line -> "- " + line), come.stream().map(line -> "+ " + line))
                .collect(Collectors.joining("\n"));
    }

    private static String dump(String module) throws Exception {
        return ApiDump.of(Project.exportedTypes(module));
    }

    private static Set<String> visibleTypes() throws Exception {
        Set<String> names = new TreeSet<>();
        for (String module : Project.modules()) {
            Project.exportedTypes(module).stream()
                    .filter(ApiDump::isVisible)
                    .map(Class::getName)
                    .forEach(names::add);
        }
        return names;
    }

    private static Set<String> hiddenTypes(String dump, Set<String> visible) {
        return OURS.matcher(dump)
                .results()
                .map(found -> found.group())
                .filter(name -> !visible.contains(name))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /// What [#dumpShowsWhatUsersSeeAndNothingElse] dumps.
    public abstract static sealed class Sample<T extends @Nullable Object> implements Supplier<T> {
        public static final int CONSTANT = 1;

        protected T field;

        int hidden;

        Sample(T field) {
            this.field = field;
        }

        public abstract <X extends Exception> void accept(List<? super T> to, X... failures) throws X;

        public static @Nullable String find(int[] numbers) {
            return null;
        }

        void alsoHidden() {}

        /// Seen.
        public static final class Given extends Sample<String> {
            Given() {
                super("");
            }

            @Override
            public <X extends Exception> void accept(List<? super String> to, X... failures) {}

            @Override
            public String get() {
                return "";
            }
        }

        static final class Other extends Sample<String> {
            Other() {
                super("");
            }

            @Override
            public <X extends Exception> void accept(List<? super String> to, X... failures) {}

            @Override
            public String get() {
                return "";
            }
        }
    }

    private abstract static class Base implements Runnable {
        public Base() {}

        @Override
        public void run() {}
    }

    /// What [#hiddenSuperclassIsLeftOutAndItsMembersAreNot] dumps.
    public static class Derived extends Base {
        protected Derived() {}
    }
}
