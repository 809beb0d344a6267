// SPDX-License-Identifier: Apache-2.0
import static dev.wakeful.Async.*;

import dev.wakeful.*;
import dev.wakeful.compiler.corpus.Probe;

class Simple {
    static Future<Object> program(Probe p) {
        int k = 7;
        long w = 1L << 40;
        return async(() -> {
            int a = await(p.of(1));
            double d = 2.5;
            String s = "x" + await(p.of("y")) + a + d + w;
            for (int i = 0; i < 3; i++) {
                s += await(p.of(i)) + k;
            }
            int[] array = {1, 2, 3};
            array[await(p.of(1))] += await(p.of(10));
            long sum = 0;
            for (int x : array) sum += x + await(p.of((long) x));
            boolean b = await(p.of(true)) && !await(p.of(false));
            return p.log("s", s) + sum + b + array[1] + (a > 0 ? await(p.of('c')) : "never");
        });
    }
}
