// SPDX-License-Identifier: Apache-2.0
import static dev.wakeful.Async.*;

import dev.wakeful.*;
import dev.wakeful.compiler.corpus.Probe;
import java.io.*;
import java.util.*;

class Covered {
    private int base = 40;

    Future<Integer> total(Probe p, List<Integer> given) {
        return async(() -> {
            int sum = base;
            for (int number : given) {
                if (number > 100) {
                    sum += await(p.of(number)); // never
                    continue; // never
                }
                sum += number % 2 == 0 ? await(p.of(1)) : 2;
            }
            try (StringWriter writer = new StringWriter()) {
                writer.write(await(p.of("x")));
                if (sum < 0) {
                    throw new IOException(await(p.of("never"))); // never
                }
                await(p.fail(new IllegalStateException("x")));
                sum = await(p.of(0)); // never
            } catch (IllegalStateException e) {
                sum += await(p.of(e.getMessage())).length();
            } catch (IOException never) { // never
                sum = await(p.of(-1)); // never
            } finally {
                sum += await(p.of(3));
            }
            synchronized (this) {
                sum++;
            }
            switch (sum) {
                case 1 -> sum = await(p.of(5)); // never
                case 2 -> sum = 7; // never
                default -> sum += await(p.of(9));
            }
            if (sum == 1 || sum > 5 && given.isEmpty()) {
                return await(p.of(sum)); // never
            }
            return sum + await(other(p));
        });
    }

    private Future<Integer> other(Probe p) {
        return async(() -> {
            return await(p.of(base)) + await(more(p, 0));
        });
    }

    private static Future<Integer> more(Probe p, int number) {
        return async(() -> await(async(() -> await(p.of(number)))));
    }

    Future<Integer> unused(Probe p) {
        return async(
                () -> // never
                await(p.of(1))); // never
    }

    static Future<?> program(Probe p) {
        return new Covered().total(p, List.of(3, 4));
    }
}
