// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.Waker;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What cancelling costs, found out by cancelling: the table of `docs/cancel-safety.md` on bytes is what this test
/// sees, and is written by it with `-Dwakeful.docs.update=true`.
class CancelSafetyTest {
    private static final String BEGIN = " cancelled in the midst costs |\n| --- | --- | --- |\n";
    private static final String ALL = "abcdef";

    private final Context cx = Context.of(Waker.noop());

    /// A source of six bytes and a sink, which go on by as many bytes as they are allowed.
    private static final class Trickle implements AsyncRead, AsyncWrite {
        final ByteBuffer source = ByteBuffer.wrap(ALL.getBytes(StandardCharsets.US_ASCII));
        final ByteBuffer sink = ByteBuffer.allocate(64);
        int allowed;
        int waiting;

        private int move(ByteBuffer from, ByteBuffer to) {
            int count = Math.min(allowed, Math.min(from.remaining(), to.remaining()));
            waiting = count == 0 ? 1 : 0;
            if (count == 0) {
                return PENDING;
            }
            allowed -= count;
            to.put(from.slice().limit(count));
            from.position(from.position() + count);
            return count;
        }

        @Override
        public int pollRead(Context cx, ByteBuffer target) {
            return move(source, target);
        }

        @Override
        public void forgetRead() {
            waiting = 0;
        }

        @Override
        public int pollWrite(Context cx, ByteBuffer from) {
            return move(from, sink);
        }

        @Override
        public boolean pollFlush(Context cx) {
            waiting = allowed > 0 ? 0 : 1;
            return allowed > 0;
        }

        @Override
        public boolean pollShutdown(Context cx) {
            return pollFlush(cx);
        }

        @Override
        public void forgetWrite() {
            waiting = 0;
        }

        String sunk() {
            return new String(sink.array(), 0, sink.position(), StandardCharsets.US_ASCII);
        }
    }

    private interface Make {
        Future<?> future(Trickle trickle, ByteBuffer buffer);
    }

    /// @param reads whether bytes come into the buffer; otherwise they go out of it
    private record Operation(String name, boolean reads, Make make) {}

    private static List<Operation> operations() {
        return List.of(
                new Operation("AsyncRead.read", true, AsyncRead::read),
                new Operation("AsyncRead.readExactly", true, AsyncRead::readExactly),
                new Operation("AsyncWrite.write", false, AsyncWrite::write),
                new Operation("AsyncWrite.writeAll", false, AsyncWrite::writeAll),
                new Operation("AsyncWrite.flush", false, (trickle, _) -> trickle.flush()),
                new Operation("AsyncWrite.shutdown", false, (trickle, _) -> trickle.shutdown()));
    }

    private static ByteBuffer buffer(Operation operation) {
        return operation.reads ? ByteBuffer.allocate(6) : ByteBuffer.wrap(ALL.getBytes(StandardCharsets.US_ASCII));
    }

    private String line(Operation operation) throws Exception {
        var trickle = new Trickle();
        ByteBuffer buffer = buffer(operation);
        Future<?> first = operation.make.future(trickle, buffer);
        trickle.allowed = 3;
        boolean ready = first.poll(cx).isReady();
        int moved = buffer.position();
        if (!ready) {
            assertTrue(first.pollCancel(cx).isReady());
            assertEquals(0, trickle.waiting, operation.name + " has left its waker");
            assertEquals(moved, buffer.position(), "giving up moves nothing");
        }
        ByteBuffer fresh = buffer(operation);
        Future<?> waits = operation.make.future(trickle, fresh);
        trickle.allowed = 0;
        assertTrue(!waits.poll(cx).isReady());
        assertTrue(waits.pollCancel(cx).isReady());
        assertEquals(0, fresh.position(), "nothing had moved, and nothing is lost");
        trickle.allowed = 64;
        assertTrue(operation.make.future(trickle, buffer).poll(cx).isReady());
        String all = operation.reads
                ? new String(buffer.array(), 0, buffer.position(), StandardCharsets.US_ASCII)
                : buffer.position() == 0 ? ALL : trickle.sunk();
        assertEquals(ALL, all, operation.name + " loses no byte when it goes on with the same buffer");
        boolean tellsByPosition = !ready && moved > 0;
        return "| `" + operation.name + "` | "
                + (tellsByPosition
                        ? "D | the position in the stream, which that of the buffer tells |"
                        : "A | nothing |");
    }

    @Test
    void theTableOfTheDocumentationIsWhatCancellingShows() throws Exception {
        var lines = new ArrayList<String>();
        for (Operation operation : operations()) {
            lines.add(line(operation) + "\n");
        }
        Path page = Path.of(System.getProperty("wakeful.root", ".."), "docs", "cancel-safety.md");
        String text = Files.readString(page);
        int from = text.indexOf(BEGIN) + BEGIN.length();
        String table = String.join("", lines);
        if (Boolean.getBoolean("wakeful.docs.update")) {
            Files.writeString(page, text.substring(0, from) + table);
            return;
        }
        assertEquals(table, text.substring(from), "run this test with -Dwakeful.docs.update=true if that is meant");
    }
}
