// SPDX-License-Identifier: Apache-2.0
import static dev.wakeful.Async.async;

import dev.wakeful.AsyncBlock;
import dev.wakeful.AsyncConsumer;
import dev.wakeful.Future;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.FileInputStream;
import java.io.InputStream;
import java.io.StringReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.function.Supplier;
import java.util.zip.GZIPInputStream;

class Blocking {
    Future<Integer> threads(Object monitor, Thread thread, Process process, ExecutorService executor) {
        return async(() -> {
            synchronized (monitor) {
                monitor.wait();
            }
            thread.join();
            executor.invokeAll(List.of());
            executor.awaitTermination(1, TimeUnit.SECONDS);
            return process.waitFor();
        });
    }

    Future<Integer> queues(CountDownLatch latch, BlockingQueue<Integer> queue, Semaphore semaphore) {
        return async(() -> {
            latch.await();
            queue.put(1);
            semaphore.acquire();
            return queue.take() + queue.poll(1, TimeUnit.SECONDS);
        });
    }

    Future<Integer> futures(CompletableFuture<Integer> one, java.util.concurrent.Future<Integer> other) {
        return async(() -> one.get() + one.join() + other.get());
    }

    Future<Integer> files(InputStream in, BufferedReader reader, FileInputStream file) {
        return async(() -> {
            var socket = new Socket("localhost", 80);
            socket.getInputStream();
            InetAddress.getByName("localhost");
            Files.readString(Path.of("a"));
            reader.readLine();
            return in.read() + file.read();
        });
    }

    Future<Integer> fine(BlockingQueue<Integer> queue, Semaphore semaphore, Lock lock, CompletableFuture<Integer> one) {
        return async(() -> {
            var unconnected = new Socket();
            unconnected.close();
            lock.lock();
            lock.unlock();
            queue.offer(1);
            queue.poll();
            semaphore.tryAcquire();
            semaphore.release();
            one.complete(1);
            return one.getNow(1) + new ByteArrayInputStream(new byte[1]).read();
        });
    }

    int outside(InputStream in) throws Exception {
        Thread.sleep(1);
        return in.read();
    }

    Future<Runnable> insideAnother(Thread thread) {
        return async(() -> () -> {
            try {
                thread.join();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    void start(AsyncConsumer<Long> block) {}

    AsyncBlock<Integer> reference(BlockingQueue<Integer> queue) {
        AsyncConsumer<Long> sleep = Thread::sleep;
        start(sleep);
        return queue::take;
    }

    Future<String> fineInMemory(BlockingQueue<Integer> queue) {
        return async(() -> {
            Supplier<Integer> later = queue::poll;
            var reader = new BufferedReader(new StringReader("a"));
            return reader.readLine() + new GZIPInputStream(new ByteArrayInputStream(new byte[later.get()])).read();
        });
    }
}
