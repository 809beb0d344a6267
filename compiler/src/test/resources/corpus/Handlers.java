// SPDX-License-Identifier: Apache-2.0
import static dev.wakeful.Async.*;

import dev.wakeful.*;
import dev.wakeful.compiler.corpus.Probe;
import java.io.*;

class Handlers {
    static Future<Object> program(Probe p) {
        return async(() -> {
            String s = "";
            try {
                s += await(p.of("a"));
                s += await(p.<String>fail(new IOException("io")));
            } catch (IOException e) {
                s += p.log("caught", e.getMessage()) + await(p.of("b"));
            } finally {
                s += await(p.of("fin"));
            }
            for (int i = 0; i < 3; i++) {
                try {
                    if (i == 1) continue;
                    if (i == 2) break;
                    s += await(p.of(i));
                } finally {
                    p.log("finally", s + await(p.of("f" + i)));
                }
            }
            try (R a = new R(p, "a");
                    R b = new R(p, await(p.of("b")))) {
                s += await(p.of("in"));
                try {
                    await(p.fail(new IllegalStateException("x")));
                } catch (RuntimeException | IOException e) {
                    s += e.getMessage();
                }
                throw await(p.of(new IOException("body")));
            } catch (Throwable t) {
                s += t.getMessage() + t.getSuppressed().length;
            }
            try {
                try {
                    await(p.fail(new Error("deep")));
                } finally {
                    p.log("inner", await(p.of(1)));
                }
            } catch (Error e) {
                p.log("outer", e.getMessage());
            }
            try {
                return s + await(p.of("ret"));
            } finally {
                p.log("end", await(p.of(2)));
            }
        });
    }

    record R(Probe p, String n) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            p.log("close " + n);
            throw new IOException("close " + n);
        }
    }
}
