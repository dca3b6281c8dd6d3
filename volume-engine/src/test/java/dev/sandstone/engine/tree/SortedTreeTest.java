package dev.sandstone.engine.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SortedTreeTest {
    private static final int STEPS = 20_000;
    private static final int KEYS = 2000;
    private static final int MANY = 100_000;
    /** A tree of so many entries is at most about log2(n) / log2(4/3) high. */
    private static final int MOST_COMPARISONS = 42;

    private final long seed = Long.getLong("sandstone.seed", System.nanoTime());
    private int comparisons;

    @Test
    void allVersionsStayAsTheyWere() {
        Random random = new Random(seed);
        SortedTree<Integer, Integer> tree = SortedTree.empty(Comparator.naturalOrder());
        TreeMap<Integer, Integer> model = new TreeMap<>();
        List<SortedTree<Integer, Integer>> versions = new ArrayList<>();
        List<List<Integer>> expected = new ArrayList<>();
        for (int i = 0; i < STEPS; i++) {
            int key = random.nextInt(KEYS);
            // It grows and shrinks in turn.
            if (random.nextInt(10) < (i / 4000 % 2 == 0 ? 7 : 2)) {
                tree = tree.with(key, i);
                model.put(key, i);
            } else {
                tree = tree.without(key);
                model.remove(key);
            }
            assertThat(tree.get(key)).isEqualTo(model.get(key));
            assertThat(tree.size()).isEqualTo(model.size());
            if (i % 500 == 0) {
                versions.add(tree);
                expected.add(List.copyOf(model.values()));
            }
        }
        for (int i = 0; i < versions.size(); i++) {
            assertThat(versions.get(i).values()).as("seed %d", seed).isEqualTo(expected.get(i));
        }
    }

    @Test
    void changesTakeStepsLikeTheLogarithm() {
        SortedTree<Integer, Integer> tree = SortedTree.empty((a, b) -> {
            comparisons++;
            return Integer.compare(a, b);
        });
        for (int i = 0; i < MANY; i++) {
            comparisons = 0;
            tree = tree.with(i, i);
            assertThat(comparisons).isLessThanOrEqualTo(MOST_COMPARISONS);
        }
        Random random = new Random(seed);
        for (int i = 0; i < MANY; i++) {
            comparisons = 0;
            tree = tree.without(i % 2 == 0 ? i : random.nextInt(MANY));
            assertThat(comparisons).as("seed %d", seed).isLessThanOrEqualTo(MOST_COMPARISONS);
        }
    }

    @Test
    void whatIsNotThereChangesNothing() {
        SortedTree<Integer, String> tree =
                SortedTree.<Integer, String>empty(Comparator.naturalOrder()).with(1, "one");
        assertThat(tree.without(2)).isSameAs(tree);
        assertThat(tree.get(2)).isNull();
        assertThat(tree.without(1).isEmpty()).isTrue();
    }
}
