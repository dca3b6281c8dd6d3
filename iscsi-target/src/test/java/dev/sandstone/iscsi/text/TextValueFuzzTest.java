package dev.sandstone.iscsi.text;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sandstone.scsi.name.IscsiName;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Any value of a key, read as a number, as bytes and as a name. */
class TextValueFuzzTest {

    @FuzzTest(maxDuration = "20s")
    void anyValue(byte[] bytes) {
        String value = new String(bytes, StandardCharsets.UTF_8);
        TextValue.number(value).ifPresent(number -> {
            if (number < 0) {
                throw new AssertionError("negative number");
            }
        });
        try {
            if (TextValue.binary(value, 1024).length > 1024) {
                throw new AssertionError("binary value too long");
            }
        } catch (TextException e) {
            // What a broken value must lead to.
        }
        Optional<String> name = IscsiName.normalise(value);
        if (name.isPresent() && !IscsiName.normalise(name.get()).equals(name)) {
            throw new AssertionError("the one form of a name has another one");
        }
    }
}
