import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Java as a peer that signs and verifies. */
final class Crypto {
    private interface Once {
        void run() throws Exception;
    }

    public static void main(String[] words) throws Exception {
        Signing signing = new Signing(words[0], words[1], words[3], words[4], words[5]);
        byte[] body = Files.readAllBytes(Path.of(words[2]));
        byte[] signature = signing.bareSign(body);
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
        for (String line; (line = lines.readLine()) != null;) {
            String[] word = line.trim().split("\\s+");
            System.out.println(switch (word[0]) {
                case "header" -> signing.header(body);
                case "judge" -> signing.nonceOfGenuine(word[1], body) == null ? "refused" : "genuine";
                case "sign" -> seconds(word[1], () -> signing.header(body));
                case "verify" -> seconds(word[1], () -> {
                    if (signing.nonceOfGenuine(word[2], body) == null) {
                        throw new IllegalStateException("not genuine");
                    }
                });
                case "bare-sign" -> seconds(word[1], () -> signing.bareSign(body));
                case "bare-verify" -> seconds(word[1], () -> signing.bareVerify(body, signature));
                default -> "unknown";
            });
        }
    }

    private static String seconds(String count, Once once) throws Exception {
        long start = System.nanoTime();
        for (int left = Integer.parseInt(count); left > 0; left--) {
            once.run();
        }
        return String.format(Locale.ROOT, "%.9f", (System.nanoTime() - start) / 1e9);
    }
}
