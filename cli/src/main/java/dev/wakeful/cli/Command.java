// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.cli;

import java.util.List;

/// One command of `wakeful`, found with [java.util.ServiceLoader].
public interface Command {
    /// The word that calls it.
    ///
    /// @return the word
    String name();

    /// What stands behind the word, as in `FILE [ARGS...]`.
    ///
    /// @return the operands
    String operands();

    /// What the command does, in a few words.
    ///
    /// @return a clause
    String summary();

    /// Carries the command out.
    ///
    /// @param arguments what stands behind the word
    /// @return the exit code
    /// @throws UsageException when the user is at fault
    /// @throws Throwable what a program of the user's threw; the JVM reports it
    int run(List<String> arguments) throws Throwable;
}
