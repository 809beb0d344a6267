// SPDX-License-Identifier: Apache-2.0
import static dev.wakeful.Async.async;
import static dev.wakeful.Async.await;

import dev.wakeful.Future;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Lock;

class Warned {
    Future<Integer> make() {
        return async(() -> 1);
    }

    void dropped() {
        make();
        var unused = make();
        var used = make();
        used.shared();
    }

    Future<Integer> blocking(CompletableFuture<Integer> other) {
        return async(() -> {
            Thread.sleep(10);
            return other.get();
        });
    }

    Future<Integer> locked(Lock lock, Future<Integer> future) {
        return async(() -> {
            lock.lock();
            try {
                return await(future);
            } finally {
                lock.unlock();
            }
        });
    }

    Future<Integer> twice(Future<Integer> future, Future<Integer> looped) {
        return async(() -> {
            int first = await(future);
            for (int i = 0; i < 3; i++) {
                first += await(looped);
            }
            return first + await(future);
        });
    }

    Future<Integer> fine(Future<Integer> future, Lock lock) {
        return async(() -> {
            lock.lock();
            lock.unlock();
            var again = make();
            while (await(again) > 0) {
                again = make();
                if (first()) {
                    return await(future);
                }
            }
            return first() ? await(future) : 0;
        });
    }

    boolean first() {
        return true;
    }

    @SuppressWarnings("wakeful:dropped")
    void silencedByKind() {
        make();
    }

    @SuppressWarnings("wakeful")
    Future<Integer> silenced() {
        return async(() -> {
            make();
            Thread.sleep(5);
            return 1;
        });
    }
}
