// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.benchmarks;

import dev.wakeful.benchmarks.operations.AwaitChain;
import dev.wakeful.benchmarks.operations.Channels;
import dev.wakeful.benchmarks.operations.Crowd;
import dev.wakeful.benchmarks.operations.Locks;
import dev.wakeful.benchmarks.operations.LocksOnTwo;
import dev.wakeful.benchmarks.operations.LocksOverYield;
import dev.wakeful.benchmarks.operations.Permits;
import dev.wakeful.benchmarks.operations.PingPong;
import dev.wakeful.benchmarks.operations.SleepAndCancel;
import dev.wakeful.benchmarks.operations.Sleeps;
import dev.wakeful.benchmarks.operations.Spawn;
import dev.wakeful.benchmarks.operations.Timeouts;
import dev.wakeful.benchmarks.operations.Yield;
import dev.wakeful.benchmarks.processes.CompileTime;
import dev.wakeful.benchmarks.processes.Echo;
import dev.wakeful.benchmarks.processes.Idle;
import dev.wakeful.benchmarks.processes.Memory;
import dev.wakeful.benchmarks.processes.StartUp;
import dev.wakeful.benchmarks.workload.Workload;
import java.util.List;
import java.util.stream.Stream;

/// All workloads, in the order of the documentation.
final class Workloads {
    private static final List<Integer> SIZES = List.of(10, 1_000, 100_000);

    private Workloads() {}

    static List<Workload> all() {
        return Stream.of(operations(), crowds(), processes())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Workload> operations() {
        return List.of(
                new Operation("chain-ready", "ten awaits deep, the leaf is ready; one chain", AwaitChain.class)
                        .with("suspends", false),
                new Operation("chain-pending", "ten awaits deep, the leaf gives way once; one chain", AwaitChain.class)
                        .with("suspends", true),
                new Operation("spawn", "spawn a task that gives a number, and join it", Spawn.class),
                new Operation("yield", "give way once to another task of the thread", Yield.class),
                new Operation(
                        "sleep-cancel",
                        "spawn a task that sleeps for an hour, cancel it, join it",
                        SleepAndCancel.class),
                new Operation("ping-pong", "a number there and back, two channels of one", PingPong.class),
                new Operation("channel-1", "one sender, one receiver, a channel of 128; a message", Channels.class)
                        .with("senders", 1),
                new Operation("channel-4", "four senders, one receiver, a channel of 128; a message", Channels.class)
                        .with("senders", 4),
                new Operation("mutex", "take a mutex that is free, and give it back", Locks.class),
                new Operation("mutex-yield", "two tasks, one mutex, held while giving way once", LocksOverYield.class),
                new Operation("spawn-2", "as spawn, with two threads", Spawn.class).onTwoThreads(),
                new Operation("yield-2", "as yield, with two threads", Yield.class).onTwoThreads(),
                new Operation("ping-pong-2", "as ping-pong, with two threads", PingPong.class).onTwoThreads(),
                new Operation("mutex-2", "four tasks, one mutex, two threads", LocksOnTwo.class).onTwoThreads(),
                new Operation("semaphore", "take one of ten permits that is free, and give it back", Permits.class),
                new Operation("timeout-ready", "a limit of an hour around what is ready", Timeouts.class)
                        .with("suspends", false),
                new Operation("timeout-pending", "a limit of an hour around what gives way once", Timeouts.class)
                        .with("suspends", true),
                new Operation("sleeps", "a million tasks that sleep for up to two seconds", Sleeps.class).once("4g"));
    }

    private static List<Workload> crowds() {
        return Crowd.KINDS.stream()
                .flatMap(does -> SIZES.stream().map(tasks -> crowd(does, tasks)))
                .toList();
    }

    private static Workload crowd(String does, int tasks) {
        String summary = "many tasks do what " + does + " does; " + tasks + " at once";
        return new Operation("crowd-" + does + "-" + tasks, summary, Crowd.class)
                .with("tasks", tasks)
                .with("does", does);
    }

    private static List<Workload> processes() {
        return List.of(
                new Memory("memory-1", 1),
                new Memory("memory-5", 5),
                new Echo("echo-1", 1, 64),
                new Echo("echo-64", 64, 64),
                new Echo("echo-1000", 1_000, 64),
                new Echo("echo-16k", 64, 16 * 1024),
                new Idle("idle-10000", 10_000),
                new StartUp(),
                new CompileTime(1_000));
    }
}
