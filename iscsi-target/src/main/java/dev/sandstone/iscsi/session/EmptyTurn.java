package dev.sandstone.iscsi.session;

import org.jspecify.annotations.Nullable;

/** The place of a request that was aborted before its turn: its number counts as received, nothing is done. */
final class EmptyTurn implements Turn {
    private final CommandWindow<Turn> window;

    EmptyTurn(CommandWindow<Turn> window) {
        this.window = window;
    }

    @Override
    public void run() {
        window.ended();
    }

    @Override
    public void cancel() {}

    @Override
    public @Nullable Connection connection() {
        return null;
    }
}
