// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit;

import java.util.Arrays;

/// The choices of a run, in their order: which of the candidates was taken, wherever there were at least two.
///
/// As text, choices are separated by dots, and `2x5` is five times the choice 2. What follows the last choice that is
/// not 0 is left out, so the empty text is the run that always takes the first candidate.
final class Schedule {
    private int[] choices = new int[16];
    private int size;

    void add(int choice) {
        if (size == choices.length) {
            choices = Arrays.copyOf(choices, size * 2);
        }
        choices[size++] = choice;
    }

    int size() {
        return size;
    }

    /// The choice at `index`, and 0 behind the end.
    int at(int index) {
        return index < size ? choices[index] : 0;
    }

    /// A copy in which the choices from `from` up to `to` are 0.
    Schedule withoutChoices(int from, int to) {
        var copy = new Schedule();
        for (int i = 0; i < size; i++) {
            copy.add(i >= from && i < to ? 0 : choices[i]);
        }
        return copy;
    }

    static Schedule parse(String text) {
        var schedule = new Schedule();
        if (text.isEmpty()) {
            return schedule;
        }
        for (String token : text.split("\\.", -1)) {
            int times = token.indexOf('x');
            int choice = number(times < 0 ? token : token.substring(0, times), text);
            for (int n = times < 0 ? 1 : number(token.substring(times + 1), text); n > 0; n--) {
                schedule.add(choice);
            }
        }
        return schedule;
    }

    private static int number(String token, String text) {
        try {
            int number = Integer.parseInt(token);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException malformed) {
            // said below, with the whole text
        }
        throw new IllegalArgumentException("schedule must be numbers like 0x3.2.1, but was " + text);
    }

    @Override
    public String toString() {
        int end = size;
        while (end > 0 && choices[end - 1] == 0) {
            end--;
        }
        var text = new StringBuilder();
        for (int i = 0; i < end; ) {
            int same = i;
            while (same < end && choices[same] == choices[i]) {
                same++;
            }
            text.append(text.isEmpty() ? "" : ".").append(choices[i]);
            if (same - i > 1) {
                text.append('x').append(same - i);
            }
            i = same;
        }
        return text.toString();
    }
}
