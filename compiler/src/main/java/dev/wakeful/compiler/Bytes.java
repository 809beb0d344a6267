// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// A look at the bytes of a class file, much quicker than to parse it.
final class Bytes {
    private Bytes() {}

    /// Whether a class file has a text of ASCII, as a constant or a part of one.
    static boolean contain(byte[] classFile, String text) {
        byte[] sought = text.getBytes(StandardCharsets.US_ASCII);
        int last = classFile.length - sought.length;
        for (int at = 0; at <= last; at++) {
            if (classFile[at] == sought[0]
                    && Arrays.equals(classFile, at, at + sought.length, sought, 0, sought.length)) {
                return true;
            }
        }
        return false;
    }
}
