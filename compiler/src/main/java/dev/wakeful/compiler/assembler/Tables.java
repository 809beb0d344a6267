// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler.assembler;

import java.util.ArrayList;
import java.util.List;

/// What belongs to the code of a method beside its instructions. Names and types of rows are entries of the pool.
final class Tables {
    final List<Handler> handlers = new ArrayList<>();
    final List<Frame> frames = new ArrayList<>();
    final List<Variable> variables = new ArrayList<>();
    final List<Variable> generics = new ArrayList<>();
    final Lines lines = new Lines();

    record Handler(Place from, Place to, Place entry, int type) {}

    record Variable(Place from, Place to, int name, int type, int slot) {}

    void writeHandlers(Buffer out) {
        out.u2(handlers.size());
        for (Handler row : handlers) {
            out.u2(row.from.offset);
            out.u2(row.to.offset);
            out.u2(row.entry.offset);
            out.u2(row.type);
        }
    }

    /// Frames are added in the order of the code.
    ///
    /// @param parameters the locals that the method starts with
    void writeFrames(List<FrameType> parameters, Buffer out, Pool pool) {
        out.u2(frames.size());
        List<FrameType> before = parameters;
        int offset = -1;
        for (Frame frame : frames) {
            frame.write(frame.offset() - offset - 1, before, out, pool);
            before = frame.locals();
            offset = frame.offset();
        }
    }

    static void write(List<Variable> rows, Buffer out) {
        out.u2(rows.size());
        for (Variable row : rows) {
            out.u2(row.from.offset);
            out.u2(row.to.offset - row.from.offset);
            out.u2(row.name);
            out.u2(row.type);
            out.u2(row.slot);
        }
    }
}
