import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import paykka.sign.KeyRing;
import paykka.sign.RefusedException;
import paykka.sign.Signing;
import paykka.sign.SigningKey;

/** All of vectors/ in Java. Argument: the file of cases, see bindings/c/tests/cases.h. Prints how many there were. */
public final class Vectors {
    private final KeyRing ring = KeyRing.forLoopback();
    private final Map<String, SigningKey> keys = new HashMap<>();
    private int signed;
    private int judged;

    public static void main(String[] arguments) throws Exception {
        Vectors vectors = new Vectors();
        List<String> lines = Files.readAllLines(Path.of(arguments[0]));
        for (String line : lines) {
            byte[][] fields = Arrays.stream(line.split(" ")).map(Vectors::field).toArray(byte[][]::new);
            switch (text(fields[0])) {
                case "key":
                    vectors.key(fields);
                    break;
                case "sign":
                    vectors.sign(fields);
                    break;
                case "judge":
                    vectors.judge(fields);
                    break;
                default:
                    throw new AssertionError("a line of an unknown kind");
            }
        }
        System.out.println(vectors.signed + " signed, " + vectors.judged + " judged");
    }

    private void key(byte[][] f) throws Exception {
        SigningKey key = new SigningKey(text(f[1]), Files.readAllBytes(Path.of(text(f[2]))));
        String publicKey = Files.readString(Path.of(text(f[3])));
        same(f[1], publicKey, key.publicKey());
        ring.add(text(f[1]), publicKey.getBytes(StandardCharsets.US_ASCII));
        keys.put(text(f[1]), key);
    }

    private void sign(byte[][] f) {
        String path = text(f[3]);
        long millis = Long.parseLong(text(f[4]));
        String merchant = text(f[6]);
        if (f[8] != null) {
            byte[] string = Signing.stringToSign(path, merchant, f[7], millis, text(f[5]));
            same(f[1], true, Arrays.equals(f[8], string));
        }
        String authorization = keys.get(text(f[2])).sign(path, merchant, f[7], millis, text(f[5]));
        same(f[1], text(f[9]), authorization);
        signed++;
    }

    private void judge(byte[][] f) {
        int result = 1000;
        try {
            long now = Long.parseLong(text(f[7]));
            String keyId = ring.verify(text(f[3]), text(f[4]), text(f[5]), f[6], now, Long.parseLong(text(f[8]))).keyId();
            same(f[1], true, keys.containsKey(keyId));
        } catch (RefusedException refused) {
            result = refused.result();
        }
        same(f[1], Integer.parseInt(text(f[2])), result);
        judged++;
    }

    private static void same(byte[] name, Object expected, Object actual) {
        if (!expected.equals(actual)) {
            throw new AssertionError(text(name) + ": " + expected + " is expected, not " + actual);
        }
    }

    private static byte[] field(String written) {
        if (written.equals("-")) {
            return null;
        }
        byte[] bytes = new byte[written.length() / 2];
        for (int at = 0; at < bytes.length; at++) {
            bytes[at] = (byte) Integer.parseInt(written.substring(2 * at + 1, 2 * at + 3), 16);
        }
        return bytes;
    }

    private static String text(byte[] field) {
        return field == null ? null : new String(field, StandardCharsets.UTF_8);
    }
}
