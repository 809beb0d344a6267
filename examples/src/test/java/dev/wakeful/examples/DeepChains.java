// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.examples;

import static dev.wakeful.Async.async;
import static dev.wakeful.Async.await;
import static dev.wakeful.Async.yieldNow;

import dev.wakeful.Future;
import dev.wakeful.runtime.AsyncRuntime;
import dev.wakeful.sync.Mpmc;
import dev.wakeful.sync.Receiver;
import dev.wakeful.sync.Sender;

/// Blocks that await each other a thousand deep, in a program of its own.
final class DeepChains {
    private DeepChains() {}

    private static Future<Integer> depth(int levels) {
        return async(() -> {
            if (levels == 0) {
                await(yieldNow());
                return 0;
            }
            return 1 + await(depth(levels - 1));
        });
    }

    private static Future<Integer> fails(int levels) {
        return async(() -> levels == 0 ? Integer.parseInt("none") : 1 + await(fails(levels - 1)));
    }

    /// Never ends but by the end of the stack.
    private static Future<Integer> passesOn(Sender<Integer> sender, Receiver<Integer> receiver) {
        return async(() -> {
            await(sender.send(1));
            return await(receiver.receive()) + await(passesOn(sender, receiver));
        });
    }

    private static void tryOut(String name, AsyncRuntime runtime, int levels) throws Exception {
        try (runtime) {
            System.out.println(name + ": " + runtime.blockOn(depth(levels)));
            try {
                runtime.blockOn(fails(levels));
            } catch (NumberFormatException e) {
                System.out.println(name + ": " + e.getMessage());
            }
            var cancelled = runtime.spawn(async(() -> {
                await(depth(levels));
                await(Future.pending());
            }));
            runtime.blockOn(yieldNow());
            cancelled.abort("enough");
            runtime.blockOn(yieldNow());
            try {
                runtime.blockOn(depth(10_000_000));
            } catch (StackOverflowError e) {
                System.out.println(name + ": the task overflowed");
            }
            System.out.println(name + ": " + runtime.blockOn(depth(1)));
            Mpmc<Integer> channel = Mpmc.bounded(2);
            try {
                runtime.blockOn(passesOn(channel.sender(), channel.receiver()));
            } catch (StackOverflowError e) {
                runtime.blockOn(channel.sender().send(1));
                System.out.println(name + ": the channel holds "
                        + runtime.blockOn(channel.receiver().receive()));
            }
        }
    }

    public static void main(String[] args) throws Exception {
        int levels = Integer.parseInt(args[0]);
        tryOut("one thread", AsyncRuntime.currentThread().build(), levels);
        tryOut("workers", AsyncRuntime.multiThread().workers(2).build(), levels);
    }
}
