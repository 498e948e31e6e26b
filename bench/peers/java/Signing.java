import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Signing and verifying as somebody would write it in Java with the JDK alone. */
final class Signing {
    private static final String SIGN_TYPE = "SHA256_WITH_RSA";
    private static final long TOLERANCE_MILLIS = 300_000;
    private final PrivateKey privateKey;
    private final PublicKey publicKey;
    private final String path, merchant, keyId;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, Long> seen = new ConcurrentHashMap<>();

    Signing(String privateKey, String publicKey, String path, String merchant, String keyId) throws Exception {
        KeyFactory factory = KeyFactory.getInstance("RSA");
        this.privateKey = factory.generatePrivate(new PKCS8EncodedKeySpec(der(privateKey)));
        this.publicKey = factory.generatePublic(new X509EncodedKeySpec(der(publicKey)));
        this.path = path;
        this.merchant = merchant;
        this.keyId = keyId;
    }

    String header(byte[] body) throws GeneralSecurityException {
        String timestamp = Long.toString(System.currentTimeMillis());
        byte[] entropy = new byte[16];
        random.nextBytes(entropy);
        String nonce = HexFormat.of().formatHex(entropy);
        Signature signer = Signature.getInstance("SHA256withRSA");
        signer.initSign(privateKey);
        signer.update(head(timestamp, nonce));
        signer.update(body);
        String signature = Base64.getEncoder().encodeToString(signer.sign());
        // The fields hold nothing that JSON would escape.
        String json = "{\"sign_type\":\"" + SIGN_TYPE + "\",\"timestamp\":\"" + timestamp + "\",\"nonce\":\"" + nonce
                + "\",\"key_id\":\"" + keyId + "\",\"signature\":\"" + signature + "\"}";
        return escaped(json);
    }

    /** Null for a message that isn't genuine or not of now. */
    String nonceOfGenuine(String header, byte[] body) {
        try {
            Map<String, String> fields = fields(unescaped(header));
            String timestamp = fields.get("timestamp"), nonce = fields.get("nonce");
            if (!SIGN_TYPE.equals(fields.get("sign_type")) || !keyId.equals(fields.get("key_id"))) {
                return null;
            }
            byte[] signature = Base64.getDecoder().decode(fields.get("signature"));
            Signature verifier = Signature.getInstance("SHA256withRSA");
            verifier.initVerify(publicKey);
            verifier.update(head(timestamp, nonce));
            verifier.update(body);
            boolean isOfNow = Math.abs(System.currentTimeMillis() - Long.parseLong(timestamp)) <= TOLERANCE_MILLIS;
            return verifier.verify(signature) && isOfNow ? nonce : null;
        } catch (GeneralSecurityException | RuntimeException refused) {
            return null;
        }
    }

    /** Whether it didn't come in before within the tolerance. */
    boolean isFirst(String nonce) {
        long now = System.currentTimeMillis();
        if (seen.size() > 100_000) {
            seen.values().removeIf(at -> at < now - 2 * TOLERANCE_MILLIS);
        }
        return seen.putIfAbsent(nonce, now) == null;
    }

    /** The library's own signature over the same bytes. */
    byte[] bareSign(byte[] body) throws GeneralSecurityException {
        Signature signer = Signature.getInstance("SHA256withRSA");
        signer.initSign(privateKey);
        signer.update(head("1701732359000", "a1B2c3D4e5F6"));
        signer.update(body);
        return signer.sign();
    }

    boolean bareVerify(byte[] body, byte[] signature) throws GeneralSecurityException {
        Signature verifier = Signature.getInstance("SHA256withRSA");
        verifier.initVerify(publicKey);
        verifier.update(head("1701732359000", "a1B2c3D4e5F6"));
        verifier.update(body);
        return verifier.verify(signature);
    }

    private byte[] head(String timestamp, String nonce) {
        return (path + "\n" + timestamp + "\n" + nonce + "\n" + merchant + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** The JDK's own encoder makes forms, where a space is a plus; there is none in what is written here. */
    private static String escaped(String text) {
        return java.net.URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String unescaped(String text) {
        return java.net.URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /** One object of strings; the JDK has no reader of JSON. */
    private static Map<String, String> fields(String json) {
        Map<String, String> fields = new HashMap<>();
        int[] at = {expect(json, 0, '{')};
        while (true) {
            String name = text(json, at);
            at[0] = expect(json, at[0], ':');
            if (fields.put(name, text(json, at)) != null) {
                throw new IllegalArgumentException("twice");
            }
            at[0] = blank(json, at[0]);
            if (json.charAt(at[0]) == '}') {
                return fields;
            }
            at[0] = expect(json, at[0], ',');
        }
    }

    private static String text(String json, int[] at) {
        int from = expect(json, at[0], '"');
        StringBuilder escapes = null;
        for (int index = from;; index++) {
            char c = json.charAt(index);
            if (c == '"') {
                at[0] = index + 1;
                return escapes == null ? json.substring(from, index) : escapes.toString();
            }
            if (c == '\\') {
                escapes = escapes == null ? new StringBuilder(json.substring(from, index)) : escapes;
                char escape = json.charAt(++index);
                if (escape == 'u') {
                    c = (char) Integer.parseInt(json.substring(index + 1, index + 5), 16);
                    index += 4;
                } else {
                    c = "btnfr".indexOf(escape) < 0 ? escape : "\b\t\n\f\r".charAt("btnfr".indexOf(escape));
                }
            }
            if (escapes != null) {
                escapes.append(c);
            }
        }
    }

    private static int expect(String json, int from, char wanted) {
        int at = blank(json, from);
        if (json.charAt(at) != wanted) {
            throw new IllegalArgumentException("no JSON object of texts");
        }
        return at + 1;
    }

    private static int blank(String json, int at) {
        while (Character.isWhitespace(json.charAt(at))) {
            at++;
        }
        return at;
    }

    private static byte[] der(String file) throws Exception {
        String pem = Files.readString(Path.of(file));
        return Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
    }
}
