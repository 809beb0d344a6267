// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.benchmarks.workload;

import java.util.List;
import java.util.Map;

/// One piece of work that several contestants do.
public interface Workload {
    /// The name that the command knows it by.
    ///
    /// @return words with hyphens
    String name();

    /// What is done and what one unit of it is.
    ///
    /// @return a clause
    String summary();

    /// The unit of [Sample#median].
    ///
    /// @return as in `ns`
    String unit();

    /// Who does the work here, ours first.
    ///
    /// @return the names
    List<String> contestants();

    /// Who would do the work if something were installed.
    ///
    /// @return the names, each with what is missing
    default Map<String, String> skipped() {
        return Map.of();
    }

    /// Makes what lives through all rounds: servers, for example.
    ///
    /// @param effort how long to measure
    /// @return the session
    /// @throws Exception when it cannot be made
    Session open(Effort effort) throws Exception;

    /// What lives through all rounds of a workload.
    interface Session extends AutoCloseable {
        /// Measures one contestant once; called in turns.
        ///
        /// @param contestant who does the work
        /// @return what was measured
        /// @throws Exception when it could not be measured
        Sample measure(String contestant) throws Exception;

        @Override
        default void close() throws Exception {}
    }
}
