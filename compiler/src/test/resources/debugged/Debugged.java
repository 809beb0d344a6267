// SPDX-License-Identifier: Apache-2.0
import static dev.wakeful.Async.*;

import dev.wakeful.*;
import dev.wakeful.compiler.corpus.Probe;
import java.util.*;

class Debugged {
    private int base = 40;

    Future<Integer> total(Probe p, List<Integer> given) {
        return async(() -> {
            int before = given.size() + 1;
            String name = "n" + before;
            int first = await(p.of(2));
            long after = first + before;
            for (int number : given) {
                double half = number / 2.0;
                after += await(p.of(number));
                if (after > half) {
                    name += await(p.of("+"));
                }
            }
            try {
                int shorter = await(p.of(7)) - 1;
                await(p.fail(new IllegalStateException("x")));
                name = "lost";
            } catch (IllegalStateException e) {
                name += e.getMessage();
                await(p.of(0));
            } finally {
                name += await(p.of(".")) + base;
            }
            Runnable plain = () -> p.log("plain");
            plain.run();
            return await(p.of(name.length())) + (int) after + base;
        });
    }

    static Future<?> program(Probe p) {
        return new Debugged().total(p, List.of(3, 4));
    }
}
