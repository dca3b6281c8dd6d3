package dev.sandstone.iscsi.text;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;

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
        boolean sound = parameters.maxConnections() >= 1
                && parameters.maxConnections() <= 8
                && parameters.errorRecoveryLevel() >= 0
                && parameters.errorRecoveryLevel() <= 2
                && parameters.defaultTime2Retain() <= 20
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
