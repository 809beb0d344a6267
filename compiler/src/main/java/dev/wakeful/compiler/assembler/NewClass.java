// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler.assembler;

import java.lang.classfile.ClassFile;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.List;

/// A class that is written from nothing: fields without values, and methods with code.
public final class NewClass {
    private static final int LONGEST = 65535;

    private final NewPool pool = new NewPool();
    private final ClassDesc self;
    private final ClassDesc of;
    private final int major;
    private final int minor;
    private final int flags;

    private final Buffer head = new Buffer(16);
    private final Buffer fields = new Buffer(64);
    private int fieldCount;
    private final List<Method> methods = new ArrayList<>();

    private record Method(int flags, int name, int type, Assembler code) {}

    /// A class.
    ///
    /// @param major its class-file version
    /// @param minor the rest of that
    /// @param flags its flags
    /// @param self its type
    /// @param superclass the class that it extends
    /// @param of the interface that it implements
    public NewClass(int major, int minor, int flags, ClassDesc self, ClassDesc superclass, ClassDesc of) {
        this.major = major;
        this.minor = minor;
        this.flags = flags;
        this.self = self;
        head.u2(pool.type(self));
        head.u2(pool.type(superclass));
        this.of = of;
    }

    /// Adds a field that the package can use.
    ///
    /// @param name its name
    /// @param type its type
    public void field(String name, ClassDesc type) {
        fieldCount++;
        fields.u2(0);
        fields.u2(pool.text(name));
        fields.u2(pool.text(type.descriptorString()));
        fields.u2(0);
    }

    /// Adds a method, whose code must be written before the next one is added. Its jumps have two bytes.
    ///
    /// @param name its name
    /// @param type its type
    /// @param flags its flags
    /// @return where its code is to be written
    public Assembler method(String name, MethodTypeDesc type, int flags) {
        FrameType receiver = (flags & ClassFile.ACC_STATIC) == 0 ? FrameType.object(self) : null;
        var code = new Assembler(pool, receiver, type, false);
        methods.add(new Method(flags, pool.text(name), pool.text(type.descriptorString()), code));
        return code;
    }

    /// The class file, once all is written. To be asked once.
    ///
    /// @param sourceFile the name of the source file, empty when it is not known
    /// @return its bytes
    public byte[] toBytes(String sourceFile) {
        head.u2(1);
        head.u2(pool.type(of));
        var tail = new Buffer(1024);
        tail.u2(methods.size());
        for (Method method : methods) {
            write(method, tail);
        }
        tail.u2(sourceFile.isEmpty() ? 0 : 1);
        if (!sourceFile.isEmpty()) {
            tail.u2(pool.text("SourceFile"));
            tail.u4(2);
            tail.u2(pool.text(sourceFile));
        }
        var out = new Buffer(4096);
        out.u4(ClassFile.MAGIC_NUMBER);
        out.u2(minor);
        out.u2(major);
        pool.write(out);
        out.u2(flags);
        out.append(head);
        out.u2(fieldCount);
        out.append(fields);
        out.append(tail);
        return out.toArray();
    }

    private static void write(Method method, Buffer out) {
        if (!method.code.fits() || method.code.length() > LONGEST) {
            throw new IllegalArgumentException("a method of " + method.code.length() + " bytes is too long");
        }
        out.u2(method.flags);
        out.u2(method.name);
        out.u2(method.type);
        out.u2(1);
        method.code.finish().write(out);
    }
}
