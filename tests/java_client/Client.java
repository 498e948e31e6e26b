import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One call of each kind against the emulator, as a Java shop would write it: with the JDK alone, its signatures, its form
 * encoder and its HTTP client, and nothing of the Rust code. Started as {@code java tests/java_client/Client.java} with the
 * emulator's addresses in the environment; anything unexpected ends it with the exit status 1.
 */
public final class Client {
    private static final String MERCHANT = "M24061911365700670";
    private static final String KEY_ID = "K-JAVA";
    private static final String HOOK = "/java/notifications";
    private static final long TOLERANCE_MILLIS = 5 * 60 * 1000;

    private final HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(20)).build();
    private final String platform = env("EMULATOR_HTTP_URL");
    private final String control = env("EMULATOR_CONTROL");
    private final KeyPair pair = newPair();
    private final PrivateKey key = readPrivateKey(Base64.getEncoder().encodeToString(pair.getPrivate().getEncoded()));
    private final PublicKey platformKey = readPublicKey(env("EMULATOR_PUBLIC_KEY_PEM"));
    private final BlockingQueue<String> notifications = new LinkedBlockingQueue<>();
    private final AtomicInteger verified = new AtomicInteger();
    private int calls;

    private Client() throws GeneralSecurityException {}

    public static void main(String[] arguments) throws Exception {
        Client client = new Client();
        HttpServer receiver = client.receiver();
        try {
            client.run("http://127.0.0.1:" + receiver.getAddress().getPort() + HOOK);
        } finally {
            receiver.stop(0);
        }
        System.out.printf("%d calls, %d answers and notifications verified%n", client.calls, client.verified.get());
    }

    private void run(String hook) throws Exception {
        ensureThatDamageIsSeen();
        String pem = "-----BEGIN PUBLIC KEY-----\n"
            + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(pair.getPublic().getEncoded())
            + "\n-----END PUBLIC KEY-----\n";
        control("/merchants", object("merchant", MERCHANT, "key_id", KEY_ID, "public_key_pem", pem.replace("\n", "\\n")));
        control("/subscribers", "{\"url\":\"" + hook + "\",\"under\":false}");

        // A read.
        expect("1000", field(call("/api/v2/merch/account/balance", "{\"currency\":\"USD\"}"), "balance"));

        // A write, and the notification of what comes of it.
        String payee = """
            {"request_id":"JAVA-1","type":"COMPANY","beneficiary":{"purpose":"PFG","country":"DE","ent_name_en":"Müller GmbH",\
            "bank_account":{"currency":"USD","country_code":"DE","bank_name":"Beispielbank","account_no":"1",\
            "account_name":"Müller GmbH"}}}""";
        String beneficiary = field(call("/api/v2/merch/beneficiary/create", payee), "beneficiary_id");
        advance();
        for (String status : new String[] {"WAIT", "PASS"}) {
            String data = nextNotification();
            expect(status, field(data, "status"));
            expect(beneficiary, field(data, "beneficiary_id"));
        }

        // Calls that have no key of their own: a quote and a file.
        String quote = call(
            "/api/v2/fx/conversion/preorder",
            "{\"sell_currency\":\"USD\",\"buy_currency\":\"EUR\",\"sell_amount\":100}"
        );
        // 100 / 1.085, to the nearest minor unit.
        expect("92", field(quote, "buy_amount"));
        String file = upload("合同.txt", "a contract".getBytes(StandardCharsets.UTF_8));
        ensure(Integer.parseInt(field(file, "file_id")) > 0, "the file has an id");

        // Money, twice sent and once moved.
        String payment = object("request_id", "JAVA-2", "beneficiary_id", beneficiary, "currency", "USD")
            .replace("}", ",\"amount\":250,\"postscript\":\"a b+c\"}");
        expect("PROCESSING", field(call("/api/v2/merch/pay/apply", payment), "status"));
        expect("PROCESSING", field(call("/api/v2/merch/pay/apply", payment), "status"));
        advance();
        String data = nextNotification();
        expect("SUCCESS", field(data, "status"));
        expect("JAVA-2", field(data, "request_id"));
        expect("750", field(call("/api/v2/merch/account/balance", "{\"currency\":\"USD\"}"), "balance"));

        // What is changed after it was signed isn't executed.
        HttpRequest damaged = request("/api/v2/merch/pay/apply", payment, payment.replace("250", "251"));
        HttpResponse<byte[]> refusal = http.send(damaged, HttpResponse.BodyHandlers.ofByteArray());
        expect("401", String.valueOf(refusal.statusCode()));
        expect("010100", field(text(refusal.body()), "ret_code"));
        ensure(notifications.isEmpty(), "nothing else was notified");
    }

    /** The answer's JSON, after its signature was verified. */
    private String call(String path, String body) throws Exception {
        return verifiedAnswer(path, request(path, body, body));
    }

    private String verifiedAnswer(String path, HttpRequest request) throws Exception {
        HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
        String header = response.headers().firstValue("Authorization").orElseThrow();
        verify(header, path, MERCHANT, response.body());
        String answer = text(response.body());
        if (response.statusCode() != 200) {
            throw new IllegalStateException(path + ": " + response.statusCode() + " " + answer);
        }
        calls++;
        return answer;
    }

    private HttpRequest request(String path, String signed, String sent) throws Exception {
        return builder(path, signed)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(sent))
            .build();
    }

    private HttpRequest.Builder builder(String path, String signed) throws Exception {
        return HttpRequest.newBuilder(URI.create(platform + path))
            .timeout(Duration.ofSeconds(20))
            .header("Accept", "application/json")
            .header("Authorization", authorization(path, MERCHANT, signed.getBytes(StandardCharsets.UTF_8)))
            .header("X-Merch-Id", MERCHANT);
    }

    /** Of an upload the part {@code meta} is signed, byte for byte. */
    private String upload(String name, byte[] content) throws Exception {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
        String meta = object("filename", name, "sha256", HexFormat.of().formatHex(digest));
        String boundary = UUID.randomUUID().toString();
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        String part = "--" + boundary + "\r\nContent-Disposition: form-data; name=";
        body.writeBytes((part + "\"meta\"\r\nContent-Type: application/json\r\n\r\n" + meta + "\r\n").getBytes(StandardCharsets.UTF_8));
        body.writeBytes((part + "\"file\"; filename=\"" + name + "\"\r\n\r\n").getBytes(StandardCharsets.UTF_8));
        body.writeBytes(content);
        body.writeBytes(("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.UTF_8));
        HttpRequest request = builder("/api/file/upload", meta)
            .header("Content-Type", "multipart/form-data; boundary=" + boundary)
            .POST(HttpRequest.BodyPublishers.ofByteArray(body.toByteArray()))
            .build();
        return verifiedAnswer("/api/file/upload", request);
    }

    private String authorization(String path, String merchant, byte[] body) throws GeneralSecurityException {
        String timestamp = String.valueOf(System.currentTimeMillis());
        String nonce = UUID.randomUUID().toString().replace("-", "");
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(key);
        signature.update(stringToSign(path, timestamp, nonce, merchant, body));
        String base64 = Base64.getEncoder().encodeToString(signature.sign());
        String json = object(
            "sign_type", "SHA256_WITH_RSA", "timestamp", timestamp, "nonce", nonce, "key_id", KEY_ID, "signature", base64
        );
        return URLEncoder.encode(json, StandardCharsets.UTF_8);
    }

    private void verify(String header, String path, String merchant, byte[] body) throws GeneralSecurityException {
        Map<String, String> fields = flatObject(URLDecoder.decode(header, StandardCharsets.UTF_8));
        expect("SHA256_WITH_RSA", fields.get("sign_type"));
        expect(env("EMULATOR_KEY_ID"), fields.get("key_id"));
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initVerify(platformKey);
        signature.update(stringToSign(path, fields.get("timestamp"), fields.get("nonce"), merchant, body));
        if (!signature.verify(Base64.getDecoder().decode(fields.get("signature")))) {
            throw new GeneralSecurityException(path + ": the signature isn't of these bytes");
        }
        long age = System.currentTimeMillis() - Long.parseLong(fields.get("timestamp"));
        ensure(Math.abs(age) <= TOLERANCE_MILLIS, path + " was signed now");
        verified.incrementAndGet();
    }

    private static byte[] stringToSign(String path, String timestamp, String nonce, String merchant, byte[] body) {
        ByteArrayOutputStream string = new ByteArrayOutputStream();
        string.writeBytes(String.join("\n", path, timestamp, nonce, merchant).getBytes(StandardCharsets.UTF_8));
        if (body.length > 0) {
            string.write('\n');
            string.writeBytes(body);
        }
        return string.toByteArray();
    }

    /** A verifier that takes everything would find every platform right. */
    private void ensureThatDamageIsSeen() throws GeneralSecurityException {
        byte[] body = {'{', '}'};
        String header = authorization("/p", MERCHANT, body);
        Map<String, String> fields = flatObject(URLDecoder.decode(header, StandardCharsets.UTF_8));
        byte[] bytes = Base64.getDecoder().decode(fields.get("signature"));
        for (byte[] damaged : new byte[][] {body, {'{', '|'}, {}}) {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initVerify(pair.getPublic());
            signature.update(stringToSign("/p", fields.get("timestamp"), fields.get("nonce"), MERCHANT, damaged));
            ensure(signature.verify(bytes) == (damaged == body), "only the signed bytes verify");
        }
    }

    private HttpServer receiver() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::receive);
        server.start();
        return server;
    }

    private void receive(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            String merchant = exchange.getRequestHeaders().getFirst("X-Merch-Id");
            int status = 200;
            try {
                // Another merchant's genuine notification can be forwarded to anybody.
                expect(MERCHANT, merchant);
                expect(HOOK, exchange.getRequestURI().toString());
                verify(exchange.getRequestHeaders().getFirst("Authorization"), HOOK, merchant, body);
                expect(MERCHANT, field(text(body), "merch_id"));
                notifications.add(text(body));
            } catch (GeneralSecurityException | RuntimeException refused) {
                notifications.add("refused: " + refused);
                status = 401;
            }
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(status, 2);
            exchange.getResponseBody().write(new byte[] {'{', '}'});
        }
    }

    private String nextNotification() throws InterruptedException {
        String notification = notifications.poll(20, TimeUnit.SECONDS);
        ensure(notification != null && notification.startsWith("{"), "a notification came: " + notification);
        return notification;
    }

    private void advance() throws Exception {
        control("/clock/advance", "{\"millis\":5000}");
    }

    private void control(String path, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(control + path))
            .timeout(Duration.ofSeconds(60))
            .header("Authorization", "Bearer " + env("EMULATOR_TOKEN"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
        HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
        ensure(response.statusCode() / 100 == 2, path + ": " + response.statusCode() + " " + response.body());
    }

    private static KeyPair newPair() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        return generator.generateKeyPair();
    }

    /** A PKCS#8 key as one line of Base64, as keys are kept in Java's configuration files. */
    private static PrivateKey readPrivateKey(String base64) throws GeneralSecurityException {
        byte[] encoded = Base64.getDecoder().decode(base64);
        return KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(encoded));
    }

    private static PublicKey readPublicKey(String pem) throws GeneralSecurityException {
        byte[] encoded = Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
        return KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(encoded));
    }

    /** Texts in one object. None of those here holds what JSON would escape. */
    private static String object(String... namesAndValues) {
        StringBuilder json = new StringBuilder("{");
        for (int i = 0; i < namesAndValues.length; i += 2) {
            json.append(i == 0 ? "" : ",").append('"').append(namesAndValues[i]).append("\":\"");
            json.append(namesAndValues[i + 1]).append('"');
        }
        return json.append('}').toString();
    }

    /** An object of texts alone; the JDK reads no JSON. Nothing may stand in it beside them, and no name twice. */
    private static Map<String, String> flatObject(String json) {
        Map<String, String> fields = new LinkedHashMap<>();
        ensure(OBJECT.matcher(json).matches(), "a flat object of texts: " + json);
        Matcher pairs = PAIR.matcher(json);
        while (pairs.find()) {
            String value = pairs.group(2).replace("\\/", "/").replace("\\u003d", "=").replace("\\u003D", "=");
            ensure(fields.put(pairs.group(1), value) == null, pairs.group(1) + " stands once");
        }
        return fields;
    }

    /** The one value of this name, wherever it stands: a text without escapes, or a whole number. */
    private static String field(String json, String name) {
        Matcher found = Pattern.compile("\"" + name + "\"\\s*:\\s*(?:\"([^\"\\\\]*)\"|(-?\\d+))").matcher(json);
        ensure(found.find(), json + " has " + name);
        String value = found.group(1) == null ? found.group(2) : found.group(1);
        ensure(!found.find(), json + " has " + name + " once");
        return value;
    }

    private static final String TEXT = "\"((?:[^\"\\\\]|\\\\/|\\\\u003[dD])*)\"";
    private static final Pattern PAIR = Pattern.compile(TEXT + "\\s*:\\s*" + TEXT);
    private static final Pattern OBJECT =
        Pattern.compile("\\s*\\{\\s*" + PAIR + "(?:\\s*,\\s*" + PAIR + ")*\\s*}\\s*");

    private static String text(byte[] utf8) {
        return new String(utf8, StandardCharsets.UTF_8);
    }

    private static String env(String name) {
        String value = System.getenv(name);
        ensure(value != null, name + " is set");
        return value;
    }

    private static void expect(String expected, String found) {
        ensure(expected.equals(found), "expected " + expected + ", found " + found);
    }

    private static void ensure(boolean isSo, String what) {
        if (!isSo) {
            throw new IllegalStateException("not so: " + what);
        }
    }
}
