package dev.sandstone.daemon.http;

import dev.sandstone.daemon.admin.Created;
import org.jspecify.annotations.Nullable;

/**
 * What an endpoint answers.
 *
 * @param body a record that is written as JSON, or text that is written as it is; null: none
 */
record Answer(int status, @Nullable Object body) {
    static Answer ok(Object body) {
        return new Answer(200, body);
    }

    /** 201 for a new thing, 200 for one that existed. */
    static Answer created(Created<?> outcome) {
        return new Answer(outcome.isNew() ? 201 : 200, outcome.view());
    }

    /** 201 for something that did not exist before. */
    static Answer made(Object body) {
        return new Answer(201, body);
    }

    static Answer gone() {
        return new Answer(204, null);
    }
}
