// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/// A suite of named rules for something that others implement: see [LockContract], [ChannelContract] and
/// [BytesContract]. Each rule is checked on a fresh subject.
///
/// @param <S> what a rule is checked on
public final class Conformance<S> {
    private final Supplier<? extends S> fresh;
    private final List<Rule<S>> rules;
    private final Set<String> excepted = new HashSet<>();

    /// One rule.
    ///
    /// @param <S> what it is checked on
    /// @param name its name, as `FIFO`
    /// @param sentence what must hold
    /// @param check throws when it does not
    public record Rule<S>(String name, String sentence, Check<? super S> check) {}

    /// The check of a rule.
    ///
    /// @param <S> what it is checked on
    @FunctionalInterface
    public interface Check<S> {
        /// Checks the rule.
        ///
        /// @param subject a fresh one
        /// @throws Exception what the subject threw
        /// @throws AssertionError when the rule is broken
        void run(S subject) throws Exception;
    }

    /// A suite over subjects of one kind.
    ///
    /// @param fresh makes a new subject for each rule
    /// @param rules the rules
    public Conformance(Supplier<? extends S> fresh, List<Rule<S>> rules) {
        this.fresh = Objects.requireNonNull(fresh, "fresh must not be null");
        this.rules = List.copyOf(rules);
    }

    /// Leaves a rule out. The reason is for the reader of the test.
    ///
    /// @param rule the name of the rule
    /// @param reason why this implementation need not keep it
    /// @return this suite
    public Conformance<S> except(String rule, String reason) {
        if (reason.isBlank()) {
            throw new IllegalArgumentException("reason must say why the rule is left out, but was blank");
        }
        if (rules.stream().noneMatch(known -> known.name().equals(rule))) {
            throw new IllegalArgumentException(
                    "rule must be one of " + rules.stream().map(Rule::name).toList() + ", but was " + rule);
        }
        excepted.add(rule);
        return this;
    }

    /// The suite as dynamic tests, one for each rule.
    ///
    /// @return the tests, for a method with `@TestFactory`
    public Stream<DynamicTest> tests() {
        return kept().map(rule -> DynamicTest.dynamicTest(rule.sentence(), () -> rule.check.run(fresh.get())));
    }

    /// Runs the whole suite.
    ///
    /// @return the names of the rules that are broken; empty when all is well
    public List<String> broken() {
        List<String> broken = new ArrayList<>();
        failures().forEach(failure -> broken.add(failure.rule.name()));
        return broken;
    }

    /// Runs the whole suite.
    ///
    /// @throws AssertionError that names each rule that is broken
    public void verify() {
        List<Failure<S>> failures = failures();
        if (failures.isEmpty()) {
            return;
        }
        var text = new StringBuilder("it breaks " + failures.size() + " of the rules:");
        for (Failure<S> failure : failures) {
            text.append("\n  ").append(failure.rule.name()).append(" (").append(failure.rule.sentence());
            text.append("): ").append(failure.thrown.getMessage());
        }
        var error = new AssertionError(text.toString());
        failures.forEach(failure -> error.addSuppressed(failure.thrown));
        throw error;
    }

    private record Failure<S>(Rule<S> rule, Throwable thrown) {}

    private List<Failure<S>> failures() {
        List<Failure<S>> failures = new ArrayList<>();
        kept().forEach(rule -> {
            try {
                rule.check.run(fresh.get());
            } catch (Exception | AssertionError thrown) {
                failures.add(new Failure<>(rule, thrown));
            }
        });
        return failures;
    }

    private Stream<Rule<S>> kept() {
        return rules.stream().filter(rule -> !excepted.contains(rule.name()));
    }

    static void require(boolean holds, String message) {
        if (!holds) {
            throw new AssertionError(message);
        }
    }
}
