package paykka.sign;

import paykka.sign.Calls.In;

/** What needs no key. */
public final class Signing {
    private Signing() {}

    /**
     * The exact bytes that are signed, for a signer elsewhere. The arguments are those of {@link SigningKey#sign}, but nonces
     * of 1 to 64 characters are taken.
     *
     * @throws PaykkaException with {@link Result#FIELD} for a part that is out of bounds
     */
    public static byte[] stringToSign(
            String path, String merchant, byte[] body, long timestampMillis, String nonce) {
        CInterface library = CInterface.library();
        In p = In.of("path", path);
        In m = In.orAbsent("merchant", merchant);
        In b = In.of("body", body);
        In n = In.of("nonce", nonce);
        long millis = Calls.millis("timestampMillis", timestampMillis);
        return Calls.filled(Math.addExact(body.length, 2200), (out, outLen, written, error) ->
                library.paykka_string_to_sign(
                        p.bytes, p.len, m.bytes, m.len, b.bytes, b.len, millis, n.bytes, n.len, out, outLen, written,
                        error));
    }

    /** A fresh nonce of the operating system's randomness. */
    public static String generateNonce() {
        CInterface library = CInterface.library();
        return Calls.ascii(Calls.filled(32, library::paykka_nonce_generate));
    }

    /** The library's version. */
    public static String version() {
        return CInterface.library().paykka_version();
    }
}
