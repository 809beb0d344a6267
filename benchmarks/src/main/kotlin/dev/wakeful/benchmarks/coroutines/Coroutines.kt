// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.benchmarks.coroutines

import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.joinAll
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.suspendCancellableCoroutine
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.Semaphore
import kotlinx.coroutines.sync.withLock
import kotlinx.coroutines.sync.withPermit
import kotlinx.coroutines.withTimeout
import kotlinx.coroutines.yield

/** The workloads with kotlinx.coroutines; one thread, that of the caller, unless `threads` says otherwise. */
object Coroutines {
    private fun on(threads: Int): CoroutineContext =
        if (threads == 1) EmptyCoroutineContext else Dispatchers.Default

    /** Ten suspending functions deep; the leaf is ready, or suspends once. */
    class Chain(private val suspends: Boolean, private val values: IntArray) {
        fun run(times: Int): Int = runBlocking {
            var x = 0
            for (i in 0..<times) {
                x = first(x and 63)
            }
            x
        }

        private suspend fun first(x: Int): Int = second(x) + 1

        private suspend fun second(x: Int): Int = third(x) + 1

        private suspend fun third(x: Int): Int = fourth(x) + 1

        private suspend fun fourth(x: Int): Int = fifth(x) + 1

        private suspend fun fifth(x: Int): Int = sixth(x) + 1

        private suspend fun sixth(x: Int): Int = seventh(x) + 1

        private suspend fun seventh(x: Int): Int = eighth(x) + 1

        private suspend fun eighth(x: Int): Int = ninth(x) + 1

        private suspend fun ninth(x: Int): Int = leaf(x) + 1

        private suspend fun leaf(x: Int): Int {
            if (suspends) {
                yield()
            }
            return values[x]
        }
    }

    /** Spawns a task and joins it, one after the other. */
    @JvmStatic
    fun spawnAndJoin(threads: Int, times: Int): Long = runBlocking(on(threads)) {
        var sum = 0L
        for (i in 0..<times) {
            sum += async { i and 63 }.await()
        }
        sum
    }

    /** Two tasks that give way to each other. */
    @JvmStatic
    fun yields(threads: Int, times: Int): Unit = runBlocking(on(threads)) {
        val all = List(2) {
            launch {
                for (i in 0..<times / 2) {
                    yield()
                }
            }
        }
        all.joinAll()
    }

    /** A task that sleeps for an hour, started, cancelled and joined. */
    @JvmStatic
    fun sleepAndCancel(times: Int): Unit = runBlocking {
        for (i in 0..<times) {
            val sleeper = launch { delay(3_600_000) }
            yield()
            sleeper.cancel()
            sleeper.join()
        }
    }

    /** Starts `tasks` tasks, each of which yields `yields` times, and joins them all. */
    @JvmStatic
    fun crowd(tasks: Int, yields: Int): Unit = runBlocking {
        val all = List(tasks) {
            launch {
                for (i in 0..<yields) {
                    yield()
                }
            }
        }
        all.joinAll()
    }

    /** Starts `tasks` tasks, each of which does its work `times` times, and joins them all. */
    @JvmStatic
    fun crowd(does: String, tasks: Int, times: Int): Unit = runBlocking {
        when (does) {
            "yield" -> all(tasks, times) { yield() }
            "chain" -> all(tasks, times) { chain(10) }
            "timeout" -> all(tasks, times) { withTimeout(3_600_000) { yield() } }
            "mutex" -> {
                val mutex = Mutex()
                all(tasks, times) { mutex.withLock { yield() } }
            }
            "semaphore" -> {
                val semaphore = Semaphore(10)
                all(tasks, times) { semaphore.withPermit { yield() } }
            }
            "ping-pong" -> {
                val all = List(tasks / 2) { launch { pingPongHere(times) } }
                all.joinAll()
            }
            "channel" -> {
                val channel = Channel<Int>(128)
                val senders = List(tasks) { launch { repeat(times) { channel.send(it) } } }
                repeat(tasks * times) { channel.receive() }
                senders.joinAll()
            }
            "sleep-cancel" -> {
                val sleepers = List(tasks) { launch { delay(3_600_000) } }
                yield()
                sleepers.forEach { it.cancel() }
                sleepers.joinAll()
            }
            else -> throw IllegalArgumentException("a crowd of coroutines does not $does")
        }
    }

    private suspend fun all(tasks: Int, times: Int, work: suspend () -> Unit) = coroutineScope {
        val all = List(tasks) { launch { repeat(times) { work() } } }
        all.joinAll()
    }

    private suspend fun chain(depth: Int): Int {
        if (depth == 0) {
            yield()
            return 0
        }
        return chain(depth - 1) + 1
    }

    /** Two tasks and two channels of one. */
    @JvmStatic
    fun pingPong(threads: Int, times: Int): Long = runBlocking(on(threads)) { pingPongHere(times) }

    private suspend fun pingPongHere(times: Int): Long = coroutineScope {
        val ping = Channel<Int>(1)
        val pong = Channel<Int>(1)
        launch {
            for (i in 0..<times) {
                pong.send(ping.receive())
            }
        }
        var sum = 0L
        for (i in 0..<times) {
            ping.send(i and 63)
            sum += pong.receive()
        }
        sum
    }

    /** Many senders, one receiver, a bounded channel. */
    @JvmStatic
    fun channel(senders: Int, capacity: Int, messages: Int): Long = runBlocking {
        val channel = Channel<Int>(capacity)
        val each = messages / senders
        repeat(senders) {
            launch {
                for (i in 0..<each) {
                    channel.send(i and 63)
                }
            }
        }
        var sum = 0L
        for (i in 0..<each * senders) {
            sum += channel.receive()
        }
        sum
    }

    @JvmStatic
    fun mutex(times: Int): Long = runBlocking {
        val mutex = Mutex()
        var sum = 0L
        for (i in 0..<times) {
            mutex.withLock { sum += i }
        }
        sum
    }

    /** Two tasks on one thread; the holder yields while it holds the lock. */
    @JvmStatic
    fun mutexOverYield(times: Int): Long = runBlocking {
        val mutex = Mutex()
        var sum = 0L
        val all = List(2) {
            launch {
                for (i in 0..<times / 2) {
                    mutex.withLock {
                        sum += i
                        yield()
                    }
                }
            }
        }
        all.joinAll()
        sum
    }

    /** Some tasks that want one lock. */
    @JvmStatic
    fun mutexOnThreads(threads: Int, tasks: Int, each: Int): Long = runBlocking(on(threads)) {
        val mutex = Mutex()
        var sum = 0L
        val all = List(tasks) {
            launch {
                for (i in 0..<each) {
                    mutex.withLock { sum++ }
                }
            }
        }
        all.joinAll()
        sum
    }

    @JvmStatic
    fun semaphore(times: Int): Long = runBlocking {
        val semaphore = Semaphore(10)
        var sum = 0L
        for (i in 0..<times) {
            semaphore.acquire()
            sum += i
            semaphore.release()
        }
        sum
    }

    /** A limit of an hour around a function that is ready, or suspends once. */
    @JvmStatic
    fun timeout(suspends: Boolean, times: Int): Long = runBlocking {
        var sum = 0L
        for (i in 0..<times) {
            sum += withTimeout(3_600_000) {
                if (suspends) {
                    yield()
                }
                i and 63
            }
        }
        sum
    }

    /** `tasks` tasks that sleep between 0 and two seconds. Gives the number of those that woke too early. */
    @JvmStatic
    fun sleeps(tasks: Int): Int = runBlocking {
        var early = 0
        val all = List(tasks) { index ->
            launch {
                val millis = (index * 7919L) % 2_000
                val from = System.nanoTime()
                delay(millis)
                if (System.nanoTime() - from < millis * 1_000_000) {
                    early++
                }
            }
        }
        all.joinAll()
        early
    }

    /** Starts `tasks` tasks that wait for ever, calls `look` while they do, and cancels them. */
    @JvmStatic
    fun parked(tasks: Int, depth: Int, look: Runnable): Unit = runBlocking {
        val all = Array(tasks) { index ->
            launch(start = CoroutineStart.UNDISPATCHED) {
                if (depth <= 1) {
                    awaitCancellation()
                } else {
                    deep(index, index + 1L, "x")
                }
            }
        }
        look.run()
        all.forEach { it.cancel() }
    }

    private suspend fun deep(a: Int, b: Long, c: String): Int = deep2(a + 1, b + 1, c) + a + b.toInt() + c.length

    private suspend fun deep2(a: Int, b: Long, c: String): Int = deep3(a + 1, b + 1, c) + a + b.toInt() + c.length

    private suspend fun deep3(a: Int, b: Long, c: String): Int = deep4(a + 1, b + 1, c) + a + b.toInt() + c.length

    private suspend fun deep4(a: Int, b: Long, c: String): Int = deep5(a + 1, b + 1, c) + a + b.toInt() + c.length

    private suspend fun deep5(a: Int, b: Long, c: String): Int {
        return suspendCancellableCoroutine<Int> {} + a + b.toInt() + c.length
    }
}
