import java.lang.ref.WeakReference;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import paykka.sign.KeyRing;
import paykka.sign.PaykkaException;
import paykka.sign.RefusedException;
import paykka.sign.Result;
import paykka.sign.Signing;
import paykka.sign.SigningKey;
import paykka.sign.Verified;

/** What the wrapper adds: exceptions, ends, and threads. Prints how many tests there were. */
public final class Behaviour {
    private static final String PATH = "/api/v2/merch/account/balance";
    private static final byte[] BODY = bytes("{\"a\":1}");
    private static final byte[] NOTHING = {};

    private interface Test {
        void run() throws Exception;
    }

    public static void main(String[] arguments) throws Exception {
        Test[] tests = {
            Behaviour::whatIsSignedNowVerifiesNow,
            Behaviour::aRefusalIsThrown,
            Behaviour::keysAreReadAndRefused,
            Behaviour::ringsChange,
            Behaviour::anAbsentMerchantIsNotAnEmptyOne,
            Behaviour::nullsAndNegativeTimesAreNamed,
            Behaviour::longBodiesAreSigned,
            Behaviour::aDiagnosisNamesTheCause,
            Behaviour::whatWasClosedThrows,
            Behaviour::whatIsForgottenCanBeCollected,
            Behaviour::resultsAreTheHeaders,
            Behaviour::sixteenThreadsShareOneKeyAndOneRing,
            Behaviour::closingWaitsForCallsThatRun,
        };
        for (Test test : tests) {
            test.run();
        }
        System.out.println(tests.length + " tests");
    }

    private static void whatIsSignedNowVerifiesNow() {
        long before = System.currentTimeMillis();
        Verified verified = ring("K001").verify(key("K001").sign(PATH, "M1", BODY), PATH, "M1", BODY);
        same("K001", verified.keyId());
        same(true, verified.nonce().matches("[0-9a-f]{32}"));
        same(true, verified.timestampMillis() >= before && verified.timestampMillis() <= System.currentTimeMillis());
    }

    private static void aRefusalIsThrown() {
        String header = key("K001").sign(PATH, "M1", BODY);
        refused(Result.SIGNATURE, () -> ring("K001").verify(header, PATH, "M1", bytes("{}")));
        refused(Result.SIGNATURE, () -> ring("K001").verify(header, PATH, null, BODY));
        refused(Result.UNKNOWN_KEY, () -> ring("K002").verify(header, PATH, "M1", BODY));
        refused(Result.EARLY, () -> ring("K001").verify(header, PATH, "M1", BODY, 1, KeyRing.TOLERANCE_MILLIS));
        refused(Result.HEADER, () -> ring("K001").verify("x", PATH, "M1", BODY));
        refused(Result.HEADER, () -> ring("K001").verify("", PATH, "M1", BODY));
        failed(Result.KEY, () -> new KeyRing().verify(header, PATH, "M1", BODY));
    }

    private static void keysAreReadAndRefused() {
        byte[] plain = file("merchant-2048.private.pem");
        byte[] encrypted = file("merchant-2048.encrypted.pem");
        failed(Result.KEY, () -> new SigningKey("K001", encrypted));
        failed(Result.KEY, () -> new SigningKey("K001", encrypted, NOTHING));
        PaykkaException wrong = failed(Result.KEY, () -> new SigningKey("K001", encrypted, bytes("hunter2")));
        same(false, wrong.toString().contains("hunter2"));
        SigningKey unlocked = new SigningKey("K001", encrypted, bytes("passphrase"));
        same(key("K001").sign(PATH, null, NOTHING, 1, "abcdef"), unlocked.sign(PATH, null, NOTHING, 1, "abcdef"));
        failed(Result.KEY, () -> new SigningKey("K001", file("merchant-2048.public.pem")));
        failed(Result.KEY, () -> new SigningKey("K001", NOTHING));
        failed(Result.KEY, () -> ring("K001").add("K002", plain));
        failed(Result.KEY, () -> new KeyRing().add("K001", file("merchant-2048.public.pem")));
        failed(Result.FIELD, () -> new SigningKey("K 1", plain));
    }

    private static void ringsChange() {
        KeyRing ring = ring("K001");
        failed(Result.KEY, () -> ring.add("K001", file("platform-2048.public.pem")));
        ring.remove("K001");
        failed(Result.UNKNOWN_KEY, () -> ring.remove("K001"));
        ring.addOnly(bytes(key("K001").publicKey()));
        ring.verify(key("any").sign(PATH, null, NOTHING), PATH, null, NOTHING);
    }

    private static void anAbsentMerchantIsNotAnEmptyOne() {
        failed(Result.FIELD, () -> key("K001").sign(PATH, "", NOTHING));
        byte[] string = Signing.stringToSign("/p", null, bytes("{}"), 1, "n");
        same("/p\n1\nn\n\n{}", new String(string, StandardCharsets.US_ASCII));
    }

    private static void nullsAndNegativeTimesAreNamed() {
        SigningKey key = key("K001");
        names("path is null", NullPointerException.class, () -> key.sign(null, null, BODY));
        names("body is null", NullPointerException.class, () -> key.sign(PATH, null, null));
        names("privateKey is null", NullPointerException.class, () -> new SigningKey("K001", null));
        names("passphrase is null", NullPointerException.class, () -> new SigningKey("K001", NOTHING, null));
        names("authorization is null", NullPointerException.class, () -> ring("K001").verify(null, PATH, null, BODY));
        names("timestampMillis", IllegalArgumentException.class, () -> key.sign(PATH, null, BODY, -1, "abcdef"));
        failed(Result.FIELD, () -> key.sign(PATH, null, BODY, Long.MAX_VALUE, "abcdef"));
    }

    private static void longBodiesAreSigned() {
        byte[] body = new byte[300_000];
        body[7] = -1;
        ring("K001").verify(key("K001").sign(PATH, null, body), PATH, null, body.clone());
        same("/p\n1\nn\n\n".length() + body.length, Signing.stringToSign("/p", null, body, 1, "n").length);
    }

    private static void aDiagnosisNamesTheCause() {
        String header = key("K001").sign(PATH, null, bytes("{\"a\": 1}"));
        long now = System.currentTimeMillis();
        for (SigningKey own : new SigningKey[] {key("K002"), null}) {
            String found = ring("K001").diagnose(header, PATH, null, BODY, now, 300_000, own);
            same(true, found.startsWith("{") && found.contains("\"body-reformatted\""));
        }
    }

    private static void whatWasClosedThrows() {
        SigningKey key = key("K001");
        KeyRing ring = ring("K001");
        String header = key.sign(PATH, null, BODY);
        key.close();
        key.close();
        failed(Result.NULL_POINTER, () -> key.sign(PATH, null, BODY));
        failed(Result.NULL_POINTER, key::publicKey);
        failed(Result.NULL_POINTER, () -> ring.diagnose(header, PATH, null, BODY, 1, 1, key));
        ring.verify(header, PATH, null, BODY);
        ring.close();
        failed(Result.NULL_POINTER, () -> ring.verify(header, PATH, null, BODY));
        failed(Result.NULL_POINTER, () -> ring.add("K002", file("platform-2048.public.pem")));
    }

    private static void whatIsForgottenCanBeCollected() {
        List<WeakReference<?>> forgotten = List.of(new WeakReference<>(key("K001")), new WeakReference<>(ring("K001")));
        for (WeakReference<?> reference : forgotten) {
            for (int turn = 0; turn < 100 && reference.get() != null; turn++) {
                System.gc();
            }
            same(true, reference.get() == null);
        }
        ring("K001").verify(key("K001").sign(PATH, null, BODY), PATH, null, BODY);
    }

    private static void resultsAreTheHeaders() throws Exception {
        Map<String, Integer> ours = new HashMap<>(Map.of("OK", 1000));
        for (Field field : Result.class.getFields()) {
            ours.put(field.getName(), field.getInt(null));
        }
        Map<String, Integer> theirs = new HashMap<>();
        Matcher lines = Pattern.compile("(?m)^  PAYKKA_RESULT_(\\w+) = (\\d+),$")
                .matcher(Files.readString(Path.of(System.getenv("PAYKKA_HEADER"))));
        while (lines.find()) {
            theirs.put(lines.group(1), Integer.valueOf(lines.group(2)));
        }
        same(theirs, ours);
        same(true, Signing.version().matches("\\d+\\.\\d+\\.\\d+.*"));
    }

    private static void sixteenThreadsShareOneKeyAndOneRing() throws Exception {
        SigningKey key = key("K001");
        KeyRing ring = ring("K001");
        List<String> nonces = new ArrayList<>();
        for (List<String> of : inThreads(() -> {
            List<String> seen = new ArrayList<>();
            for (int round = 0; round < 20; round++) {
                ring.add(Signing.generateNonce(), file("platform-2048.public.pem"));
                seen.add(ring.verify(key.sign(PATH, "M1", BODY), PATH, "M1", BODY).nonce());
            }
            return seen;
        })) {
            nonces.addAll(of);
        }
        same(320, nonces.size());
        same(320, new HashSet<>(nonces).size());
    }

    /** Each call is done, or told that the key is gone; none reads what was freed. */
    private static void closingWaitsForCallsThatRun() throws Exception {
        SigningKey key = key("K001");
        CountDownLatch allSigned = new CountDownLatch(16);
        KeyRing ring = ring("K001");
        Callable<Integer> signUntilClosed = () -> {
            for (int done = 0; ; done++) {
                try {
                    ring.verify(key.sign(PATH, "M1", BODY), PATH, "M1", BODY);
                    if (done == 0) {
                        allSigned.countDown();
                    }
                } catch (PaykkaException closed) {
                    same(Result.NULL_POINTER, closed.result());
                    return done;
                }
                if (allSigned.getCount() == 0) {
                    key.close();
                }
            }
        };
        for (int done : inThreads(signUntilClosed)) {
            same(true, done > 0);
        }
    }

    private static <T> List<T> inThreads(Callable<T> work) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(16);
        try {
            List<Callable<T>> all = new ArrayList<>();
            for (int thread = 0; thread < 16; thread++) {
                all.add(work);
            }
            List<T> found = new ArrayList<>();
            for (Future<T> one : threads.invokeAll(all)) {
                found.add(one.get());
            }
            return found;
        } finally {
            threads.shutdownNow();
        }
    }

    private static SigningKey key(String id) {
        return new SigningKey(id, file("merchant-2048.private.pem"));
    }

    private static KeyRing ring(String id) {
        KeyRing ring = KeyRing.forLoopback();
        ring.add(id, file("merchant-2048.public.pem"));
        return ring;
    }

    private static byte[] file(String name) {
        try {
            return Files.readAllBytes(Path.of(System.getenv("PAYKKA_KEYS"), name));
        } catch (java.io.IOException error) {
            throw new AssertionError(error);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void same(Object expected, Object actual) {
        if (!expected.equals(actual)) {
            throw new AssertionError(expected + " is expected, not " + actual);
        }
    }

    private static void refused(int result, Test call) {
        thrown(RefusedException.class, result, call);
    }

    private static PaykkaException failed(int result, Test call) {
        return thrown(PaykkaException.class, result, call);
    }

    private static PaykkaException thrown(Class<?> kind, int result, Test call) {
        PaykkaException caught = (PaykkaException) caught(kind, call);
        same(result, caught.result());
        same(false, caught.getMessage().isEmpty() || caught.getMessage().contains("\0"));
        return caught;
    }

    private static void names(String words, Class<?> kind, Test call) {
        String message = caught(kind, call).getMessage();
        same(true, message.contains(words));
    }

    /** Of exactly this class. */
    private static Throwable caught(Class<?> kind, Test call) {
        try {
            call.run();
        } catch (Throwable thrown) {
            if (thrown.getClass() == kind) {
                return thrown;
            }
            throw new AssertionError(kind + " is expected", thrown);
        }
        throw new AssertionError(kind + " is expected, and nothing was thrown");
    }
}
