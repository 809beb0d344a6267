// SPDX-License-Identifier: Apache-2.0
import static dev.wakeful.Async.*;

import dev.wakeful.*;
import dev.wakeful.compiler.corpus.Probe;
import java.util.*;

/// Loops inside of expressions, which leave values on the stack meanwhile.
class LoopsOnStack {
    static Future<Object> program(Probe p) {
        return async(() -> {
            int k = await(p.of(4));
            String deep = "a" + k
                    + switch (k) {
                        case 4 -> {
                            int in = 0;
                            for (String t : List.of("x", "yy")) {
                                in += t.length() * await(p.of(k));
                            }
                            yield in;
                        }
                        default -> 0;
                    }
                    + k;
            StringBuilder made = new StringBuilder(deep
                    + switch (deep.length()) {
                        default -> {
                            char c = 'a';
                            while (c < await(p.of('d'))) {
                                c += (char) (int) await(p.of(1));
                            }
                            yield c;
                        }
                    });
            return made.toString() + deep;
        });
    }
}
