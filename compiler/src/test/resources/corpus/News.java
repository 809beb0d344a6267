// SPDX-License-Identifier: Apache-2.0
import static dev.wakeful.Async.*;

import dev.wakeful.*;
import dev.wakeful.compiler.corpus.Probe;
import java.util.*;

class News {
    static List<String> init = new ArrayList<>();

    record Pair(Object a, Object b) {}

    static class Init {
        static {
            init.add("Init");
        }

        final String v;

        Init(String v, long w, Object... rest) {
            this.v = v + w + rest.length;
            init.add("new");
        }
    }

    static Future<Object> program(Probe p) {
        init.clear();
        return async(() -> {
            Object o = new Pair(await(p.of(1)), new Pair(await(p.of("n")), await(p.of(null))));
            String s = new String(new StringBuilder("q").append(await(p.of(3))).append(o));
            int[][] grid = new int[await(p.of(2))][await(p.of(3))];
            grid[await(p.of(1))][2] = await(p.of(5));
            Init i = new Init(p.log("arg", await(p.of("first"))), await(p.of(9L)), await(p.of(1)), "z", await(p.of(2)));
            Object[] all = {1, await(p.of(2)), new Pair(await(p.of(true)) ? "t" : await(p.of("f")), grid[1][2])};
            Object inner = new Object() {
                final int q = all.length;

                @Override
                public String toString() {
                    return "anon" + q;
                }
            };
            throw new IllegalArgumentException(s
                    + i.v
                    + Arrays.toString(all)
                    + inner
                    + await(p.of("end"))
                    + new Pair(new Pair(1, await(p.of(2))), await(p.of(3))));
        });
    }
}
