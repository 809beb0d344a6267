// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.task;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/*
 * A child is in the list of its scope and in no other. So the tasks of an executor are a forest: `roots` are those that are no
 * children, and a task leads to the scopes that it has opened, these to their children. Whoever looks for a task goes from the
 * roots down.
 *
 * Why each task is met that was live before a look and does not end. Its scope is among those that the task which opened it
 * knows (Scope puts itself there before its body can spawn), and stays there until it has ended, which is after its children.
 * So it is met if that one is, and so on up to a root. A scope may be left behind, as only a future written by hand can do: its
 * opener ends, and leaves its list, while the scope has children or is given some later. Such a scope is put among `orphans`:
 *
 *   opener's end                              spawn
 *   E1  state |= COMPLETE                     S1  child put into its list; scope: live += 1
 *   E2  scope has children: put it there      S2  opener is COMPLETE: put it there
 *
 * Write mine, then read yours: one of the two puts it there, or both. The opener leaves its own list, and its own scope ends,
 * only after E2; and no sweep takes out a task whose scopes have children. The orphans are read last, so whoever comes upon a
 * task too late finds its scope there; and again, as long as there are new ones.
 *
 * A scope without children is taken out of `orphans` by a step that is atomic with its being put in: either it is put in
 * afterwards, or S1 came before and it stays.
 */

/// The tasks of an executor that have not ended: for dumps, for shutdown, and for finding those that nobody can wake.
///
/// Ended tasks are taken out from time to time, so that what is held is at most about twice what must be.
public final class TaskList {
    private static final int PRUNE_AT_LEAST = 16;

    private final LinkedTasks roots = new LinkedTasks();

    /// The scopes with children whose opener has ended.
    private final ConcurrentHashMap<Scope<?>, Boolean> orphans = new ConcurrentHashMap<>();

    private volatile int leftByPruning;

    /// An empty list.
    public TaskList() {}

    /// Puts a task in. Callable from any thread, once for each task; a child is found through its scope.
    ///
    /// @param task the task
    public void add(Task<?> task) {
        Scope<?> scope = task.scope();
        if (scope == null) {
            roots.add(task);
        } else if (scope.hasLostOpener()) {
            adopt(scope);
        }
    }

    /// Counts a task that has ended, before anybody is told of it. Callable from any thread, once for each task.
    ///
    /// @param task the task
    public void countEnded(Task<?> task) {
        if (task.hasDetails()) {
            task.forEachScopeWithChildren(this::adopt);
        }
        if (task.scope() == null) {
            roots.countEnded();
        }
    }

    private void adopt(Scope<?> scope) {
        orphans.put(scope, true);
        if (orphans.size() > PRUNE_AT_LEAST + 2 * leftByPruning) {
            prune();
        }
    }

    private void prune() {
        for (Scope<?> orphan : orphans.keySet()) {
            orphans.computeIfPresent(orphan, (scope, present) -> scope.hasChildren() ? present : null);
        }
        leftByPruning = orphans.size();
    }

    /// Queues the tasks that were to be queued where a stack ended, and so are in no queue. Called by one thread at a
    /// time, after [Task#anyAstray()].
    public void queueAstray() {
        for (Task<?> task : listed()) {
            task.queueIfAstray();
        }
    }

    /// The tasks that have begun and have not ended, the oldest first.
    ///
    /// @return a new list
    public List<Task<?>> live() {
        List<Task<?>> found = listed();
        found.removeIf(task -> task.id == 0); // about to begin; who looks after all of them will see it
        found.sort(Comparator.comparingLong(Task::id));
        return found;
    }

    private List<Task<?>> listed() {
        var found = new ArrayList<Task<?>>();
        roots.addTo(found);
        addDescendants(found);
        return found;
    }

    private void addDescendants(List<Task<?>> found) {
        var walked = new HashSet<Scope<?>>();
        int from = 0;
        do {
            addChildren(found, from, walked);
            from = found.size();
            for (Scope<?> orphan : orphans.keySet()) {
                addChildren(orphan, found, walked);
            }
        } while (found.size() > from);
        found.removeIf(Task::isFinished);
    }

    /// Adds the children of all from `from` on, and their children, and so on.
    private static void addChildren(List<Task<?>> found, int from, Set<Scope<?>> walked) {
        for (int i = from; i < found.size(); i++) {
            Task<?> task = found.get(i);
            if (task.hasDetails()) {
                task.forEachScopeWithChildren(scope -> addChildren(scope, found, walked));
            }
        }
    }

    private static void addChildren(Scope<?> scope, List<Task<?>> found, Set<Scope<?>> walked) {
        if (walked.add(scope)) {
            scope.children().addTo(found);
        }
    }

    /// The latest task of each list that no task leads to.
    void forEachNewest(Consumer<@Nullable Task<?>> what) {
        what.accept(roots.newest());
        orphans.forEach((scope, present) -> what.accept(scope.children().newest()));
    }

    /// Takes all tasks out and cuts the links between those that are no children, so that the list holds none of them.
    /// Those that live on are to be put in again. Called while no task of the executor runs.
    ///
    /// @return the tasks that have not ended, the oldest first; among them those that are about to begin
    public List<Task<?>> takeAll() {
        List<Task<?>> found = roots.takeAll();
        addDescendants(found);
        orphans.clear();
        found.sort(Comparator.comparingLong(Task::id));
        return found;
    }
}
