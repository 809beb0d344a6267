// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import java.lang.classfile.AttributeMapper;
import java.lang.classfile.AttributedElement;
import java.lang.classfile.BufWriter;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassReader;
import java.lang.classfile.CustomAttribute;
import java.lang.classfile.constantpool.Utf8Entry;
import org.jspecify.annotations.Nullable;

/// Marks a class as done, with the version of the machines that its blocks fit.
final class BlocksAttribute extends CustomAttribute<BlocksAttribute> {
    static final String VERSION = "3";
    private static final String NAME = "dev.wakeful.Blocks";

    private final String version;

    BlocksAttribute() {
        this(VERSION);
    }

    BlocksAttribute(String version) {
        super(MAPPER);
        this.version = version;
    }

    /// The version a class was done by, or null. The class was parsed with [#mapper].
    static @Nullable String version(ClassModel model) {
        BlocksAttribute found = model.findAttribute(MAPPER).orElse(null);
        return found == null ? null : found.version;
    }

    /// Whether a class was compiled before, by whichever version. Says yes as well for a class that names the
    /// attribute.
    static boolean isNamedIn(byte[] classFile) {
        return Bytes.contain(classFile, NAME);
    }

    static @Nullable AttributeMapper<?> mapper(Utf8Entry name) {
        return name.equalsString(NAME) ? MAPPER : null;
    }

    private static final AttributeMapper<BlocksAttribute> MAPPER = new AttributeMapper<>() {
        @Override
        public String name() {
            return NAME;
        }

        @Override
        public BlocksAttribute readAttribute(AttributedElement enclosing, ClassReader reader, int position) {
            return new BlocksAttribute(
                    reader.readEntry(position, Utf8Entry.class).stringValue());
        }

        @Override
        public void writeAttribute(BufWriter out, BlocksAttribute attribute) {
            out.writeIndex(out.constantPool().utf8Entry(NAME));
            out.writeInt(2);
            out.writeIndex(out.constantPool().utf8Entry(attribute.version));
        }

        @Override
        public AttributeStability stability() {
            return AttributeStability.CP_REFS;
        }
    };
}
