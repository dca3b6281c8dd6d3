package dev.sandstone.engine.tree;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An ordered map that never changes. A change answers another map, which shares all but the way to the key with this one: so
 * many entries can be told to many threads as of one moment, and a change costs as many steps as the tree is high, about the
 * logarithm of its size.
 *
 * <p>A weight-balanced tree (Adams 1993, with the parameters 3 and 2 that Hirai and Yamamoto proved in 2011).
 */
public final class SortedTree<K, V> {
    /** How many times heavier one side may be than the other. */
    private static final int HEAVIER = 3;

    /** An inner grandchild that is so many times heavier than the outer one goes up two steps. */
    private static final int TWICE = 2;

    private final Comparator<? super K> order;
    private final @Nullable Node<K, V> root;

    private SortedTree(Comparator<? super K> order, @Nullable Node<K, V> root) {
        this.order = order;
        this.root = root;
    }

    private static final class Node<K, V> {
        final K key;
        final V value;
        final @Nullable Node<K, V> left;
        final @Nullable Node<K, V> right;
        final int size;

        Node(K key, V value, @Nullable Node<K, V> left, @Nullable Node<K, V> right) {
            this.key = key;
            this.value = value;
            this.left = left;
            this.right = right;
            size = 1 + size(left) + size(right);
        }
    }

    /** A map without entries; in this order are those that come of it. */
    public static <K, V> SortedTree<K, V> empty(Comparator<? super K> order) {
        return new SortedTree<>(order, null);
    }

    public int size() {
        return size(root);
    }

    public boolean isEmpty() {
        return root == null;
    }

    /** What the key has; null when it is not there. */
    public @Nullable V get(K key) {
        Node<K, V> at = root;
        while (at != null) {
            int side = order.compare(key, at.key);
            if (side == 0) {
                return at.value;
            }
            at = side < 0 ? at.left : at.right;
        }
        return null;
    }

    /** With this entry, new or in place of that of the key. */
    public SortedTree<K, V> with(K key, V value) {
        return new SortedTree<>(order, with(root, key, value));
    }

    /** Without the key, if it is there. */
    public SortedTree<K, V> without(K key) {
        Node<K, V> rest = without(root, key);
        return rest == root ? this : new SortedTree<>(order, rest);
    }

    /** All values by ascending keys, in a list of the caller's own that cannot be changed. */
    public List<V> values() {
        List<V> values = new ArrayList<>(size());
        forEach(values::add);
        return Collections.unmodifiableList(values);
    }

    /** Hands over all values by ascending keys. */
    public void forEach(Consumer<? super V> taker) {
        each(root, taker);
    }

    private static <K, V> void each(@Nullable Node<K, V> at, Consumer<? super V> taker) {
        if (at != null) {
            each(at.left, taker);
            taker.accept(at.value);
            each(at.right, taker);
        }
    }

    private Node<K, V> with(@Nullable Node<K, V> at, K key, V value) {
        if (at == null) {
            return new Node<>(key, value, null, null);
        }
        int side = order.compare(key, at.key);
        if (side == 0) {
            return new Node<>(key, value, at.left, at.right);
        }
        return side < 0
                ? balanced(at, with(at.left, key, value), at.right)
                : balanced(at, at.left, with(at.right, key, value));
    }

    private @Nullable Node<K, V> without(@Nullable Node<K, V> at, K key) {
        if (at == null) {
            return null;
        }
        int side = order.compare(key, at.key);
        if (side == 0) {
            return joined(at.left, at.right);
        }
        Node<K, V> from = side < 0 ? at.left : at.right;
        Node<K, V> rest = without(from, key);
        if (rest == from) {
            return at;
        }
        return side < 0 ? balanced(at, rest, at.right) : balanced(at, at.left, rest);
    }

    /** Two sides of a node that goes: the nearest entry of the heavier one takes its place. */
    private static <K, V> @Nullable Node<K, V> joined(@Nullable Node<K, V> left, @Nullable Node<K, V> right) {
        if (left == null || right == null) {
            return left == null ? right : left;
        }
        if (left.size > right.size) {
            Node<K, V> last = left;
            for (Node<K, V> next = last.right; next != null; next = next.right) {
                last = next;
            }
            return balanced(last, withoutLast(left), right);
        }
        Node<K, V> first = right;
        for (Node<K, V> next = first.left; next != null; next = next.left) {
            first = next;
        }
        return balanced(first, left, withoutFirst(right));
    }

    private static <K, V> @Nullable Node<K, V> withoutFirst(Node<K, V> at) {
        return at.left == null ? at.right : balanced(at, withoutFirst(at.left), at.right);
    }

    private static <K, V> @Nullable Node<K, V> withoutLast(Node<K, V> at) {
        return at.right == null ? at.left : balanced(at, at.left, withoutLast(at.right));
    }

    /** An entry over two sides, of which one may have become too heavy by one entry. */
    private static <K, V> Node<K, V> balanced(Node<K, V> entry, @Nullable Node<K, V> left, @Nullable Node<K, V> right) {
        if (right != null && heavier(right, left)) {
            Node<K, V> inner = right.left;
            if (inner != null && weight(inner) >= TWICE * weight(right.right)) {
                return over(inner, over(entry, left, inner.left), over(right, inner.right, right.right));
            }
            return over(right, over(entry, left, inner), right.right);
        }
        if (left != null && heavier(left, right)) {
            Node<K, V> inner = left.right;
            if (inner != null && weight(inner) >= TWICE * weight(left.left)) {
                return over(inner, over(left, left.left, inner.left), over(entry, inner.right, right));
            }
            return over(left, left.left, over(entry, inner, right));
        }
        return over(entry, left, right);
    }

    private static boolean heavier(@Nullable Node<?, ?> one, @Nullable Node<?, ?> other) {
        return weight(one) > HEAVIER * weight(other);
    }

    private static <K, V> Node<K, V> over(Node<K, V> entry, @Nullable Node<K, V> left, @Nullable Node<K, V> right) {
        return new Node<>(entry.key, entry.value, left, right);
    }

    private static int size(@Nullable Node<?, ?> node) {
        return node == null ? 0 : node.size;
    }

    private static int weight(@Nullable Node<?, ?> node) {
        return size(node) + 1;
    }
}
