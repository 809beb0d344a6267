// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.checks;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/// The rules of the architecture. Each is shown to bite by [RulesTest].
final class Rules {
    /// What each module may know beside itself. The packages of `core` are those that no other module has.
    private static final Map<String, Set<String>> MAY_KNOW = Map.ofEntries(
            Map.entry("core", Set.of()),
            Map.entry("io", Set.of("core")),
            Map.entry("sync", Set.of("core")),
            Map.entry("time", Set.of("core")),
            Map.entry("testkit", Set.of("core", "io")),
            Map.entry("console", Set.of("core")),
            Map.entry("net", Set.of("core", "io")),
            Map.entry("os", Set.of("core", "io")),
            Map.entry("runtime", Set.of("core", "io", "sync", "time", "net", "os", "console")),
            Map.entry("compiler", Set.of("core")),
            Map.entry("cli", Set.of("core", "io", "sync", "time", "net", "os", "runtime", "testkit", "compiler")));

    private static final Set<String> CORE_PACKAGES = Set.of("stream", "spi", "task", "machine", "internal");

    /// Of the explorer: a thread of a model is an object to be told from others by, and is never started; and where the
    /// JDK keeps its continuations to itself, a model runs on threads in their place.
    private static final Set<String> OF_THE_EXPLORER =
            Set.of("dev.wakeful.testkit.explore.ModelThread$Identity", "dev.wakeful.testkit.explore.Lockstep$Carrier");

    private static final String CLOCKS = "java.lang.System.(nanoTime|currentTimeMillis)"
            + "|java.time.\\w+.now|java.time.Clock.(system|tick)\\w*|java.time.InstantSource.system";

    private static final String THREADS = "java.lang.Thread.(<init>|ofPlatform|ofVirtual|startVirtualThread)"
            + "|java.lang.ref.Cleaner.create|java.util.Timer.<init>"
            + "|java.util.concurrent.Executors.\\w+|java.util.concurrent.\\w*(Pool|PoolExecutor).(<init>|commonPool)"
            + "|java.util.concurrent.CompletableFuture.\\w+Async|java.util.concurrent.StructuredTaskScope.open";

    private static final String WEAK = "java.lang.invoke.VarHandle|java.util.concurrent.atomic.\\w+";
    private static final String WEAK_NAMES =
            "get|set|\\w*(Acquire|Release|Opaque|Plain)|weakCompareAndSet\\w*|lazySet|\\w+Fence";

    private Rules() {}

    /// Arrows point down a floor, and no two modules of one floor know each other.
    static ArchRule floors() {
        return ArchRuleDefinition.classes()
                .should(dependencies("know only modules of the floors below", Rules::goesUp));
    }

    /// Packages form no cycle.
    static ArchRule noPackageCycles() {
        return SlicesRuleDefinition.slices()
                .assignedFrom(new Packages())
                .should()
                .beFreeOfCycles();
    }

    /// Threads are started by `runtime` alone.
    static ArchRule onlyRuntimeStartsThreads() {
        return outsideRuntime().should(calls("start no thread", target -> target.matches(THREADS)));
    }

    /// The clock is read by `runtime` alone.
    static ArchRule onlyRuntimeReadsTheClock() {
        return outsideRuntime().should(calls("read no clock", target -> target.matches(CLOCKS)));
    }

    /// No locks of the JDK.
    static ArchRule noLocks() {
        return ArchRuleDefinition.classes().should(dependencies("use no lock", dependency -> {
            JavaClass target = dependency.getTargetClass();
            return target.getPackageName().equals("java.util.concurrent.locks")
                    && !target.getSimpleName().equals("LockSupport");
        }));
    }

    /// No access below full strength but the listed ones, each `CLASS METHOD`.
    static ArchRule noWeakAccess(List<String> listed) {
        return ArchRuleDefinition.classes().should(new ArchCondition<>("use full-strength accesses") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                for (JavaAccess<?> access : type.getAccessesFromSelf()) {
                    String key = type.getName() + " " + access.getTarget().getName();
                    if (isWeak(access) && !listed.contains(key)) {
                        events.add(SimpleConditionEvent.violated(
                                access, access.getDescription() + "; list it in docs/weak-accesses.txt as: " + key));
                    }
                }
            }
        });
    }

    static boolean isWeak(JavaAccess<?> access) {
        String owner = access.getTargetOwner().getName();
        String name = access.getTarget().getName();
        boolean plain = owner.equals("java.lang.invoke.VarHandle") && (name.equals("get") || name.equals("set"));
        return owner.matches(WEAK)
                && name.matches(WEAK_NAMES)
                && (plain || !(name.equals("get") || name.equals("set")));
    }

    /// What a future needs is found through its context: no thread local, and no static field that holds a context or
    /// something of the service interfaces. Task locals are the users' own values, which code without a context reads;
    /// a block that was not compiled has nothing but its thread to know itself by; and who watches what a test makes
    /// knows the thread alone, since a future is made without a context.
    static ArchRule contextIsHandedOver() {
        return ArchRuleDefinition.classes()
                .that()
                .haveNameNotMatching(
                        "dev\\.wakeful\\.(TaskLocal|LocalBindings|ThreadBlock|internal\\.Unpolled)(\\$.*)?")
                .should(new ArchCondition<>("find their surroundings through the context") {
                    @Override
                    public void check(JavaClass type, ConditionEvents events) {
                        for (JavaField field : type.getFields()) {
                            if (holdsSurroundings(field)) {
                                events.add(SimpleConditionEvent.violated(
                                        field, field.getDescription() + " holds surroundings"));
                            }
                        }
                    }
                });
    }

    private static boolean holdsSurroundings(JavaField field) {
        JavaClass type = field.getRawType();
        boolean isSpi = type.isAssignableTo("dev.wakeful.Context")
                || (type.getPackageName().equals("dev.wakeful.spi") && type.isInterface());
        return type.isAssignableTo(ThreadLocal.class)
                || type.getName().equals("java.lang.ScopedValue")
                || (field.getModifiers().contains(JavaModifier.STATIC) && isSpi);
    }

    /// The libraries need nothing at run time but the JDK and JSpecify.
    static ArchRule needsOnlyTheJdkAndJspecify() {
        return ArchRuleDefinition.classes()
                .should(dependencies(
                        "need only the JDK and JSpecify",
                        dependency -> !elementPackage(dependency)
                                .matches("|(java|javax|jdk|dev\\.wakeful)(\\..*)?|org\\.jspecify\\.annotations")));
    }

    private static String elementPackage(Dependency dependency) {
        return dependency.getTargetClass().getBaseComponentType().getPackageName();
    }

    /// The module that a class belongs to by its package, or an empty text.
    static String moduleOf(JavaClass type) {
        String name = type.getPackageName();
        if (!name.equals("dev.wakeful") && !name.startsWith("dev.wakeful.")) {
            return "";
        }
        String first = name.equals("dev.wakeful")
                ? ""
                : name.substring("dev.wakeful.".length()).split("\\.", -1)[0];
        return first.isEmpty() || CORE_PACKAGES.contains(first) ? "core" : first;
    }

    private static boolean goesUp(Dependency dependency) {
        String from = moduleOf(dependency.getOriginClass());
        String to = moduleOf(dependency.getTargetClass().getBaseComponentType());
        return !to.isEmpty()
                && !to.equals(from)
                && !MAY_KNOW.getOrDefault(from, Set.of()).contains(to);
    }

    private static com.tngtech.archunit.lang.syntax.elements.GivenClassesConjunction outsideRuntime() {
        return ArchRuleDefinition.classes()
                .that(DescribedPredicate.describe(
                        "are outside runtime and cli",
                        type -> !Set.of("runtime", "cli").contains(moduleOf(type))
                                && !OF_THE_EXPLORER.contains(type.getName())));
    }

    private static ArchCondition<JavaClass> dependencies(String description, Predicate<Dependency> forbidden) {
        return new ArchCondition<>(description) {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                    if (forbidden.test(dependency)) {
                        events.add(SimpleConditionEvent.violated(dependency, dependency.getDescription()));
                    }
                }
            }
        };
    }

    private static ArchCondition<JavaClass> calls(String description, Predicate<String> forbidden) {
        return new ArchCondition<>(description) {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                for (JavaAccess<?> access : type.getAccessesFromSelf()) {
                    String target = access.getTargetOwner().getName() + "."
                            + access.getTarget().getName();
                    if (forbidden.test(target)) {
                        events.add(SimpleConditionEvent.violated(access, access.getDescription()));
                    }
                }
            }
        };
    }

    /// Each package is a slice.
    private static final class Packages implements SliceAssignment {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            return moduleOf(type).isEmpty() ? SliceIdentifier.ignore() : SliceIdentifier.of(type.getPackageName());
        }

        @Override
        public String getDescription() {
            return "packages of dev.wakeful";
        }
    }
}
