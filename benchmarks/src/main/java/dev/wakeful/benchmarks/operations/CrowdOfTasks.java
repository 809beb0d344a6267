// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.benchmarks.operations;

import static dev.wakeful.Async.async;
import static dev.wakeful.Async.await;
import static dev.wakeful.Async.yieldNow;

import dev.wakeful.CancelledException;
import dev.wakeful.Future;
import dev.wakeful.JoinHandle;
import dev.wakeful.TaskScope;
import dev.wakeful.sync.Mpsc;
import dev.wakeful.sync.Mutex;
import dev.wakeful.sync.Receiver;
import dev.wakeful.sync.Semaphore;
import dev.wakeful.sync.Sender;
import dev.wakeful.time.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A crowd of children of a scope.
final class CrowdOfTasks {
    private static final Duration HOUR = Duration.ofHours(1);

    private CrowdOfTasks() {}

    /// What `tasks` tasks do at once.
    static Future<@Nullable Void> of(String does, int tasks) {
        return TaskScope.run(scope -> {
            switch (does) {
                case "yield" -> all(scope, tasks, CrowdOfTasks::yields);
                case "chain" -> all(scope, tasks, CrowdOfTasks::chains);
                case "timeout" -> all(scope, tasks, CrowdOfTasks::timeouts);
                case "mutex" -> {
                    var mutex = new Mutex();
                    all(scope, tasks, () -> locks(mutex));
                }
                case "semaphore" -> {
                    var semaphore = new Semaphore(Crowd.PERMITS);
                    all(scope, tasks, () -> permits(semaphore));
                }
                case "ping-pong" -> {
                    for (int pair = 0; pair < tasks / 2; pair++) {
                        Mpsc<Integer> ping = Mpsc.bounded(1);
                        Mpsc<Integer> pong = Mpsc.bounded(1);
                        scope.spawn(exchanges(ping.sender(), pong.receiver(), true));
                        scope.spawn(exchanges(pong.sender(), ping.receiver(), false));
                    }
                }
                case "channel" -> {
                    Mpsc<Integer> channel = Mpsc.bounded(Crowd.CAPACITY);
                    var sender = channel.sender();
                    all(scope, tasks, () -> sends(sender));
                    var receiver = channel.receiver();
                    for (int i = 0; i < tasks * Crowd.TIMES; i++) {
                        await(receiver.receive());
                    }
                }
                case "sleep-cancel" -> {
                    var sleepers = new ArrayList<JoinHandle<@Nullable Void>>(tasks);
                    for (int task = 0; task < tasks; task++) {
                        sleepers.add(scope.spawn(Time.sleep(HOUR)));
                    }
                    await(yieldNow());
                    for (var sleeper : sleepers) {
                        sleeper.abort();
                    }
                    for (var sleeper : sleepers) {
                        try {
                            await(sleeper);
                        } catch (CancelledException _) {
                            // what it was aborted for
                        }
                    }
                }
                default -> throw Crowd.unknown(does);
            }
        });
    }

    private static void all(TaskScope scope, int tasks, Supplier<Future<@Nullable Void>> task) {
        for (int i = 0; i < tasks; i++) {
            scope.spawn(task.get());
        }
    }

    private static Future<@Nullable Void> yields() {
        return async(() -> {
            for (int i = 0; i < Crowd.TIMES; i++) {
                await(yieldNow());
            }
        });
    }

    private static Future<@Nullable Void> chains() {
        return async(() -> {
            for (int i = 0; i < Crowd.TIMES; i++) {
                await(chain(Crowd.DEPTH));
            }
        });
    }

    private static Future<Integer> chain(int depth) {
        return async(() -> {
            if (depth == 0) {
                await(yieldNow());
                return 0;
            }
            return await(chain(depth - 1)) + 1;
        });
    }

    private static Future<@Nullable Void> timeouts() {
        return async(() -> {
            for (int i = 0; i < Crowd.TIMES; i++) {
                await(Time.timeout(HOUR, yieldNow()));
            }
        });
    }

    private static Future<@Nullable Void> locks(Mutex mutex) {
        return async(() -> {
            for (int i = 0; i < Crowd.TIMES; i++) {
                try (var _ = await(mutex.lock())) {
                    await(yieldNow());
                }
            }
        });
    }

    private static Future<@Nullable Void> permits(Semaphore semaphore) {
        return async(() -> {
            for (int i = 0; i < Crowd.TIMES; i++) {
                try (var _ = await(semaphore.acquire())) {
                    await(yieldNow());
                }
            }
        });
    }

    private static Future<@Nullable Void> exchanges(Sender<Integer> out, Receiver<Integer> in, boolean first) {
        return async(() -> {
            for (int i = 0; i < Crowd.TIMES; i++) {
                if (first) {
                    await(out.send(i));
                    await(in.receive());
                } else {
                    await(in.receive());
                    await(out.send(i));
                }
            }
        });
    }

    private static Future<@Nullable Void> sends(Sender<Integer> sender) {
        return async(() -> {
            for (int i = 0; i < Crowd.TIMES; i++) {
                await(sender.send(i));
            }
        });
    }
}
