package dev.sandstone.daemon.api;

import java.lang.reflect.RecordComponent;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/** How the interface's records are written as JSON: snake_case, unknown fields refused, little nesting. */
public final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(16)
                            .maxStringLength(64 * 1024)
                            .build())
                    .build())
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private Json() {}

    public static JsonMapper mapper() {
        return MAPPER;
    }

    public static byte[] bytes(Object value) {
        return MAPPER.writeValueAsBytes(value);
    }

    public static String text(Object value) {
        return MAPPER.writeValueAsString(value);
    }

    /**
     * Reads a record.
     *
     * @throws ApiException BAD_JSON when the bytes are no such record
     */
    public static <T> T read(byte[] json, Class<T> type) {
        try {
            T value = MAPPER.readValue(json, type);
            if (value != null) {
                requireFields(value, type);
                return value;
            }
            throw new ApiException(
                    ErrorCode.BAD_JSON, "the body is null", "an object is expected", "send a JSON object");
        } catch (JacksonException bad) {
            throw new ApiException(
                    ErrorCode.BAD_JSON,
                    "the body is not the JSON object that is expected here",
                    bad.getOriginalMessage(),
                    "see the schema of this request in openapi.yaml",
                    bad);
        }
    }

    /** A field that is not marked nullable must be there. */
    private static void requireFields(Object value, Class<?> type) {
        if (!type.isRecord()) {
            return;
        }
        for (RecordComponent field : type.getRecordComponents()) {
            if (!field.getAnnotatedType().isAnnotationPresent(Nullable.class) && valueOf(field, value) == null) {
                throw new ApiException(
                        ErrorCode.BAD_JSON,
                        "the field for " + field.getName() + " is missing",
                        "this request cannot do without it",
                        "see the schema of this request in openapi.yaml");
            }
        }
    }

    private static @Nullable Object valueOf(RecordComponent field, Object value) {
        try {
            return field.getAccessor().invoke(value);
        } catch (ReflectiveOperationException unreadable) {
            throw new IllegalStateException("the records of the interface are public", unreadable);
        }
    }
}
