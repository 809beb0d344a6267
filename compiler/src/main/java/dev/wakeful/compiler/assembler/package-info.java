// SPDX-License-Identifier: Apache-2.0

/// Writes the code of methods: instructions, jumps, frames and tables, in one pass and without looking back at what was
/// written. The compiler knows the stack at each instruction that it writes, so nobody has to find it out again.
///
/// Knows class files alone; constant pool and class are those of `java.lang.classfile`. It does not know what a block
/// is.
@NullMarked
package dev.wakeful.compiler.assembler;

import org.jspecify.annotations.NullMarked;
