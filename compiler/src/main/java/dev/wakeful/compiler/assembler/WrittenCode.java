// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler.assembler;

import java.lang.classfile.AttributeMapper;
import java.lang.classfile.AttributedElement;
import java.lang.classfile.BufWriter;
import java.lang.classfile.ClassReader;
import java.lang.classfile.CustomAttribute;
import java.util.List;

/// The code of a method as the attribute that it is in the class file.
public final class WrittenCode extends CustomAttribute<WrittenCode> {
    private static final AttributeMapper<WrittenCode> MAPPER = new Mapper();

    private final Assembler code;

    WrittenCode(Assembler code) {
        super(MAPPER);
        this.code = code;
    }

    /// Writes the attribute, its name first.
    void write(Buffer out) {
        int start = start(MAPPER.name(), out);
        out.u2(code.maxStack());
        out.u2(code.maxLocals());
        out.u4(code.code.size());
        out.append(code.code);
        code.tables.writeHandlers(out);
        int countAt = out.size();
        out.u2(0);
        out.patch2(countAt, attributes(out));
        end(start, out);
    }

    private int attributes(Buffer out) {
        Tables tables = code.tables;
        int count = 0;
        if (!tables.frames.isEmpty()) {
            int start = start("StackMapTable", out);
            tables.writeFrames(code.parameters(), out, code.pool());
            end(start, out);
            count++;
        }
        count += variables("LocalVariableTable", tables.variables, out);
        count += variables("LocalVariableTypeTable", tables.generics, out);
        if (!tables.lines.isEmpty()) {
            int start = start("LineNumberTable", out);
            tables.lines.write(out);
            end(start, out);
            count++;
        }
        return count;
    }

    private int variables(String name, List<Tables.Variable> rows, Buffer out) {
        if (rows.isEmpty()) {
            return 0;
        }
        int start = start(name, out);
        Tables.write(rows, out);
        end(start, out);
        return 1;
    }

    private int start(String name, Buffer out) {
        out.u2(code.pool().text(name));
        out.u4(0);
        return out.size();
    }

    private static void end(int start, Buffer out) {
        out.patch4(start - 4, out.size() - start);
    }

    private static final class Mapper implements AttributeMapper<WrittenCode> {
        @Override
        public String name() {
            return "Code";
        }

        @Override
        public WrittenCode readAttribute(AttributedElement enclosing, ClassReader reader, int position) {
            throw new UnsupportedOperationException("code is only written here");
        }

        @Override
        public void writeAttribute(BufWriter out, WrittenCode attribute) {
            var bytes = new Buffer(2 * attribute.code.length() + 64);
            attribute.write(bytes);
            out.writeBytes(bytes.toArray());
        }

        @Override
        public AttributeStability stability() {
            return AttributeStability.UNKNOWN;
        }
    }
}
