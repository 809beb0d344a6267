// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The loops of a body around its awaits: natural loops, by dominators over basic blocks (Cooper, Harvey and Kennedy,
/// "A simple, fast dominance algorithm"). A cycle with several entries, which javac does not write, is no loop here.
final class Loops {
    private final CodeBody body;
    private final Flow flow;

    /// The first instruction of each block; blocks are numbered in the order of the code.
    private final int[] leaders;

    private final List<List<Integer>> successors = new ArrayList<>();
    private final List<List<Integer>> predecessors = new ArrayList<>();
    private final int[] order;
    private final int[] dominator;

    /// The blocks of each loop, by the block of its header.
    private final TreeMap<Integer, BitSet> loops = new TreeMap<>();

    Loops(CodeBody body, Flow flow) {
        this.body = body;
        this.flow = flow;
        this.leaders = leaders();
        link();
        this.order = new int[leaders.length];
        this.dominator = dominators(reversePostorder());
        for (int block = 0; block < leaders.length; block++) {
            for (int next : successors.get(block)) {
                if (dominator[block] >= 0 && dominates(next, block)) {
                    collect(next, block);
                }
            }
        }
    }

    /// The headers of the loops around an instruction, the outermost first.
    List<Integer> headersAround(int index) {
        int block = blockOf(index);
        var around = new ArrayList<Integer>();
        var sizes = new ArrayList<Integer>();
        for (Map.Entry<Integer, BitSet> loop : loops.entrySet()) {
            if (loop.getValue().get(block)) {
                int size = loop.getValue().cardinality();
                int place = sizes.size();
                while (place > 0 && sizes.get(place - 1) < size) {
                    place--;
                }
                sizes.add(place, size);
                around.add(place, leaders[loop.getKey()]);
            }
        }
        return around;
    }

    /// The instructions of the loop with a header.
    BitSet instructionsOf(int header) {
        var all = new BitSet();
        BitSet loop = loops.getOrDefault(blockOf(header), new BitSet());
        for (int block = loop.nextSetBit(0); block >= 0; block = loop.nextSetBit(block + 1)) {
            all.set(leaders[block], block + 1 < leaders.length ? leaders[block + 1] : body.length());
        }
        return all;
    }

    private int[] leaders() {
        var first = new BitSet();
        first.set(0);
        for (int i = 0; i < body.length(); i++) {
            int[] jumps = body.targets(i);
            for (int jump : jumps) {
                first.set(jump);
            }
            if (jumps.length > 0 || !body.fallsThrough(i)) {
                first.set(i + 1);
            }
        }
        for (CodeBody.Handler row : body.handlers) {
            first.set(row.start());
            first.set(row.end());
            first.set(row.entry());
        }
        first.clear(body.length());
        int[] all = new int[first.cardinality()];
        int count = 0;
        for (int at = first.nextSetBit(0); at >= 0; at = first.nextSetBit(at + 1)) {
            all[count++] = at;
        }
        return all;
    }

    private int blockOf(int index) {
        int found = Arrays.binarySearch(leaders, index);
        return found >= 0 ? found : -found - 2;
    }

    private void link() {
        for (int block = 0; block < leaders.length; block++) {
            successors.add(new ArrayList<>());
            predecessors.add(new ArrayList<>());
        }
        for (int block = 0; block < leaders.length; block++) {
            int end = block + 1 < leaders.length ? leaders[block + 1] : body.length();
            for (int next : body.successors(end - 1)) {
                edge(block, blockOf(next));
            }
            for (int entry : flow.handlersAt[leaders[block]]) {
                edge(block, blockOf(entry));
            }
        }
    }

    private void edge(int from, int to) {
        successors.get(from).add(to);
        predecessors.get(to).add(from);
    }

    /// The blocks that can be reached, each before those it leads to, back edges aside; notes their places.
    private List<Integer> reversePostorder() {
        var done = new ArrayDeque<Integer>();
        var seen = new BitSet();
        var path = new ArrayDeque<Integer>(List.of(0));
        int[] next = new int[leaders.length];
        seen.set(0);
        while (!path.isEmpty()) {
            int block = path.getLast();
            if (next[block] == successors.get(block).size()) {
                done.addFirst(path.removeLast());
                continue;
            }
            int to = successors.get(block).get(next[block]++);
            if (!seen.get(to)) {
                seen.set(to);
                path.addLast(to);
            }
        }
        var all = new ArrayList<>(done);
        for (int place = 0; place < all.size(); place++) {
            order[all.get(place)] = place;
        }
        return all;
    }

    private int[] dominators(List<Integer> blocks) {
        int[] immediate = new int[leaders.length];
        Arrays.fill(immediate, -1);
        immediate[0] = 0;
        boolean changed = true;
        while (changed) {
            changed = false;
            for (int block : blocks.subList(1, blocks.size())) {
                int common = -1;
                for (int before : predecessors.get(block)) {
                    if (immediate[before] >= 0) {
                        common = common < 0 ? before : common(immediate, before, common);
                    }
                }
                if (immediate[block] != common) {
                    immediate[block] = common;
                    changed = true;
                }
            }
        }
        return immediate;
    }

    private int common(int[] immediate, int one, int other) {
        int a = one;
        int b = other;
        while (a != b) {
            if (order[a] > order[b]) {
                a = immediate[a];
            } else {
                b = immediate[b];
            }
        }
        return a;
    }

    private boolean dominates(int above, int below) {
        int at = below;
        while (order[at] > order[above]) {
            at = dominator[at];
        }
        return at == above;
    }

    /// Adds what leads to the end of a back edge without its header.
    private void collect(int header, int from) {
        BitSet loop = loops.get(header);
        if (loop == null) {
            loop = new BitSet();
            loops.put(header, loop);
        }
        loop.set(header);
        var work = new ArrayDeque<Integer>(List.of(from));
        while (!work.isEmpty()) {
            int block = work.remove();
            if (!loop.get(block)) {
                loop.set(block);
                for (int before : predecessors.get(block)) {
                    if (dominator[before] >= 0) {
                        work.add(before);
                    }
                }
            }
        }
    }
}
