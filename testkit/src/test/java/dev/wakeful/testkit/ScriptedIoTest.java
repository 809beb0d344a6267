// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit;

import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.Future;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ScriptedIoTest {
    private final TestRuntime runtime = TestRuntime.withSeed(5);

    private static Future<String> read(ScriptedIo io, int most) {
        var buffer = ByteBuffer.allocate(most);
        return io.read(buffer)
                .map(count -> count < 0 ? "<end>" : new String(buffer.array(), 0, count, StandardCharsets.UTF_8));
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void readsComeInThePiecesOfTheScriptAndThenTheEnd() throws Exception {
        var io = ScriptedIo.script().read("hel").read("lo").end();
        assertEquals("he", runtime.blockOn(read(io, 2)));
        assertEquals("l", runtime.blockOn(read(io, 9)));
        assertEquals("lo", runtime.blockOn(read(io, 9)));
        assertEquals("<end>", runtime.blockOn(read(io, 9)));
        io.assertDone();
    }

    @Test
    void aReadWaitsForTheWriteBeforeIt() throws Exception {
        var io = ScriptedIo.script().write("ask").read("answer").end();
        var reading = runtime.spawn(read(io, 9));
        runtime.runUntilIdle();
        runtime.probe(reading.join()).assertPending();
        runtime.blockOn(io.writeAll(bytes("ask")));
        assertEquals("answer", runtime.blockOn(reading));
        runtime.close();
    }

    @Test
    void aPauseTakesVirtualTime() throws Exception {
        var io = ScriptedIo.script().pause(ofSeconds(3)).read("late").end();
        assertEquals("late", runtime.blockOn(read(io, 9)));
        assertEquals(ofSeconds(3), runtime.now());
        runtime.close();
    }

    @Test
    void failuresComeOutWhereTheScriptHasThem() throws Exception {
        var reset = new IOException("reset");
        var full = new IOException("full");
        var io = ScriptedIo.script()
                .read("a")
                .failRead(reset)
                .failWrite(full)
                .write("b")
                .end();
        runtime.blockOn(read(io, 9));
        assertSame(reset, assertThrows(IOException.class, () -> runtime.blockOn(read(io, 9))));
        assertSame(full, assertThrows(IOException.class, () -> runtime.blockOn(io.write(bytes("b")))));
        runtime.blockOn(io.writeAll(bytes("b")));
        io.assertDone();
    }

    @Test
    void whatIsWrittenOtherwiseIsNamed() {
        var io = ScriptedIo.script().write("hello").end();
        var other = assertThrows(AssertionError.class, () -> runtime.blockOn(io.writeAll(bytes("help"))));
        assertEquals("must write \"hello\", but wrote \"help\"", other.getMessage());
        var silent = ScriptedIo.script().read("x").end();
        var more = assertThrows(AssertionError.class, () -> runtime.blockOn(silent.writeAll(bytes("y\n"))));
        assertEquals("must write nothing more, but wrote \"y\\n\"", more.getMessage());
    }

    @Test
    void stepsThatAreLeftAreNamed() {
        var io = ScriptedIo.script().write("bye").pause(ofSeconds(1)).end();
        var left = assertThrows(AssertionError.class, io::assertDone);
        assertEquals("the script is not done, 2 steps are left, the first is a write of \"bye\"", left.getMessage());
    }

    @Test
    void afterAShutdownNothingIsWritten() throws Exception {
        var io = ScriptedIo.script().write("a").end();
        runtime.blockOn(io.shutdown());
        assertTrue(io.isShutDown());
        assertThrows(IOException.class, () -> runtime.blockOn(io.write(bytes("a"))));
    }
}
