package dev.sandstone.iscsi.text;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Any text: parsed within its limits or refused, the same after a round trip, and never a parameter out of range. */
class TextFuzzTest {

    @FuzzTest(maxDuration = "20s")
    void anyText(byte[] text) {
        try {
            List<TextPair> pairs = TextFormat.parse(text);
            if (pairs.size() > TextFormat.MAX_PAIRS
                    || !TextFormat.parse(TextFormat.format(pairs)).equals(pairs)) {
                throw new AssertionError("not the same after a round trip");
            }
            negotiate(pairs, new OperationalNegotiation(OperationalOffer.standard()));
            OperationalNegotiation discovery = new OperationalNegotiation(OperationalOffer.standard());
            discovery.discovery();
            negotiate(pairs, discovery);
        } catch (TextException e) {
            // What broken text must lead to.
        }
    }

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

    private static void negotiate(List<TextPair> pairs, OperationalNegotiation negotiation) throws TextException {
        for (TextPair pair : pairs) {
            Key key = Key.of(pair.key());
            if (key != null) {
                negotiation.take(key, pair.value());
                verify(negotiation.parameters());
            }
        }
    }

    private static void verify(OperationalParameters parameters) {
        boolean sound = parameters.maxConnections() == 1
                && parameters.errorRecoveryLevel() == 0
                && parameters.dataPduInOrder()
                && parameters.dataSequenceInOrder()
                && parameters.firstBurstLength() <= parameters.maxBurstLength()
                && parameters.firstBurstLength() >= 512
                && parameters.initiatorMaxRecvDataSegmentLength() >= 512
                && parameters.maxOutstandingR2t() >= 1
                && parameters.maxOutstandingR2t() <= 16;
        if (!sound) {
            throw new AssertionError("agreed on " + parameters);
        }
    }
}
