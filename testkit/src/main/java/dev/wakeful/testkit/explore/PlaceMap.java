// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit.explore;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What is known of places: an object by identity, and the name of a field of it. A run looks up one at each step, so
/// this is one table with open addressing in the place of a map of maps.
///
/// @param <V> what is known
final class PlaceMap<V> {
    private static final int FIRST_CAPACITY = 32;

    private @Nullable Object[] objects = new Object[FIRST_CAPACITY];
    private String[] fields = new String[FIRST_CAPACITY];
    private Object[] values = new Object[FIRST_CAPACITY];
    private int size;

    /// What is known of a place, made when it is asked for first.
    @SuppressWarnings("unchecked") // only values of this type are put in
    V get(Object object, String field, Supplier<V> first) {
        int at = find(object, field);
        if (objects[at] == null) {
            if (2 * ++size > objects.length) {
                grow();
                at = find(object, field);
            }
            objects[at] = object;
            fields[at] = field;
            values[at] = first.get();
        }
        return (V) values[at];
    }

    private int find(Object object, String field) {
        int last = objects.length - 1;
        int at = (System.identityHashCode(object) + 31 * field.hashCode()) & last;
        while (objects[at] != null && (objects[at] != object || !fields[at].equals(field))) {
            at = (at + 1) & last;
        }
        return at;
    }

    private void grow() {
        @Nullable Object[] oldObjects = objects;
        String[] oldFields = fields;
        Object[] oldValues = values;
        objects = new Object[2 * oldObjects.length];
        fields = new String[objects.length];
        values = new Object[objects.length];
        for (int i = 0; i < oldObjects.length; i++) {
            Object object = oldObjects[i];
            if (object != null) {
                int at = find(object, oldFields[i]);
                objects[at] = object;
                fields[at] = oldFields[i];
                values[at] = oldValues[i];
            }
        }
    }
}
