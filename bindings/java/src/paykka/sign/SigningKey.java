package paykka.sign;

import com.sun.jna.ptr.PointerByReference;
import java.lang.ref.Cleaner;
import paykka.sign.Calls.In;

/**
 * A private key with the id under which the other side knows it. It never changes; any number of threads may use one, and
 * {@link #close} waits for calls that run.
 */
public final class SigningKey implements AutoCloseable {
    final Handle handle;
    private final Cleaner.Cleanable end;

    /**
     * Reads a key that isn't encrypted and proves it by a trial signature, so do it once.
     *
     * @param privateKey the content of a file: PKCS#8 or PKCS#1, as PEM, DER or bare Base64
     * @throws PaykkaException for a key that can't be used ({@link Result#KEY}) or a malformed id ({@link Result#FIELD})
     */
    public SigningKey(String keyId, byte[] privateKey) {
        this(keyId, privateKey, null, false);
    }

    /**
     * Reads a key under a passphrase (PKCS#8 with PBES2), which takes tens of milliseconds and more; a key that isn't encrypted
     * is taken, too. Overwriting both arrays is the caller's.
     *
     * @throws PaykkaException as the other one, with {@link Result#KEY} for a wrong passphrase, too
     */
    public SigningKey(String keyId, byte[] privateKey, byte[] passphrase) {
        this(keyId, privateKey, passphrase, true);
    }

    private SigningKey(String keyId, byte[] privateKey, byte[] passphrase, boolean isEncrypted) {
        CInterface library = CInterface.library();
        In id = In.of("keyId", keyId);
        In key = In.of("privateKey", privateKey);
        PointerByReference made = new PointerByReference();
        if (isEncrypted) {
            In phrase = In.of("passphrase", passphrase);
            Calls.call(error -> library.paykka_signing_key_new_encrypted(
                    id.bytes, id.len, key.bytes, key.len, phrase.bytes, phrase.len, made, error));
        } else {
            Calls.call(error ->
                    library.paykka_signing_key_new(id.bytes, id.len, key.bytes, key.len, made, error));
        }
        handle = new Handle("signing key", made.getValue(), library::paykka_signing_key_free);
        end = handle.endWith(this);
    }

    /**
     * The value of {@code Authorization}, of now and with a fresh nonce.
     *
     * @param path the request's path as sent, without host and query
     * @param merchant the {@code X-Merch-Id} that is sent, or null where it isn't
     * @param body what is sent, byte for byte; empty where there is none
     * @throws PaykkaException with {@link Result#FIELD} for a part that is out of bounds
     */
    public String sign(String path, String merchant, byte[] body) {
        return sign(path, merchant, body, System.currentTimeMillis(), Signing.generateNonce());
    }

    /**
     * The value of {@code Authorization} for a time, in milliseconds since 1970-01-01 UTC, and a nonce of 6 to 32 visible ASCII
     * characters. Take fresh ones for every attempt.
     *
     * @throws PaykkaException with {@link Result#FIELD} for a part that is out of bounds
     */
    public String sign(String path, String merchant, byte[] body, long timestampMillis, String nonce) {
        In p = In.of("path", path);
        In m = In.orAbsent("merchant", merchant);
        In b = In.of("body", body);
        In n = In.of("nonce", nonce);
        long millis = Calls.millis("timestampMillis", timestampMillis);
        return handle.lend(key -> Calls.ascii(Calls.filled(4096, (out, outLen, written, error) ->
                CInterface.library().paykka_sign(
                        key, p.bytes, p.len, m.bytes, m.len, b.bytes, b.len, millis, n.bytes, n.len, out, outLen,
                        written, error))));
    }

    /** The public half as SPKI PEM, to hand over. */
    public String publicKey() {
        return handle.lend(key -> Calls.ascii(Calls.filled(1024, (out, outLen, written, error) ->
                CInterface.library().paykka_signing_key_public_key(key, out, outLen, written, error))));
    }

    /** Ends the key, after calls that run; using it afterwards throws {@link Result#NULL_POINTER}. */
    @Override
    public void close() {
        end.clean();
    }
}
