// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.time.wheel;

import org.jspecify.annotations.Nullable;

/*
 * A hierarchical timing wheel (Varghese and Lauck, 1987) with tokio's choice of levels: the level of an entry is that of the
 * highest digit, to the base 64, in which its tick differs from `elapsed`. So an entry stands on level 0 exactly when all its
 * higher digits are those of `elapsed`, and a slot of a higher level is emptied downwards at the moment `elapsed` enters it,
 * before anything can be put in directly below. That keeps entries of one tick in the order in which they were put in.
 *
 * A tick beyond the range of the wheel stands in the last slot of the top level that can hold it, keeps its own tick, and is
 * put in anew when that slot is emptied.
 */

/// Entries with a tick each, taken out in the order of their ticks: insert, remove and move are O(1), and so is the
/// look for what is next. Entries of one tick come out in the order of insertion. One thread at a time uses a wheel.
public final class TimerWheel {
    /// The tick of a wheel in which nothing is due, ever.
    public static final long NEVER = Long.MAX_VALUE;

    private static final int BITS = 6;
    private static final int SLOTS = 1 << BITS;

    private final int levels;
    private final long range;
    private final @Nullable Entry[] slots;
    private final long[] occupied;
    private final Entry due = new Sentinel();
    private long elapsed;
    private int size;

    /// A wheel of six levels at tick 0, which holds 2^36 ticks without going round: two years of milliseconds.
    public TimerWheel() {
        this(6);
    }

    /// A wheel at tick 0.
    ///
    /// @param levels how many levels; each has 64 slots
    public TimerWheel(int levels) {
        if (levels < 1 || levels > 10) {
            throw new IllegalArgumentException("levels must be from 1 to 10, but was " + levels);
        }
        this.levels = levels;
        this.range = 1L << (BITS * levels);
        this.slots = new Entry[levels * SLOTS];
        this.occupied = new long[levels];
    }

    /// Puts an entry in. One whose tick has passed comes out at the next [#advance].
    ///
    /// @param entry an entry that is in no wheel
    /// @param tick when it is due
    public void insert(Entry entry, long tick) {
        if (entry.isLinked()) {
            throw new IllegalStateException("entry is in a wheel already: " + entry);
        }
        entry.tick = tick;
        place(entry);
        size++; // after all calls, of which one may find the end of the stack
    }

    private void place(Entry entry) {
        if (entry.tick <= elapsed) {
            entry.slot = Entry.DUE;
            due.linkBefore(entry);
            return;
        }
        long tick = entry.tick;
        if (Long.numberOfTrailingZeros(Long.highestOneBit(tick ^ elapsed)) >= BITS * levels) {
            tick = elapsed | (range - 1); // the last tick of this round
            if (tick == elapsed) {
                tick = elapsed + 1; // the round ends here; the first tick of the next one will do
            }
        }
        int level = Math.min(levelOf(tick), levels - 1);
        int slot = (int) (tick >>> (BITS * level)) & (SLOTS - 1);
        int index = level * SLOTS + slot;
        Entry head = slots[index];
        if (head == null) {
            head = new Sentinel();
            slots[index] = head;
        }
        head.linkBefore(entry);
        entry.slot = index;
        occupied[level] |= 1L << slot;
    }

    private int levelOf(long tick) {
        long differing = (tick ^ elapsed) | (SLOTS - 1);
        return (63 - Long.numberOfLeadingZeros(differing)) / BITS;
    }

    /// Takes an entry out. Nothing happens when it is in none.
    ///
    /// @param entry the entry
    public void remove(Entry entry) {
        if (entry.isLinked()) {
            entry.unlink();
            size--;
            noteUnlinked(entry.slot);
        }
    }

    /// An entry was taken out of a slot. A slot that is empty and not noted as such costs a look.
    private void noteUnlinked(int index) {
        if (index >= 0) {
            Entry head = slots[index];
            if (head != null && head.first() == null) {
                occupied[index >> BITS] &= ~(1L << (index & (SLOTS - 1)));
            }
        }
    }

    /// Moves an entry, wherever it is, to another tick.
    ///
    /// @param entry the entry
    /// @param tick when it is due from now on
    public void move(Entry entry, long tick) {
        remove(entry);
        insert(entry, tick);
    }

    /// Goes on to a tick and fires what is due, in the order of ticks. A tick that lies in the past changes nothing but
    /// fires what was put in too late. An entry that is removed meanwhile, by what fires before it, is not fired.
    ///
    /// @param now the tick
    /// @return how many entries fired
    public int advance(long now) {
        int fired = 0;
        Entry entry;
        while ((entry = poll(now)) != null) {
            fired++;
            entry.fire();
        }
        return fired;
    }

    /// Goes on to a tick, or to the first at which something is due, and takes out one entry that is.
    ///
    /// @param now the tick
    /// @return the entry, which is not fired, or `null` when nothing is due at `now`
    public @Nullable Entry poll(long now) {
        while (true) {
            Entry entry = due.first();
            if (entry != null) {
                entry.unlink();
                size--;
                return entry;
            }
            long next = nextSlotTick();
            if (next > now || next == NEVER) {
                elapsed = Math.max(elapsed, now);
                return null;
            }
            elapsed = next;
            emptySlots(next);
        }
    }

    /// The first tick at which a slot is to be emptied, or [#NEVER]. Lower levels come first.
    private long nextSlotTick() {
        for (int level = 0; level < levels; level++) {
            if (occupied[level] != 0) {
                return slotTick(level);
            }
        }
        return NEVER;
    }

    private long slotTick(int level) {
        int shift = BITS * level;
        int current = (int) (elapsed >>> shift) & (SLOTS - 1);
        int ahead = Long.numberOfTrailingZeros(Long.rotateRight(occupied[level], current));
        return ((elapsed >>> shift) + ahead) << shift;
    }

    /// Empties the slots that begin at `tick`, the highest level first, so that what comes down keeps its order.
    private void emptySlots(long tick) {
        for (int level = levels - 1; level >= 0; level--) {
            int shift = BITS * level;
            if ((tick & ((1L << shift) - 1)) != 0) {
                continue;
            }
            int slot = (int) (tick >>> shift) & (SLOTS - 1);
            Entry head = slots[level * SLOTS + slot];
            Entry entry;
            while (head != null && (entry = head.first()) != null) {
                entry.unlink();
                place(entry);
            }
            occupied[level] &= ~(1L << slot);
        }
    }

    /// A tick not later than that of any entry, and later than what was advanced to unless something is due: until then
    /// nothing fires. For an entry that is far away it may be earlier than its tick; advancing there moves it closer.
    ///
    /// @return the tick, or [#NEVER] when the wheel is empty
    public long nextTick() {
        return due.first() != null ? elapsed : nextSlotTick();
    }

    /// How many entries there are.
    ///
    /// @return the number
    public int size() {
        return size;
    }

    /// Something that is due at a tick.
    public abstract static class Entry {
        static final int DUE = -1;

        private @Nullable Entry previous;
        private @Nullable Entry next;
        private int slot;
        private long tick;

        /// An entry that is in no wheel.
        protected Entry() {}

        /// Called once, when it is due; it is in no wheel then, and may put itself or others in.
        protected abstract void fire();

        /// Whether it is in a wheel.
        ///
        /// @return `true` from an insert until it fires or is removed
        public final boolean isLinked() {
            return next != null;
        }

        /// The tick it was last put in for.
        ///
        /// @return the tick
        public final long tick() {
            return tick;
        }

        final void linkBefore(Entry entry) {
            Entry last = previous;
            entry.previous = last;
            entry.next = this;
            if (last != null) {
                last.next = entry;
            }
            previous = entry;
        }

        final void unlink() {
            Entry before = previous;
            Entry after = next;
            if (before != null && after != null) {
                before.next = after;
                after.previous = before;
            }
            previous = null;
            next = null;
        }

        /// The first entry of the ring that this one stands for, or `null` when it is empty.
        final @Nullable Entry first() {
            return next == this ? null : next;
        }

        final void linkToItself() {
            previous = this;
            next = this;
        }
    }

    /// The ring of a slot: its `next` is the first entry, its `previous` the last.
    private static final class Sentinel extends Entry {
        Sentinel() {
            linkToItself();
        }

        @Override
        protected void fire() {
            throw new AssertionError("the ring of a slot is never due");
        }
    }
}
