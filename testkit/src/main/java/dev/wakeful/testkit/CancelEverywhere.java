// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Has an [AsyncTest] run again once for each await at which a task was suspended, with what [TestRuntime#blockOn],
/// [TestRuntime#run] or [TestRuntime#call] runs cancelled there.
///
/// Where the clean-up of such a run awaits, the run is repeated with the grace period ending at one of those awaits,
/// which the seed draws.
///
/// The run that is cancelled may end with [dev.wakeful.CancelledException] or as usual. Whichever it does, nothing may
/// be left over, and what the test has given to [TestRuntime#atEnd] must hold.
///
/// ```java
/// @AsyncTest
/// @CancelEverywhere
/// void noPermitIsLost(TestRuntime runtime) throws Exception {
///     var semaphore = new Semaphore(2);
///     runtime.atEnd("all permits are back", () -> assertEquals(2, semaphore.available()));
///     runtime.run(scope -> { ... });
/// }
/// ```
@Documented
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
public @interface CancelEverywhere {}
