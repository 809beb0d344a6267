// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// A test with a [TestRuntime] of its own, given to each parameter of that type, and a check at the end that nothing is
/// left over.
///
/// ```java
/// @AsyncTest(schedules = 1_000)
/// void eachOrderIsPaidOnce(TestRuntime runtime) throws Exception {
///     runtime.run(scope -> {
///         scope.spawn(() -> await(shop.pay(order)));
///         scope.spawn(() -> await(shop.pay(order)));
///     });
///     assertEquals(1, shop.payments());
/// }
/// ```
///
/// A failure carries the line that replays it: `-Dwakeful.seed=... -Dwakeful.schedule=...`. With those properties set,
/// the test runs once, that way.
///
/// With several schedules, each runs on a new instance of the test class, between its `@BeforeEach` and `@AfterEach`
/// methods; the first seed is run twice, and a test that does not do the same both times fails. A schedule that fails
/// is made shorter before it is reported.
@Documented
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Test
@ExtendWith(AsyncTestExtension.class)
public @interface AsyncTest {
    /// How many schedules are tried, each from a seed of its own. The system property `wakeful.schedules` says
    /// otherwise.
    ///
    /// @return the count
    int schedules() default 1;

    /// How the next ready task is picked.
    ///
    /// @return the strategy
    Strategy strategy() default Strategy.RANDOM;

    /// How many workers are simulated.
    ///
    /// @return the count
    int workers() default 1;

    /// Whether the test fails when a task, a timer or a failure that nobody read is left over.
    ///
    /// @return whether it does
    boolean leakCheck() default true;

    /// Whether each schedule runs twice, to check that the same seed gives the same run, step for step. Of several
    /// schedules the first does in any case; the system property `wakeful.twice` has all tests do it.
    ///
    /// @return whether it does
    boolean twice() default false;

    /// What a report does to the test.
    ///
    /// @return whether the test fails
    Lints lints() default Lints.FAIL;
}
