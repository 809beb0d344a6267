// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.examples.kotlin

import dev.wakeful.Async.async
import dev.wakeful.Async.await
import dev.wakeful.AsyncAction
import dev.wakeful.AsyncBlock
import dev.wakeful.AsyncFunction
import dev.wakeful.Future
import java.io.IOException

/** A pair whose halves are awaited while it is made. */
data class Halves(val left: String, val right: Int)

/** Notes when it is opened and closed. */
class Resource(private val name: String, private val log: MutableList<String>) : AutoCloseable {
    init {
        log += "open $name"
    }

    override fun close() {
        log += "close $name"
    }
}

/** Awaits in a loop, with what is summed up on the stack. */
fun total(prices: List<Future<Int>>): Future<Int> = async(AsyncBlock {
    var sum = 0
    for (price in prices) {
        sum += await(price)
    }
    sum
})

/** A function that Kotlin inlines is part of the block. */
fun lengths(names: List<Future<String>>): Future<List<Int>> = async(AsyncBlock {
    names.map { await(it).length }
})

/** `use` is inlined as well: try and finally around awaits. */
fun guarded(log: MutableList<String>, first: Future<String>, second: Future<String>): Future<String> = async(AsyncBlock {
    Resource("a", log).use {
        Resource("b", log).use {
            val text = await(first)
            log += "first $text"
            text + await(second)
        }
    }
})

/** Falls back when the source fails, and always notes the end. */
fun orElse(source: Future<String>, fallback: Future<String>, log: MutableList<String>): Future<String> = async(AsyncBlock {
    try {
        await(source)
    } catch (e: IOException) {
        "${e.message} then ${await(fallback)}"
    } finally {
        log += "end"
    }
})

/** An object that is made of awaited arguments, and a `when` over an awaited value. */
fun kind(name: Future<String>, number: Future<Int>): Future<String> = async(AsyncBlock {
    val halves = Halves(await(name), await(number))
    when (val n = halves.right) {
        0 -> "none"
        in 1..9 -> "${halves.left} few"
        else -> "${halves.left} $n ${if (n % 2 == 0) "even" else "odd"}"
    }
})

/** A class whose private members the block sees, and blocks in a block. */
class Counter(private var count: Long) {
    fun add(steps: List<Future<Int>>): Future<Void?> = async(AsyncAction {
        for (step in steps) {
            count += await(async(AsyncBlock { await(step) + 1 }))
        }
    })

    fun twice(): AsyncFunction<Future<Int>, String> = AsyncFunction { number -> "$count and ${2 * await(number)}" }
}
