// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

/// The code of a method is longer than a class file can say.
final class TooLarge extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String method;
    private final int length;

    TooLarge(String method, int length) {
        super(null, null, false, false);
        this.method = method;
        this.length = length;
    }

    String method() {
        return method;
    }

    int length() {
        return length;
    }
}
