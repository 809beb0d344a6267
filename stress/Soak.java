// SPDX-License-Identifier: Apache-2.0
// Keeps a runtime of several threads busy with everything at once, and counts: tasks, values, bytes, timers, sockets. Whatever is
// lost or left over ends it with an error.
//
//     ./wakeful run stress/Soak.java SECONDS [WORKERS [SEED]]
import static dev.wakeful.Async.*;

import dev.wakeful.*;
import dev.wakeful.net.*;
import dev.wakeful.runtime.*;
import dev.wakeful.sync.*;
import dev.wakeful.time.*;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

final AtomicLong sent = new AtomicLong();
final AtomicLong received = new AtomicLong();
final AtomicLong echoed = new AtomicLong();
final AtomicLong slept = new AtomicLong();
final AtomicLong locked = new AtomicLong();
final AtomicReference<String> broken = new AtomicReference<>();

Future<Void> echo(TcpStream socket) {
    return async(() -> {
        try (socket) {
            var buffer = ByteBuffer.allocate(512);
            while (await(socket.read(buffer)) >= 0) {
                await(socket.writeAll(buffer.flip()));
                buffer.clear();
            }
        } catch (IOException e) {
            // the client was cancelled
        }
    });
}

Future<Void> serve(TcpListener listener) {
    return TaskScope.run(scope -> {
        while (true) {
            scope.spawn(echo(await(listener.accept())));
        }
    });
}

Future<Void> talk(SocketAddress address, int seed) {
    return async(() -> {
        try (var socket = await(TcpStream.connect(address))) {
            var bytes = new byte[1 + seed % 900];
            new Random(seed).nextBytes(bytes);
            for (int i = 0; i < 3; i++) {
                await(socket.writeAll(ByteBuffer.wrap(bytes)));
                var answer = ByteBuffer.allocate(bytes.length);
                await(socket.readExactly(answer));
                if (!Arrays.equals(bytes, answer.array())) {
                    broken.set("the echo of " + bytes.length + " bytes is wrong");
                }
                echoed.addAndGet(bytes.length);
            }
        }
    });
}

/// Senders and a receiver over a channel: what was sent is what was received, unless somebody was cancelled.
Future<Void> channel(int capacity, int senders, int values) {
    return TaskScope.run(scope -> {
        Mpsc<Integer> channel = Mpsc.bounded(capacity);
        var receiver = channel.receiver();
        for (int i = 0; i < senders; i++) {
            var sender = channel.sender().copy();
            scope.spawn(() -> {
                try (sender) {
                    for (int value = 1; value <= values; value++) {
                        await(sender.send(value));
                        sent.addAndGet(value);
                    }
                }
            });
        }
        long sum = 0;
        for (int i = 0; i < senders * values; i++) {
            Integer value = await(receiver.receive());
            sum += value == null ? 0 : value;
        }
        if (sum != (long) senders * values * (values + 1) / 2) {
            broken.set("a channel delivered " + sum + " in place of " + (long) senders * values * (values + 1) / 2);
        }
        received.addAndGet(sum);
    });
}

Future<Void> locks(Mutex mutex, long[] counter) {
    return async(() -> {
        for (int i = 0; i < 10; i++) {
            try (var _ = await(mutex.lock())) {
                long before = counter[0];
                await(yieldNow());
                counter[0] = before + 1;
                locked.incrementAndGet();
            }
        }
    });
}

Future<Void> sleeps(long micros) {
    return async(() -> {
        await(Time.sleep(Duration.ofNanos(micros * 1000)));
        slept.incrementAndGet();
    });
}

Future<Void> one(SplittableRandom random, SocketAddress address, Mutex mutex, long[] counter) {
    return switch (random.nextInt(10)) {
        case 0, 1 -> talk(address, random.nextInt(1 << 20));
        case 2, 3, 4 -> channel(1 + random.nextInt(4), 1 + random.nextInt(3), 1 + random.nextInt(30));
        case 5, 6 -> locks(mutex, counter);
        default -> sleeps(random.nextInt(5_000));
    };
}

void main(String[] args) throws Exception {
    if (args.length < 1) {
        System.err.println("usage: Soak SECONDS [WORKERS [SEED]]");
        System.exit(2);
    }
    long end = System.nanoTime() + Long.parseLong(args[0]) * 1_000_000_000L;
    int workers = args.length > 1 ? Integer.parseInt(args[1]) : 4;
    long seed = args.length > 2 ? Long.parseLong(args[2]) : System.nanoTime();
    var random = new SplittableRandom(seed);
    var round = new AtomicLong();
    var failures = new ConcurrentLinkedQueue<String>();
    try (var runtime = AsyncRuntime.multiThread()
            .workers(workers)
            .seed(seed)
            .name("soak")
            .onUnhandledFailure((task, failure) -> failures.add(task + ": " + failure))
            .onReport(report -> {})
            .build()) {
        Thread.ofPlatform().daemon().start(() -> {
            for (long seen = -1; seen != round.get(); ) {
                seen = round.get();
                LockSupport.parkNanos(60_000_000_000L);
            }
            System.err.println("round " + round + " hangs, seed " + seed + "\n" + runtime.dump().text());
            System.exit(1);
        });
        var listener = runtime.blockOn(TcpListener.bind(new InetSocketAddress("127.0.0.1", 0)));
        var server = runtime.spawn("server", serve(listener));
        long tasks = 0;
        long cancelled = 0;
        do {
            var mutex = new Mutex();
            var counter = new long[1];
            long lockedBefore = locked.get();
            var handles = new ArrayList<JoinHandle<Void>>();
            for (int i = 0; i < 300; i++) {
                handles.add(runtime.spawn(one(random, listener.localAddress(), mutex, counter)));
                if (random.nextInt(5) == 0) {
                    handles.get(random.nextInt(handles.size())).abort("the soak wants it");
                }
            }
            for (var handle : handles) {
                try {
                    runtime.blockOn(handle);
                } catch (CancelledException e) {
                    cancelled++;
                }
            }
            tasks += handles.size();
            if (counter[0] != locked.get() - lockedBefore) {
                broken.set("the mutex let two tasks in: " + counter[0] + " of " + (locked.get() - lockedBefore));
            }
            if (broken.get() != null || !failures.isEmpty()) {
                System.err.println("round " + round + ", seed " + seed + ": " + broken.get() + " " + failures);
                System.exit(1);
            }
            if (round.incrementAndGet() % 100 == 0) {
                IO.println(round + " rounds: " + runtime.metrics());
            }
        } while (System.nanoTime() < end);
        listener.close();
        server.abort("the soak is over");
        while (runtime.metrics().tasksLive() > 0 || runtime.metrics().timers() > 0) {
            LockSupport.parkNanos(1_000_000); // the watchdog looks after this as well
        }
        IO.println("soak: " + tasks + " tasks, " + cancelled + " cancelled, values " + received + " of " + sent
                + " sent (the rest was cancelled), " + echoed + " bytes echoed, " + slept + " sleeps, " + locked
                + " locks; nothing lost, nothing left");
    }
}
