import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Java as a peer that calls: the JDK's HttpClient and Signature. */
final class Call {
    private final Signing signing;
    private final byte[] body;
    private final String merchant;
    private final URI uri;
    private final HttpClient client;
    private final ExecutorService threads = Executors.newFixedThreadPool(2);

    private Call(String[] words) throws Exception {
        signing = new Signing(words[0], words[1], words[3], words[4], words[5]);
        body = Files.readAllBytes(Path.of(words[2]));
        merchant = words[4];
        uri = URI.create(words[6] + words[3]);
        client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).sslContext(trusting(words[7]))
                .executor(threads).build();
    }

    public static void main(String[] words) throws Exception {
        Call call = new Call(words);
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
        for (String line; (line = lines.readLine()) != null;) {
            String[] word = line.trim().split("\\s+");
            System.out.println(switch (word[0]) {
                case "probe" -> call.probe();
                case "load" -> call.load(Integer.parseInt(word[1]), Integer.parseInt(word[2]));
                default -> "unknown";
            });
        }
        System.exit(0);
    }

    private String probe() {
        try {
            once().join();
            return "genuine";
        } catch (RuntimeException refused) {
            return "refused";
        }
    }

    private CompletableFuture<Void> once() {
        HttpRequest request;
        try {
            request = HttpRequest.newBuilder(uri).header("Authorization", signing.header(body))
                    .header("X-Merch-Id", merchant).header("Content-Type", "application/json")
                    .header("Accept", "application/json").POST(HttpRequest.BodyPublishers.ofByteArray(body)).build();
        } catch (Exception error) {
            return CompletableFuture.failedFuture(error);
        }
        return client.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray()).thenAccept(answer -> {
            String header = answer.headers().firstValue("authorization").orElse("");
            String nonce = signing.nonceOfGenuine(header, answer.body());
            if (nonce == null || !signing.isFirst(nonce)) {
                throw new IllegalStateException("the answer isn't genuine");
            }
        });
    }

    private String load(int inFlight, int count) {
        long[] latencies = new long[count / inFlight * inFlight];
        AtomicInteger next = new AtomicInteger();
        long start = System.nanoTime();
        CompletableFuture<?>[] all = new CompletableFuture<?>[inFlight];
        for (int index = 0; index < inFlight; index++) {
            all[index] = some(count / inFlight, start, latencies, next);
        }
        CompletableFuture.allOf(all).join();
        double elapsed = (System.nanoTime() - start) / 1e9;
        Arrays.sort(latencies);
        return String.format(Locale.ROOT, "%.9f %.1f %.1f", elapsed, at(latencies, 0.5), at(latencies, 0.99));
    }

    /** One after another, each from the end of the one before; on another thread, so that no stack grows. */
    private CompletableFuture<Void> some(int left, long start, long[] latencies, AtomicInteger next) {
        if (left == 0) {
            return CompletableFuture.completedFuture(null);
        }
        return once().thenComposeAsync(done -> {
            long end = System.nanoTime();
            latencies[next.getAndIncrement()] = end - start;
            return some(left - 1, end, latencies, next);
        }, threads);
    }

    private static double at(long[] sorted, double share) {
        return sorted[(int) Math.round((sorted.length - 1) * share)] / 1e3;
    }

    private static SSLContext trusting(String file) throws Exception {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null);
        try (InputStream pem = Files.newInputStream(Path.of(file))) {
            store.setCertificateEntry("ca", CertificateFactory.getInstance("X.509").generateCertificate(pem));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }
}
