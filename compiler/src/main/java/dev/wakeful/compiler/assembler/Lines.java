// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler.assembler;

/// The table of lines. Of several lines at one place only the last counts, and a line that goes on is not said again.
final class Lines {
    private static final int ROW = 4;

    private final Buffer rows = new Buffer(32);
    private boolean isAsked;
    private int lastOffset = -1;
    private int lastLine;
    private int writtenLine = -1;

    void add(int offset, int line) {
        isAsked = true;
        if (lastOffset != offset && lastLine != line) {
            push();
            lastOffset = offset;
        }
        lastLine = line;
    }

    private void push() {
        if (lastOffset >= 0 && lastLine != writtenLine) {
            rows.u2(lastOffset);
            rows.u2(lastLine);
            writtenLine = lastLine;
        }
    }

    int last() {
        return lastLine;
    }

    boolean isEmpty() {
        return !isAsked;
    }

    void write(Buffer out) {
        push();
        out.u2(rows.size() / ROW);
        out.append(rows);
    }
}
