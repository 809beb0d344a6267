// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit.explore;

import java.lang.invoke.VarHandle;
import java.util.Map;
import java.util.WeakHashMap;

/// Which field a VarHandle is of, so that an access through it and one in the source count as the same place.
///
/// @param name the field's name, or a name of its own for what is no field
/// @param isStatic whether the handle takes no object
/// @param owner what stands for the object of a static field
record HandleField(String name, boolean isStatic, Object owner) {
    private static final Map<VarHandle, HandleField> KNOWN = new WeakHashMap<>();

    /// Called on the one thread that explores.
    static HandleField of(VarHandle handle) {
        HandleField known = KNOWN.get(handle);
        if (known == null) {
            String name = handle.describeConstable()
                    .map(VarHandle.VarHandleDesc::constantName)
                    .orElseGet(() -> handle.coordinateTypes() + "#" + KNOWN.size());
            boolean isStatic = handle.coordinateTypes().isEmpty();
            known = new HandleField(name.equals("_") ? "[]" : name, isStatic, isStatic ? name.intern() : "");
            KNOWN.put(handle, known);
        }
        return known;
    }
}
