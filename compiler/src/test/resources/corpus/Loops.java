// SPDX-License-Identifier: Apache-2.0
import static dev.wakeful.Async.*;

import dev.wakeful.*;
import dev.wakeful.compiler.corpus.Probe;
import java.io.*;
import java.util.*;

class Loops {
    static Future<Object> program(Probe p) {
        int[] data = {4, 1, 3};
        return async(() -> {
            long sum = 0;
            String s = "";
            outer:
            for (int i = 0; i < 4; i++) {
                double half = i / 2.0;
                for (int x : data) {
                    if (x == 1 && i == 1) continue outer;
                    if (x == 3 && i == 3) break outer;
                    for (long l = 0; l < 2; l++) {
                        sum += x * await(p.of(l)) + i;
                        Object seen = half;
                        s += await(p.of("" + seen));
                    }
                    sum ^= await(p.of(7L));
                }
                s += half;
            }
            while (await(p.of(s.length())) < 60 && sum > 0) {
                String more = s.substring(0, 3);
                do {
                    s += more + await(p.of(1));
                } while (await(p.of(s.length() % 4 != 0)));
            }
            int tries = 0;
            while (true) {
                try {
                    tries++;
                    if (tries < 4) await(p.fail(new IOException("try " + tries)));
                    break;
                } catch (IOException e) {
                    s += p.log("again", e.getMessage()) + await(p.of("!"));
                } finally {
                    if (tries % 2 == 0) s += await(p.of("even"));
                }
            }
            int k = tries;
            StringBuilder made = new StringBuilder("a" + k);
            Iterator<Integer> numbers = List.of(1, 2, 3).iterator();
            for (Object any = null; numbers.hasNext(); any = await(p.of(numbers.next()))) {
                made.append(any);
            }
            for (; ; ) {
                try (Closer c = new Closer(p, made.length())) {
                    if (await(p.of(c.n)) > 14) return s + sum + made;
                    made.append(await(p.of("+")));
                }
            }
        });
    }

    record Closer(Probe p, int n) implements AutoCloseable {
        @Override
        public void close() {
            p.log("close " + n);
        }
    }
}
