// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

/// Something in the user's code that the compiler refuses.
///
/// @param id the stable id, an anchor in `docs/errors.md`
/// @param file the source file, or the class when it is not known
/// @param line the line, 0 when it is not known
/// @param message what is wrong, why, and what to write instead
public record Problem(String id, String file, int line, String message) {
    /// The problem as javac would print it.
    ///
    /// @return file, line and message
    @Override
    public String toString() {
        return file + (line == 0 ? "" : ":" + line) + ": error: " + message;
    }
}
