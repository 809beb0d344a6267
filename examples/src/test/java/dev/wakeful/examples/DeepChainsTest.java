// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A thousand levels of blocks always work, on the default stack; a chain that is too deep ends its task only, and what
/// its blocks shared with others goes on.
class DeepChainsTest {
    @ParameterizedTest
    @ValueSource(strings = {"-Xint", "-XX:+TieredCompilation"})
    void aThousandLevelsWorkAndAnOverflowEndsItsTaskOnly(String mode) throws Exception {
        var process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        mode,
                        "-cp",
                        System.getProperty("java.class.path"),
                        DeepChains.class.getName(),
                        "1000")
                .redirectErrorStream(true)
                .start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(1, TimeUnit.MINUTES));
        assertEquals("""
            one thread: 1000
            one thread: For input string: "none"
            one thread: the task overflowed
            one thread: 1
            one thread: the channel holds 1
            workers: 1000
            workers: For input string: "none"
            workers: the task overflowed
            workers: 1
            workers: the channel holds 1
            """, text);
    }
}
