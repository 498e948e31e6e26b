import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Java as a peer that signs and verifies, by the JDK alone. */
final class Crypto {
    interface Header {
        String make() throws Exception;
    }

    interface Judge {
        boolean isGenuine(String header) throws Exception;
    }

    interface Once {
        void run() throws Exception;
    }

    public static void main(String[] words) throws Exception {
        Signing signing = new Signing(words[0], words[1], words[3], words[4], words[5]);
        byte[] body = Files.readAllBytes(Path.of(words[2]));
        byte[] signature = signing.bareSign(body);
        answer(
                () -> signing.header(body),
                header -> signing.nonceOfGenuine(header, body) != null,
                () -> signing.bareSign(body),
                () -> signing.bareVerify(body, signature));
    }

    /** Each line with one, until there is none; the last two may be null. */
    static void answer(Header header, Judge judge, Once bareSign, Once bareVerify) throws Exception {
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
        for (String line; (line = lines.readLine()) != null;) {
            String[] word = line.trim().split("\\s+");
            System.out.println(switch (word[0]) {
                case "header" -> header.make();
                case "judge" -> judge.isGenuine(word[1]) ? "genuine" : "refused";
                case "sign" -> seconds(word[1], header::make);
                case "verify" -> seconds(word[1], () -> {
                    if (!judge.isGenuine(word[2])) {
                        throw new IllegalStateException("not genuine");
                    }
                });
                case "bare-sign" -> bareSign == null ? "unknown" : seconds(word[1], bareSign);
                case "bare-verify" -> bareVerify == null ? "unknown" : seconds(word[1], bareVerify);
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
