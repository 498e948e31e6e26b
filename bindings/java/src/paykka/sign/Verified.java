package paykka.sign;

/** What a genuine message's header says beside the signature. Only {@link KeyRing#verify} makes one. */
public final class Verified {
    private final String keyId;
    private final String nonce;
    private final long timestampMillis;

    Verified(String keyId, String nonce, long timestampMillis) {
        this.keyId = keyId;
        this.nonce = nonce;
        this.timestampMillis = timestampMillis;
    }

    /** The id of the key that verified it; with {@link KeyRing#addOnly} whatever the sender wrote. */
    public String keyId() {
        return keyId;
    }

    /** The message's random text, by which a repetition is known. */
    public String nonce() {
        return nonce;
    }

    /** When it was signed, by the signer's clock, in milliseconds since 1970-01-01 UTC. */
    public long timestampMillis() {
        return timestampMillis;
    }
}
