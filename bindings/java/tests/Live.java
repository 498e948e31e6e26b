import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import paykka.sign.KeyRing;
import paykka.sign.SigningKey;
import paykka.sign.Verified;

/**
 * A signed call to a platform on loopback, and the verdict on its signed answer; the arguments are those of
 * bindings/c/tests/live.c.
 */
public final class Live {
    private static final String PATH = "/api/v2/merch/account/balance";
    private static final byte[] BODY = "{\"currency\":\"USD\"}".getBytes(StandardCharsets.UTF_8);

    public static void main(String[] arguments) throws Exception {
        String merchant = arguments[1];
        try (SigningKey key = new SigningKey(arguments[2], Files.readAllBytes(Path.of(arguments[3])));
                KeyRing ring = KeyRing.forLoopback()) {
            ring.add(arguments[4], Files.readAllBytes(Path.of(arguments[5])));
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + arguments[0] + PATH))
                    .header("Authorization", key.sign(PATH, merchant, BODY))
                    .header("X-Merch-Id", merchant)
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(BODY))
                    .build();
            HttpClient client = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .proxy(ProxySelector.of(null))
                    .build();
            HttpResponse<byte[]> answer = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
            String authorization = answer.headers().firstValue("Authorization").orElse("");
            Verified verified = ring.verify(authorization, PATH, merchant, answer.body());
            System.out.println(PATH + " verified by " + verified.keyId());
        }
    }
}
