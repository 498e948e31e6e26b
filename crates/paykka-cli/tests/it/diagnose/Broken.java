// Prints signed messages, one JSON object a line: one that is right, and others with a mistake that people make in Java.
//
//   java Broken.java PRIVATE_KEY_FILE OTHER_PRIVATE_KEY_FILE PATH MERCHANT BODY_FILE

import java.net.URLEncoder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.PSSParameterSpec;
import java.util.Base64;

public final class Broken {
    private static final String NONCE = "a1B2c3D4e5F6";
    private static final String TIME = Long.toString(System.currentTimeMillis());
    private static String path;
    private static String merchant;
    private static String body;
    private static PrivateKey key;

    public static void main(String[] arguments) throws Exception {
        key = key(arguments[0]);
        PrivateKey other = key(arguments[1]);
        path = arguments[2];
        merchant = arguments[3];
        body = new String(Files.readAllBytes(Path.of(arguments[4])), StandardCharsets.UTF_8);
        byte[] right = sign(string());

        show("", header(base64(right)));
        show("algorithm-sha1", header(base64(sign("SHA1withRSA", key, bytes(string())))));
        show("algorithm-sha512", header(base64(sign("SHA512withRSA", key, bytes(string())))));
        show("algorithm-pss", header(base64(pss(bytes(string())))));
        // The swapped one of two keys in a configuration.
        show("own-key", header(base64(sign("SHA256withRSA", other, bytes(string())))));
        // String.valueOf of a merchant that isn't set.
        show("merchant-literal", header(base64(sign(string(null)))));
        show("body-charset", header(base64(sign("SHA256withRSA", key, string().getBytes(StandardCharsets.ISO_8859_1)))));
        show("lines-joined-by-crlf", header(base64(sign(string().replace("\n", "\r\n")))));
        show("final-newline", header(base64(sign(string() + "\n"))));
        show("signature-wrapped", header(Base64.getMimeEncoder().encodeToString(right)));
        show("signature-url-safe", header(Base64.getUrlEncoder().encodeToString(right)));
        show("signature-encoded", header(encoded(base64(right))));
        show("header-encoded-twice", encoded(header(base64(right))));
        show("header-scheme-word", "Bearer " + header(base64(right)));
        show("body-newline-cut", header(base64(right)), body + "\n");
    }

    private static String string() {
        return string(merchant);
    }

    private static String string(String merchant) {
        return path + "\n" + TIME + "\n" + NONCE + "\n" + merchant + "\n" + body;
    }

    private static byte[] sign(String text) throws Exception {
        return sign("SHA256withRSA", key, bytes(text));
    }

    private static byte[] sign(String algorithm, PrivateKey key, byte[] message) throws Exception {
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign(key);
        signature.update(message);
        return signature.sign();
    }

    private static byte[] pss(byte[] message) throws Exception {
        Signature signature = Signature.getInstance("RSASSA-PSS");
        signature.setParameter(new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
        signature.initSign(key);
        signature.update(message);
        return signature.sign();
    }

    private static String header(String signature) {
        return encoded("{\"sign_type\":\"SHA256_WITH_RSA\",\"timestamp\":\"" + TIME + "\",\"nonce\":\"" + NONCE
                + "\",\"key_id\":\"K001\",\"signature\":\"" + signature.replace("\r\n", "\\r\\n") + "\"}");
    }

    private static void show(String code, String header) {
        show(code, header, body);
    }

    /** Nothing in it needs an escape. */
    private static void show(String code, String header, String body) {
        System.out.print("{\"code\":\"" + code + "\",\"path\":\"" + path + "\",\"merchant\":\"" + merchant
                + "\",\"header\":\"" + header + "\",\"body\":\"" + base64(bytes(body)) + "\"}\n");
    }

    private static PrivateKey key(String file) throws Exception {
        StringBuilder text = new StringBuilder();
        Files.lines(Path.of(file)).filter(line -> !line.startsWith("-")).forEach(text::append);
        byte[] pkcs8 = Base64.getDecoder().decode(text.toString());
        return KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String text) {
        Charset utf8 = StandardCharsets.UTF_8;
        return text.getBytes(utf8);
    }
}
