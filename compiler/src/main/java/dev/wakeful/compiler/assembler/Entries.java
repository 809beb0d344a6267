// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler.assembler;

import java.lang.classfile.constantpool.PoolEntry;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/// The entries of the constant pool of a new class, each of them once, in the order in which they are asked for.
final class Entries {
    private static final int MOST = 65535;
    private static final int ONE_BYTE = 0x80;
    private static final int TWO_BYTES = 0x800;

    private final Buffer bytes = new Buffer(1024);
    private final Map<String, Integer> texts = new HashMap<>();

    /// All others, by tag and operands.
    private final Map<Long, Integer> others = new HashMap<>();

    private int count = 1;

    private int add() {
        if (count == MOST) {
            throw new IllegalArgumentException("a class cannot have more than " + (MOST - 1) + " constants");
        }
        return count++;
    }

    int text(String text) {
        Integer known = texts.get(text);
        if (known == null) {
            known = add();
            texts.put(text, known);
            write(text);
        }
        return known;
    }

    private void write(String text) {
        bytes.u1(PoolEntry.TAG_UTF8);
        int start = bytes.size();
        bytes.u2(0);
        byte[] latin = text.getBytes(StandardCharsets.UTF_8);
        if (latin.length == text.length() && isPlain(text, latin)) {
            bytes.append(latin, 0, latin.length);
        } else {
            for (int i = 0; i < text.length(); i++) {
                write(text.charAt(i));
            }
        }
        int length = bytes.size() - start - 2;
        if (length > MOST) {
            throw new IllegalArgumentException("a text of " + length + " bytes is too long for a constant");
        }
        bytes.patch2(start, length);
    }

    /// Whether each character is one byte, as nearly always: half of a pair would have become another, and zero is two.
    private static boolean isPlain(String text, byte[] latin) {
        return text.indexOf(0) < 0 && text.equals(new String(latin, StandardCharsets.ISO_8859_1));
    }

    /// In the form of class files: zero takes two bytes, and each half of a pair three.
    private void write(char one) {
        if (one != 0 && one < ONE_BYTE) {
            bytes.u1(one);
        } else if (one < TWO_BYTES) {
            bytes.u1(0xC0 | (one >> 6));
            bytes.u1(ONE_BYTE | (one & 0x3F));
        } else {
            bytes.u1(0xE0 | (one >> 12));
            bytes.u1(ONE_BYTE | ((one >> 6) & 0x3F));
            bytes.u1(ONE_BYTE | (one & 0x3F));
        }
    }

    /// An entry that has one operand of two bytes.
    int of(int tag, int operand) {
        long key = ((long) tag << 32) | operand;
        Integer known = others.get(key);
        if (known == null) {
            known = add();
            others.put(key, known);
            bytes.u1(tag);
            bytes.u2(operand);
        }
        return known;
    }

    /// An entry that has four bytes, such as two operands.
    int of(int tag, int first, int second) {
        long key = ((long) tag << 32) | ((first << 16 | second) & 0xFFFF_FFFFL);
        Integer known = others.get(key);
        if (known == null) {
            known = add();
            others.put(key, known);
            bytes.u1(tag);
            bytes.u2(first);
            bytes.u2(second);
        }
        return known;
    }

    void write(Buffer out) {
        out.u2(count);
        out.append(bytes);
    }
}
