// SPDX-License-Identifier: Apache-2.0
import static dev.wakeful.Async.async;
import static dev.wakeful.Async.await;
import static dev.wakeful.Async.yieldNow;

import dev.wakeful.Future;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.StampedLock;

class Locked {
    private Lock lock;

    Future<Integer> held(Future<Integer> future, ReadWriteLock both) {
        return async(() -> {
            this.lock.lock();
            both.readLock().lock();
            try {
                return await(future);
            } finally {
                both.readLock().unlock();
                lock.unlock();
            }
        });
    }

    Future<Integer> heldSinceItWasTried(Future<Integer> future) {
        return async(() -> {
            if (future != null && lock.tryLock()) {
                try {
                    return await(future);
                } finally {
                    lock.unlock();
                }
            }
            return 0;
        });
    }

    Future<Integer> heldByStamp(Future<Integer> future, StampedLock stamped) {
        return async(() -> {
            long stamp = stamped.writeLock();
            try {
                return await(future);
            } finally {
                stamped.unlockWrite(stamp);
            }
        });
    }

    Future<Integer> fineWhereItWasNotGot(Future<Integer> future) {
        return async(() -> {
            if (!lock.tryLock()) {
                return await(future);
            }
            lock.unlock();
            while (!lock.tryLock()) {
                await(yieldNow());
            }
            try {
                return 1;
            } finally {
                lock.unlock();
                await(yieldNow());
            }
        });
    }

    Future<Integer> fineWhereItWasUnlocked(Future<Integer> future, boolean early) {
        return async(() -> {
            lock.lock();
            if (early) {
                this.lock.unlock();
                return await(future);
            }
            lock.unlock();
            return await(future);
        });
    }

    Future<Integer> fineOnOtherPaths(Future<Integer> future, int kind) {
        return async(() -> {
            switch (kind) {
                case 1:
                    lock.lock();
                    return 1;
                case 2:
                    return await(future);
                default:
                    lock.lock();
                    Runnable unlock = lock::unlock;
                    unlock.run();
            }
            return await(future);
        });
    }
}
