// SPDX-License-Identifier: Apache-2.0
import static dev.wakeful.Async.*;

import dev.wakeful.*;
import dev.wakeful.compiler.corpus.Probe;

/// The last await stands in the line of the loop's header.
class LastLoop {
    static Future<Integer> program(Probe p) {
        return async(() -> {
            int n = 0;
            while (await(p.of(n)) < 3) {
                n++;
            }
            return n;
        });
    }
}
