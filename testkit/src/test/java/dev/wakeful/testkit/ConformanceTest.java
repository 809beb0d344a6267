// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The suites pass what is right, and name the rule that each mistake breaks.
class ConformanceTest {
    @Test
    void aRuleIsLeftOutWithAReasonAndNotByAWrongName() {
        var suite = LockContract.of(() -> new SimpleLock(null)::lock);
        assertEquals(8, suite.except("FIFO", "it is a lottery").tests().count());
        assertEquals(
                "reason must say why the rule is left out, but was blank",
                assertThrows(IllegalArgumentException.class, () -> suite.except("LAZY", " "))
                        .getMessage());
        assertTrue(assertThrows(IllegalArgumentException.class, () -> suite.except("FIFA", "typo"))
                .getMessage()
                .endsWith("but was FIFA"));
    }

    @Test
    void theErrorNamesEachBrokenRule() {
        var suite = LockContract.of(() -> new SimpleLock(SimpleLock.Mistake.LIFO)::lock);
        var error = assertThrows(AssertionError.class, suite::verify);
        assertTrue(
                error.getMessage().contains("FIFO (those who wait are served in the order in which they came): "),
                error.getMessage());
    }

    @Nested
    class Locks {
        @Test
        void aCorrectOnePasses() {
            LockContract.of(() -> new SimpleLock(null)::lock).verify();
        }

        @ParameterizedTest
        @EnumSource(SimpleLock.Mistake.class)
        void eachMistakeBreaksItsRule(SimpleLock.Mistake mistake) {
            List<String> broken =
                    LockContract.of(() -> new SimpleLock(mistake)::lock).broken();
            assertTrue(broken.contains(mistake.rule), mistake + " breaks " + broken);
        }
    }

    @Nested
    class Channels {
        @Test
        void aCorrectOnePasses() {
            ChannelContract.of(() -> new SimpleChannel(null))
                    .except("SCHEDULES", "the receiver that gives up forgets the others, as there is one at a time")
                    .verify();
        }

        @ParameterizedTest
        @EnumSource(SimpleChannel.Mistake.class)
        void eachMistakeBreaksItsRule(SimpleChannel.Mistake mistake) {
            List<String> broken =
                    ChannelContract.of(() -> new SimpleChannel(mistake)).broken();
            assertTrue(broken.contains(mistake.rule), mistake + " breaks " + broken);
        }
    }

    @Nested
    class Bytes {
        @Test
        void aCorrectPipePasses() {
            BytesContract.of(() -> new SimplePipe(EnumSet.noneOf(SimplePipe.Mistake.class)))
                    .verify();
        }

        @ParameterizedTest
        @EnumSource(SimplePipe.Mistake.class)
        void eachMistakeBreaksItsRule(SimplePipe.Mistake mistake) {
            List<String> broken =
                    BytesContract.of(() -> new SimplePipe(EnumSet.of(mistake))).broken();
            assertTrue(broken.contains(mistake.rule), mistake + " breaks " + broken);
        }
    }
}
