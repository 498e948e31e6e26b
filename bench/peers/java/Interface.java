import java.nio.file.Files;
import java.nio.file.Path;
import paykka.sign.KeyRing;
import paykka.sign.RefusedException;
import paykka.sign.SigningKey;

/** Java as a peer that signs and verifies through the C interface. */
final class Interface {
    public static void main(String[] words) throws Exception {
        byte[] body = Files.readAllBytes(Path.of(words[2]));
        String path = words[3], merchant = words[4], keyId = words[5];
        SigningKey key = new SigningKey(keyId, Files.readAllBytes(Path.of(words[0])));
        KeyRing ring = new KeyRing();
        ring.add(keyId, Files.readAllBytes(Path.of(words[1])));
        Crypto.Judge judge = header -> {
            try {
                ring.verify(header, path, merchant, body);
                return true;
            } catch (RefusedException refused) {
                return false;
            }
        };
        Crypto.answer(() -> key.sign(path, merchant, body), judge, null, null);
    }
}
