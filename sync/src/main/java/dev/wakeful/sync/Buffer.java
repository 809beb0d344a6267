// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The values of a channel, oldest first, in chunks that are supplied from outside, so that nothing is allocated while
/// the guard is held. Once two chunks are there, they take turns. Touched under the guard only.
final class Buffer {
    private static final int MAX_CHUNK = 256;

    private final int chunkSize;
    private Chunk head;
    private Chunk tail;
    private @Nullable Chunk spare;
    private int headIndex;
    private int tailIndex;
    private int size;

    Buffer(int capacity) {
        chunkSize = Math.clamp(capacity, 1, MAX_CHUNK);
        head = newChunk();
        tail = head;
    }

    Chunk newChunk() {
        return new Chunk(chunkSize);
    }

    int size() {
        return size;
    }

    /// Whether the next [#add] finds a place; if not, [#supply] a chunk first.
    boolean hasRoom() {
        return tailIndex < chunkSize || spare != null;
    }

    void supply(Chunk made) {
        spare = made;
    }

    void add(Object value) {
        if (tailIndex == chunkSize) {
            Chunk added = Objects.requireNonNull(spare, "a chunk is supplied before");
            spare = null;
            tail.next = added;
            tail = added;
            tailIndex = 0;
        }
        tail.values[tailIndex++] = value;
        size++;
    }

    /// Takes the oldest value; there is one.
    Object take() {
        Object value = Objects.requireNonNull(head.values[headIndex], "taken from an empty buffer");
        head.values[headIndex++] = null;
        if (--size == 0 && head == tail) {
            headIndex = 0;
            tailIndex = 0;
        } else if (headIndex == chunkSize) {
            Chunk used = head;
            head = Objects.requireNonNull(used.next, "there are values left");
            headIndex = 0;
            used.next = null;
            spare = used;
        }
        return value;
    }

    /// Some places for values.
    static final class Chunk {
        final @Nullable Object[] values;

        @Nullable
        Chunk next;

        Chunk(int size) {
            values = new @Nullable Object[size];
        }
    }
}
