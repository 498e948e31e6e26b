import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;

/** Java as a peer that takes notifications: the JDK's HttpServer and Signature. */
final class Webhook {
    private static final byte[] ANSWER =
            "{\"ret_code\":\"000000\",\"ret_msg\":\"Success\"}".getBytes(StandardCharsets.UTF_8);

    public static void main(String[] words) throws Exception {
        Signing signing = new Signing(words[0], words[1], words[3], words[4], words[5]);
        String merchant = words[4];
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 1024);
        server.setExecutor(Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors() * 2));
        server.createContext(words[3], exchange -> take(exchange, signing, merchant));
        server.start();
        System.out.println("listening " + server.getAddress().getPort());
    }

    private static void take(HttpExchange exchange, Signing signing, String merchant) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        String header = exchange.getRequestHeaders().getFirst("Authorization");
        boolean isOurs = merchant.equals(exchange.getRequestHeaders().getFirst("X-Merch-Id"));
        String nonce = isOurs && header != null ? signing.nonceOfGenuine(header, body) : null;
        if (nonce == null) {
            exchange.sendResponseHeaders(401, -1);
        } else {
            signing.isFirst(nonce);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, ANSWER.length);
            exchange.getResponseBody().write(ANSWER);
        }
        exchange.close();
    }
}
