// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit.explore;

import java.lang.invoke.VarHandle;
import java.lang.invoke.VarHandle.AccessMode;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/// Where a store goes, as a value: what stands there can be read and written.
interface Place {
    /// The object, as steps name it.
    @Nullable
    Object target();

    /// Which field of it, as steps name it, or `null`.
    @Nullable
    String field();

    @Nullable
    Object read();

    void write(@Nullable Object value);

    /// The place of an access through a handle.
    ///
    /// @param coordinates the object, the index
    static Place of(VarHandle handle, @Nullable Object[] coordinates) {
        return new Handle(handle, coordinates);
    }

    /// The place of a method of an atomic.
    ///
    /// @param coordinates the index, or the object of an updater
    static Place of(Object atomic, @Nullable Object[] coordinates) {
        return new Atomic(atomic, coordinates);
    }

    /// What a handle gets at.
    ///
    /// @param handle the handle
    /// @param coordinates what it takes before the value
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Handle(VarHandle handle, @Nullable Object[] coordinates) implements Place {
        @Override
        public @Nullable Object target() {
            HandleField known = HandleField.of(handle);
            return known.isStatic() ? known.owner() : coordinates[0];
        }

        @Override
        public String field() {
            return HandleField.of(handle).name();
        }

        @Override
        public @Nullable Object read() {
            return invoke(AccessMode.GET_VOLATILE, coordinates);
        }

        @Override
        public void write(@Nullable Object value) {
            @Nullable Object[] arguments = Arrays.copyOf(coordinates, coordinates.length + 1);
            arguments[coordinates.length] = value;
            invoke(AccessMode.SET_VOLATILE, arguments);
        }

        private @Nullable Object invoke(AccessMode mode, @Nullable Object[] arguments) {
            try {
                return handle.toMethodHandle(mode).invokeWithArguments(arguments);
            } catch (RuntimeException | Error failure) {
                throw failure;
            } catch (Throwable failure) {
                throw new IllegalStateException(failure);
            }
        }
    }

    /// What an atomic holds.
    ///
    /// @param atomic the atomic, the array of atomics, or the updater
    /// @param coordinates what its methods take before the value
    @SuppressWarnings({"ArrayRecordComponent", "unchecked", "rawtypes", "NullAway"}) // values come from its own get
    record Atomic(Object atomic, @Nullable Object[] coordinates) implements Place {
        @Override
        public @Nullable Object target() {
            return isUpdater() ? coordinates[0] : atomic;
        }

        private boolean isUpdater() {
            return atomic instanceof AtomicReferenceFieldUpdater
                    || atomic instanceof AtomicIntegerFieldUpdater
                    || atomic instanceof AtomicLongFieldUpdater;
        }

        @Override
        public @Nullable String field() {
            return null;
        }

        private int index() {
            return (Integer) coordinates[0];
        }

        @Override
        public @Nullable Object read() {
            return switch (atomic) {
                case AtomicReference of -> of.get();
                case AtomicInteger of -> of.get();
                case AtomicLong of -> of.get();
                case AtomicBoolean of -> of.get();
                case AtomicReferenceArray of -> of.get(index());
                case AtomicIntegerArray of -> of.get(index());
                case AtomicLongArray of -> of.get(index());
                case AtomicReferenceFieldUpdater of -> of.get(coordinates[0]);
                case AtomicIntegerFieldUpdater of -> of.get(coordinates[0]);
                case AtomicLongFieldUpdater of -> of.get(coordinates[0]);
                default -> throw unknown();
            };
        }

        @Override
        public void write(@Nullable Object value) {
            switch (atomic) {
                case AtomicReference of -> of.set(value);
                case AtomicInteger of -> of.set(((Number) value).intValue());
                case AtomicLong of -> of.set(((Number) value).longValue());
                case AtomicBoolean of -> of.set((Boolean) value);
                case AtomicReferenceArray of -> of.set(index(), value);
                case AtomicIntegerArray of -> of.set(index(), ((Number) value).intValue());
                case AtomicLongArray of -> of.set(index(), ((Number) value).longValue());
                case AtomicReferenceFieldUpdater of -> of.set(coordinates[0], value);
                case AtomicIntegerFieldUpdater of -> of.set(coordinates[0], ((Number) value).intValue());
                case AtomicLongFieldUpdater of -> of.set(coordinates[0], ((Number) value).longValue());
                default -> throw unknown();
            }
        }

        private UnsupportedOperationException unknown() {
            return new UnsupportedOperationException("the explorer does not model weak stores of "
                    + atomic.getClass().getName());
        }
    }
}
