// SPDX-License-Identifier: Apache-2.0
import static dev.wakeful.Async.async;
import static dev.wakeful.Async.await;

import dev.wakeful.Future;
import java.util.List;

class Twice {
    Future<Integer> make() {
        return async(() -> 1);
    }

    Future<Integer> loops(Future<Integer> a, Future<Integer> b, Future<Integer> c, Future<Integer> d) {
        return async(() -> {
            int sum = 0;
            while (sum < 3) {
                sum += await(a);
            }
            do {
                sum += await(b);
            } while (sum < 9);
            for (int i = 0; i < 2; i++) {
                if (i > 0) {
                    return sum;
                }
                sum += await(c);
            }
            outer:
            for (; ; ) {
                for (; ; ) {
                    sum += await(d);
                    continue outer;
                }
            }
        });
    }

    Future<Integer> branches(Future<Integer> a, Future<Integer> b, int kind) {
        return async(() -> {
            int sum = kind > 1 ? await(a) : 0;
            if (kind > 1) {
                sum += await(a);
            } else {
                sum = await(a);
            }
            int more = switch (kind) {
                case 1 -> await(b);
                case 2 -> {
                    int half = await(b);
                    yield half / 2;
                }
                default -> throw new IllegalStateException();
            };
            try {
                sum += await(b);
            } finally {
                sum++;
            }
            return sum + more + await(a);
        });
    }

    Future<Integer> fineInLoops(List<Integer> list, Future<Integer> first) {
        return async(() -> {
            int sum = 0;
            for (int number : list) {
                if (number > 2) {
                    sum += await(first);
                    break;
                }
            }
            var again = make();
            for (int i = 0; i < 3; i++) {
                var fresh = make();
                sum += await(fresh) + await(again);
                again = make();
            }
            return sum;
        });
    }

    Future<Integer> fineToTryAgain() {
        return async(() -> {
            var future = make();
            for (; ; ) {
                try {
                    return await(future);
                } catch (RuntimeException e) {
                    future = make();
                }
            }
        });
    }

    Future<Integer> fineSinceShared(Future<Integer> future) {
        return async(() -> {
            var shared = future.shared();
            return await(shared) + await(shared);
        });
    }

    Future<Integer> inParenthesesAndWhereConditionsMeet(Future<Integer> a, Future<Integer> b, boolean either) {
        return async(() -> {
            int sum = await((a)) + await(a);
            if (await(b) > 1 && either) {
                sum++;
            }
            return sum + await(b);
        });
    }

    Future<Integer> fineUntilAFlagIsSet(Future<Integer> future) {
        return async(() -> {
            int sum = 0;
            boolean done = false;
            while (!done) {
                sum += await(future);
                done = true;
            }
            return sum;
        });
    }

    Future<Integer> fineSinceSharedLater(Future<Integer> future, boolean either) {
        return async(() -> {
            var one = either ? future.shared() : make().shared();
            var same = one;
            var later = make();
            later = make().shared();
            return await(one) + await(one) + await(same) + await(same) + await(later) + await(later);
        });
    }

    Future<Integer> silencedAtAVariable(Future<Integer> future) {
        return async(() -> {
            int first = await(future);
            @SuppressWarnings("wakeful:twice")
            int second = await(future);
            return first + second;
        });
    }
}
