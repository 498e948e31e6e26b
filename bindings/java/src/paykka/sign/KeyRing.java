package paykka.sign;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import java.lang.ref.Cleaner;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import paykka.sign.Calls.In;

/**
 * The other side's public keys by their ids. Any number of threads may use and change one; a message is judged by the keys of
 * before or after a change. {@link #close} waits for calls that run.
 */
public final class KeyRing implements AutoCloseable {
    /** How far a signed time may lie before or after now, unless another number is given. */
    public static final long TOLERANCE_MILLIS = 300_000;

    private final Handle handle;
    private final Cleaner.Cleanable end;

    /** An empty ring for real keys. */
    public KeyRing() {
        this(false);
    }

    /** An empty ring for tests on one machine alone: it takes keys whose private half is published. */
    public static KeyRing forLoopback() {
        return new KeyRing(true);
    }

    private KeyRing(boolean isForLoopback) {
        CInterface library = CInterface.library();
        PointerByReference made = new PointerByReference();
        Calls.call(error -> library.paykka_key_ring_new((byte) (isForLoopback ? 1 : 0), made, error));
        handle = new Handle("key ring", made.getValue(), library::paykka_key_ring_free);
        end = handle.endWith(this);
    }

    /**
     * Accepts a key. After a failure the ring is as it was.
     *
     * @param publicKey the content of a file: SPKI, PKCS#1 or certificate, as PEM, DER or bare Base64
     * @throws PaykkaException with {@link Result#KEY}, also for an id that is there already; {@link Result#FIELD} for the id
     */
    public void add(String keyId, byte[] publicKey) {
        In id = In.of("keyId", keyId);
        In key = In.of("publicKey", publicKey);
        change(ring -> error ->
                CInterface.library().paykka_key_ring_add(ring, id.bytes, id.len, key.bytes, key.len, error));
    }

    /**
     * Accepts the ring's one key, whatever id a message names.
     *
     * @throws PaykkaException with {@link Result#KEY}, also for a ring that has a key
     */
    public void addOnly(byte[] publicKey) {
        In key = In.of("publicKey", publicKey);
        change(ring -> error -> CInterface.library().paykka_key_ring_add_only(ring, key.bytes, key.len, error));
    }

    /**
     * Takes a key out.
     *
     * @throws PaykkaException with {@link Result#UNKNOWN_KEY} where none stands under this id
     */
    public void remove(String keyId) {
        In id = In.of("keyId", keyId);
        change(ring -> error -> CInterface.library().paykka_key_ring_remove(ring, id.bytes, id.len, error));
    }

    /** As the other one, now and within {@link #TOLERANCE_MILLIS}. */
    public Verified verify(String authorization, String path, String merchant, byte[] body) {
        return verify(authorization, path, merchant, body, System.currentTimeMillis(), TOLERANCE_MILLIS);
    }

    /**
     * Returns for a genuine message in time alone.
     *
     * @param path for an answer that of its request, for a notification its own
     * @param merchant for an answer the {@code X-Merch-Id} of its request, for a notification its own; null where there is none
     * @param body what was received, before any decoding; empty where there was none
     * @param nowMillis in milliseconds since 1970-01-01 UTC
     * @param toleranceMillis how far the signed time may lie before or after now
     * @throws RefusedException for every other message
     * @throws PaykkaException with {@link Result#KEY} for a ring without a key
     */
    public Verified verify(
            String authorization, String path, String merchant, byte[] body, long nowMillis, long toleranceMillis) {
        In a = In.of("authorization", authorization);
        In p = In.of("path", path);
        In m = In.orAbsent("merchant", merchant);
        In b = In.of("body", body);
        long now = Calls.millis("nowMillis", nowMillis);
        long tolerance = Calls.millis("toleranceMillis", toleranceMillis);
        byte[] found = new byte[CInterface.VERIFIED_SIZE];
        return handle.lend(ring -> {
            Calls.judge(error -> CInterface.library().paykka_verify(
                    ring, a.bytes, a.len, p.bytes, p.len, m.bytes, m.len, b.bytes, b.len, now, tolerance, found,
                    error));
            long signed = ByteBuffer.wrap(found).order(ByteOrder.nativeOrder()).getLong();
            int keyId = Long.BYTES;
            return new Verified(
                    Calls.text(found, keyId), Calls.text(found, keyId + CInterface.KEY_ID_SIZE), signed);
        });
    }

    /**
     * Why a message is refused, as the JSON of {@code paykka diagnose --json}. It takes up to some seconds: for a person at a
     * desk. What it explains is still to be refused.
     *
     * @param ownKey the key that signs on this side, to see keys that were swapped; null where there is none
     */
    public String diagnose(
            String authorization, String path, String merchant, byte[] body, long nowMillis, long toleranceMillis,
            SigningKey ownKey) {
        In a = In.of("authorization", authorization);
        In p = In.of("path", path);
        In m = In.orAbsent("merchant", merchant);
        In b = In.of("body", body);
        long now = Calls.millis("nowMillis", nowMillis);
        long tolerance = Calls.millis("toleranceMillis", toleranceMillis);
        Function<Pointer, String> search = own -> handle.lend(ring ->
                new String(Calls.filled(65536, (out, outLen, written, error) ->
                        CInterface.library().paykka_diagnose(
                                ring, a.bytes, a.len, p.bytes, p.len, m.bytes, m.len, b.bytes, b.len, now, tolerance,
                                own, out, outLen, written, error)), StandardCharsets.UTF_8));
        return ownKey == null ? search.apply(null) : ownKey.handle.lend(search);
    }

    /** Ends the ring, after calls that run; using it afterwards throws {@link Result#NULL_POINTER}. */
    @Override
    public void close() {
        end.clean();
    }

    private void change(Function<Pointer, Calls.Call> call) {
        handle.lend(ring -> {
            Calls.call(call.apply(ring));
            return null;
        });
    }
}
