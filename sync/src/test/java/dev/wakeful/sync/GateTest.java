// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class GateTest {
    @Test
    void whoWaitsForAGuardThatNobodyWillLeaveIsToldSo() {
        assertDoesNotThrow(() -> Gate.pause(Gate.MOST_TURNS - 1));
        var told = assertThrows(IllegalStateException.class, () -> Gate.pause(Gate.MOST_TURNS));
        assertEquals(
                "a lock or channel is half changed and of no use any more: an error, such as the end of the stack, has"
                        + " ended a thread in the midst of an operation on it",
                told.getMessage());
    }
}
