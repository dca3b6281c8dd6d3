package dev.sandstone.daemon.catalog;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals secrets that must be known again in clear (CHAP needs them so): AES-256-GCM under the array's own key, bound to
 * the place where the secret is kept, so that one host's secret cannot be moved to another's entry.
 *
 * <p>Safe from any thread.
 */
public final class Sealer {
    /** Bytes of a key. */
    public static final int KEY_BYTES = 32;

    private static final String CIPHER = "AES/GCM/NoPadding";
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final SecretKeySpec key;
    private final SecureRandom random = new SecureRandom();

    /** @param key of {@link #KEY_BYTES} bytes; copied */
    public Sealer(byte[] key) {
        if (key.length != KEY_BYTES) {
            throw new IllegalArgumentException("key of " + key.length + " bytes");
        }
        this.key = new SecretKeySpec(key, "AES");
    }

    /** Nonce, ciphertext and tag, in Base64. */
    public String seal(String place, byte[] secret) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        byte[] sealed = run(Cipher.ENCRYPT_MODE, place, nonce, secret);
        return Base64.getEncoder()
                .encodeToString(ByteBuffer.allocate(nonce.length + sealed.length)
                        .put(nonce)
                        .put(sealed)
                        .array());
    }

    /**
     * The secret again.
     *
     * @throws CatalogException when it was sealed under another key or for another place, or was changed
     */
    public byte[] open(String place, String sealed) {
        try {
            byte[] bytes = Base64.getDecoder().decode(sealed);
            if (bytes.length < NONCE_BYTES) {
                throw new IllegalArgumentException("too short");
            }
            byte[] nonce = new byte[NONCE_BYTES];
            byte[] rest = new byte[bytes.length - NONCE_BYTES];
            ByteBuffer.wrap(bytes).get(nonce).get(rest);
            return run(Cipher.DECRYPT_MODE, place, nonce, rest);
        } catch (IllegalArgumentException | IllegalStateException bad) {
            throw new CatalogException("the secret of " + place + " cannot be opened: the array's key is another one,"
                    + " or the secret was damaged; create the host again");
        }
    }

    private byte[] run(int mode, String place, byte[] nonce, byte[] input) {
        try {
            Cipher cipher = Cipher.getInstance(CIPHER);
            cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
            cipher.updateAAD(place.getBytes(UTF_8));
            return cipher.doFinal(input);
        } catch (GeneralSecurityException failed) {
            throw new IllegalStateException("AES-GCM", failed);
        }
    }
}
