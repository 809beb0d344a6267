// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler.assembler;

import java.util.Arrays;

/// Bytes in the order of class files, as many as come.
final class Buffer {
    private byte[] bytes;
    private int size;

    Buffer(int capacity) {
        this.bytes = new byte[capacity];
    }

    int size() {
        return size;
    }

    private int grow(int count) {
        int at = size;
        size += count;
        if (size > bytes.length) {
            bytes = Arrays.copyOf(bytes, 2 * size);
        }
        return at;
    }

    void u1(int value) {
        int at = grow(1);
        bytes[at] = (byte) value;
    }

    void u2(int value) {
        int at = grow(2);
        bytes[at] = (byte) (value >> 8);
        bytes[at + 1] = (byte) value;
    }

    void u4(int value) {
        int at = grow(4);
        patch4(at, value);
    }

    void patch2(int at, int value) {
        bytes[at] = (byte) (value >> 8);
        bytes[at + 1] = (byte) value;
    }

    void patch4(int at, int value) {
        patch2(at, value >> 16);
        patch2(at + 2, value);
    }

    void append(byte[] from, int start, int length) {
        int at = grow(length);
        System.arraycopy(from, start, bytes, at, length);
    }

    void append(Buffer other) {
        append(other.bytes, 0, other.size);
    }

    byte[] toArray() {
        return Arrays.copyOf(bytes, size);
    }
}
