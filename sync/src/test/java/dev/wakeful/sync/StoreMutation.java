// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import dev.wakeful.testkit.explore.Model;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.FieldModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A planted mistake in the order of stores, for the explorer: in one class a field is not volatile any more, or in one
/// method a store comes after a call that it should come before.
///
/// @param name what is wrong
/// @param type the class, without its package
/// @param method the method in it, or `null` for a field that is not volatile
/// @param field the field
/// @param call the name of the method after whose call the field is written, or `null`
/// @param scenario the model of [GateModels] that finds it
record StoreMutation(
        String name,
        String type,
        @Nullable String method,
        String field,
        @Nullable String call,
        String scenario) {

    static StoreMutation plain(String name, String type, String field, String scenario) {
        return new StoreMutation(name, type, null, field, null, scenario);
    }

    static StoreMutation later(String name, String type, String method, String field, String call, String scenario) {
        return new StoreMutation(name, type, method, field, call, scenario);
    }

    @Override
    public String toString() {
        return name;
    }

    /// The model, from a loader that knows the changed class: the explorer reads class files where its model is from.
    Class<? extends Model.Scenario> model() throws Exception {
        return Class.forName("dev.wakeful.sync.GateModels$" + scenario, false, new Loader())
                .asSubclass(Model.Scenario.class);
    }

    private final class Loader extends ClassLoader {
        Loader() {
            super(StoreMutation.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith("dev.wakeful.sync.GateModels") || findLoadedClass(name) != null) {
                return super.loadClass(name, resolve);
            }
            byte[] bytes = original(name.replace('.', '/') + ".class");
            return defineClass(name, bytes, 0, bytes.length);
        }

        private byte[] original(String file) {
            try (InputStream in = getParent().getResourceAsStream(file)) {
                if (in == null) {
                    throw new IllegalStateException("there is no such class: " + file);
                }
                return in.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public @Nullable InputStream getResourceAsStream(String file) {
            if (!file.equals("dev/wakeful/sync/" + type + ".class")) {
                return super.getResourceAsStream(file);
            }
            byte[] changed = method == null ? withPlainField(original(file)) : withLaterStore(original(file));
            return new ByteArrayInputStream(changed);
        }
    }

    private byte[] withPlainField(byte[] original) {
        var file = ClassFile.of();
        return file.transformClass(file.parse(original), (type, element) -> {
            if (element instanceof FieldModel made && made.fieldName().equalsString(field)) {
                type.withField(
                        field,
                        made.fieldTypeSymbol(),
                        kept -> kept.withFlags(made.flags().flagsMask() & ~ClassFile.ACC_VOLATILE));
            } else {
                type.with(element);
            }
        });
    }

    private byte[] withLaterStore(byte[] original) {
        var file = ClassFile.of();
        return file.transformClass(
                file.parse(original),
                ClassTransform.transformingMethodBodies(
                        candidate -> candidate.methodName().equalsString(Objects.requireNonNull(method)),
                        CodeTransform.ofStateful(Later::new)));
    }

    /// Keeps what is to be stored in two locals until the call.
    private final class Later implements CodeTransform {
        private @Nullable FieldInstruction store;
        private int object;
        private int value;

        @Override
        public void atStart(CodeBuilder code) {
            object = code.allocateLocal(TypeKind.REFERENCE);
            value = code.allocateLocal(TypeKind.LONG); // room for either size
            code.aconst_null().astore(object);
        }

        @Override
        public void accept(CodeBuilder code, CodeElement element) {
            if (store == null && isStore(element)) {
                store = (FieldInstruction) element;
                code.storeLocal(kind(store), value).astore(object);
                return;
            }
            code.with(element);
            FieldInstruction kept = store;
            if (kept != null
                    && element instanceof InvokeInstruction invoke
                    && invoke.name().equalsString(Objects.requireNonNull(call))) {
                code.aload(object)
                        .checkcast(kept.owner().asSymbol())
                        .loadLocal(kind(kept), value)
                        .with(kept);
                store = null;
            }
        }

        private boolean isStore(CodeElement element) {
            return element instanceof FieldInstruction put
                    && put.opcode() == Opcode.PUTFIELD
                    && put.name().equalsString(field);
        }

        private TypeKind kind(FieldInstruction put) {
            return TypeKind.from(put.typeSymbol());
        }
    }
}
