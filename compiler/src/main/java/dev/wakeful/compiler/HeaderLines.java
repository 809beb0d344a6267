// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import dev.wakeful.compiler.assembler.Assembler;
import dev.wakeful.compiler.assembler.Place;
import java.util.BitSet;
import java.util.Map;
import java.util.TreeMap;

/// The rows of the line table at the headers of loops: a resume comes through a header, and a breakpoint on its line
/// must not stop for that.
///
/// So the row stands at a `nop` in front, and a resume enters behind it. The loop would have two entries if those who
/// come in shared this `nop` with those who come round. Each has its own: in line that of the side which falls into it,
/// the other one out of line, if anybody jumps there.
///
/// ```
///   comes in:   line; nop; -> entered
///   comes round (out of line): line; nop; goto entered
///   entered:    target != 0? -> dispatch
/// ```
final class HeaderLines {
    private final BlockPlan plan;
    private final CodeBody body;
    private final Assembler out;
    private final Frames frames;
    private final Place[] at;
    private final Map<Integer, Header> headers = new TreeMap<>();

    /// Those whose other side is jumped from.
    private final Map<Integer, Header> copies = new TreeMap<>();

    /// A header with a line of its own.
    ///
    /// @param loop the instructions of the loop
    /// @param isInside whether those who come round have the `nop` in line
    /// @param entered where a resume enters
    /// @param copy the `nop` of the other side, out of line
    /// @param end its end
    record Header(BitSet loop, boolean isInside, Place entered, Place copy, Place end) {}

    /// @param at the places of the instructions of the source
    HeaderLines(BlockPlan plan, Assembler out, Frames frames, Place[] at) {
        this.plan = plan;
        this.body = plan.body;
        this.out = out;
        this.frames = frames;
        this.at = at;
        for (Map.Entry<Integer, BitSet> one : plan.loops.entrySet()) {
            int header = one.getKey();
            BitSet loop = one.getValue();
            if (body.lines[header] != 0 && !isHandler(header)) {
                boolean isInside = header > 0 && loop.get(header - 1) && body.fallsThrough(header - 1);
                headers.put(header, new Header(loop, isInside, new Place(), new Place(), new Place()));
            }
        }
        for (int from = 0; from < body.length() && !headers.isEmpty(); from++) {
            for (int to : body.targets(from)) {
                Header header = headers.get(to);
                if (header != null && target(from, to) == header.copy) {
                    copies.put(to, header);
                }
            }
        }
    }

    private boolean isHandler(int index) {
        for (CodeBody.Handler row : body.handlers) {
            if (row.entry() == index) {
                return true;
            }
        }
        return false;
    }

    /// Where a jump of the source goes.
    Place target(int from, int to) {
        Header header = headers.get(to);
        return header == null || header.loop.get(from) == header.isInside ? at[to] : header.copy;
    }

    /// Where a resume enters a loop. The ranges of handlers begin there as well: an edge from in front of the loop to a
    /// handler inside would be a second entry.
    Place entered(int index) {
        Header header = headers.get(index);
        return header == null ? at[index] : header.entered;
    }

    /// Stands behind the row of the line.
    void header(int index) {
        Header header = headers.get(index);
        if (header != null) {
            frames.code().nop();
            frame(header.entered, index);
        }
    }

    /// Behind the body: the `nop` of a header's other side, if anybody jumps there. What is written next is in the line
    /// of the header as well.
    void outOfLine(int index) {
        Header header = copies.get(index);
        if (header == null) {
            return;
        }
        int line = body.lines[index];
        if (out.isIn(line)) {
            separate(index, line);
        }
        frame(header.copy, index);
        out.line(line);
        frames.code().nop().jump(header.entered);
        out.bind(header.end);
    }

    /// A line that only goes on has no row of its own, where a breakpoint stops. So another one comes between, of code
    /// that is never reached.
    private void separate(int header, int line) {
        for (int other : body.lines) {
            if (other != 0 && other != line) {
                frame(new Place(), header);
                out.line(other);
                frames.code().nop();
                return;
            }
        }
    }

    /// The headers whose line stands out of line as well.
    Map<Integer, Header> copies() {
        return copies;
    }

    private void frame(Place label, int header) {
        var state = plan.values.before(header);
        frames.at(label, state.locals(), plan.flow.there(header), state.stack());
    }
}
