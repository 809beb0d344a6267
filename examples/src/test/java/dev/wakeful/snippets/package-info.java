// SPDX-License-Identifier: Apache-2.0

/// The examples of the documentation comments: Java that is compiled and run, and shown by `{@snippet}`.
package dev.wakeful.snippets;
