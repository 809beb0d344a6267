// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import java.lang.classfile.constantpool.Utf8Entry;
import java.lang.constant.ClassDesc;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What calls take from the stack and leave there, by their types. A class has few types and many calls, and the types
/// of parameters, whose symbols cost much, do not matter.
final class Signatures {
    private final Map<Integer, Signature> known = new HashMap<>();

    /// A type of methods.
    ///
    /// @param parameters how many parameters there are
    /// @param result the type of the result, or null without one
    record Signature(int parameters, @Nullable VType result) {}

    /// What a method type of the class says.
    Signature of(Utf8Entry type) {
        Signature signature = known.get(type.index());
        if (signature == null) {
            signature = read(type.stringValue());
            known.put(type.index(), signature);
        }
        return signature;
    }

    static Signature read(String descriptor) {
        int parameters = 0;
        int at = 1;
        while (descriptor.charAt(at) != ')') {
            parameters++;
            while (descriptor.charAt(at) == '[') {
                at++;
            }
            at = descriptor.charAt(at) == 'L' ? descriptor.indexOf(';', at) + 1 : at + 1;
        }
        VType result = descriptor.charAt(at + 1) == 'V'
                ? null
                : VType.of(ClassDesc.ofDescriptor(descriptor.substring(at + 1)));
        return new Signature(parameters, result);
    }
}
