// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

/// Something in the user's code that the compiler refuses, or only says.
///
/// @param id the stable id, an anchor in `docs/errors.md`
/// @param file the source file below the folder of its package, or the class when it is not known
/// @param line the line, 0 when it is not known
/// @param message what is wrong, why, and what to write instead
/// @param isRefusal whether it is refused; otherwise the class is compiled all the same
public record Problem(String id, String file, int line, String message, boolean isRefusal) {
    /// The problem as javac would print it.
    ///
    /// @return file, line and message
    @Override
    public String toString() {
        return file + (line == 0 ? "" : ":" + line) + (isRefusal ? ": error: " : ": note: ") + message;
    }
}
