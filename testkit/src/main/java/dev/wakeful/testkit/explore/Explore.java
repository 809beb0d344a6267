// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit.explore;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// A test of a small concurrent program in every schedule: the method takes a [Model] and sets up one run.
///
/// The method is called once for each schedule, on a new instance of its class, which is loaded anew and instrumented
/// with the classes of its package and those of Wakeful. A failure tells the steps of the run and carries the schedule
/// that replays it; with `-Dwakeful.schedule=...` the test runs that one alone. With the JVM option
/// `--add-exports java.base/jdk.internal.vm=ALL-UNNAMED` it is many times as fast as without.
///
/// ```java
/// @Explore
/// void aWakeIsNeverLost(Model model) {
///     var mailbox = new Mailbox();
///     model.thread("reader", () -> assertEquals("hello", mailbox.take()));
///     model.thread("writer", () -> mailbox.put("hello"));
/// }
/// ```
@Documented
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Test
@ExtendWith(ExploreExtension.class)
public @interface Explore {
    /// How often a run switches away from a thread that could go on, or [Explorer#UNBOUNDED].
    ///
    /// @return the bound
    int preemptions() default Explorer.UNBOUNDED;

    /// How many schedules are tried at most. A test that reaches the limit passes only with [#sample()].
    ///
    /// @return the limit
    long maxSchedules() default 1_000_000;

    /// Whether the test passes when [#maxSchedules()] were clear and more are left.
    ///
    /// @return whether it does
    boolean sample() default false;

    /// Whether a park may return by itself.
    ///
    /// @return whether it may
    boolean spuriousUnparks() default false;

    /// Whether plain fields are watched for data races.
    ///
    /// @return whether they are
    boolean watchRaces() default true;

    /// How the names of further classes begin that are to be instrumented.
    ///
    /// @return the prefixes
    String[] instrument() default {};
}
