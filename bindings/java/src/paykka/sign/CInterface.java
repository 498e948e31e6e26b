package paykka.sign;

import com.sun.jna.IntegerType;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;

/** The C interface as JNA sees it: which functions there are, with which arguments. Nothing here decides anything. */
interface CInterface extends Library {
    int OK = 1000;
    int ABI_VERSION = 1;

    int ERROR_TEXT_SIZE = 512;
    int KEY_ID_SIZE = 129;
    int NONCE_SIZE = 65;
    /** Of {@code PaykkaVerified}: a number of 8 bytes, both texts, and what aligns the next one. */
    int VERIFIED_SIZE = 208;

    int paykka_signing_key_new(
            byte[] keyId, Size keyIdLen, byte[] key, Size keyLen, PointerByReference out, byte[] error);

    int paykka_signing_key_new_encrypted(
            byte[] keyId, Size keyIdLen, byte[] key, Size keyLen, byte[] passphrase, Size passphraseLen,
            PointerByReference out, byte[] error);

    int paykka_signing_key_public_key(Pointer key, byte[] out, Size outLen, long[] written, byte[] error);

    void paykka_signing_key_free(Pointer key);

    /** Takes C's {@code bool} as a byte: JNA would make -1 of a true one, which it may not be. */
    int paykka_key_ring_new(byte forLoopback, PointerByReference out, byte[] error);

    int paykka_key_ring_add(Pointer ring, byte[] keyId, Size keyIdLen, byte[] key, Size keyLen, byte[] error);

    int paykka_key_ring_add_only(Pointer ring, byte[] key, Size keyLen, byte[] error);

    int paykka_key_ring_remove(Pointer ring, byte[] keyId, Size keyIdLen, byte[] error);

    void paykka_key_ring_free(Pointer ring);

    int paykka_nonce_generate(byte[] out, Size outLen, long[] written, byte[] error);

    int paykka_sign(
            Pointer key, byte[] path, Size pathLen, byte[] merchant, Size merchantLen, byte[] body, Size bodyLen,
            long timestampMillis, byte[] nonce, Size nonceLen, byte[] out, Size outLen, long[] written, byte[] error);

    int paykka_string_to_sign(
            byte[] path, Size pathLen, byte[] merchant, Size merchantLen, byte[] body, Size bodyLen,
            long timestampMillis, byte[] nonce, Size nonceLen, byte[] out, Size outLen, long[] written, byte[] error);

    int paykka_verify(
            Pointer ring, byte[] authorization, Size authorizationLen, byte[] path, Size pathLen, byte[] merchant,
            Size merchantLen, byte[] body, Size bodyLen, long nowMillis, long toleranceMillis, byte[] verified,
            byte[] error);

    int paykka_diagnose(
            Pointer ring, byte[] authorization, Size authorizationLen, byte[] path, Size pathLen, byte[] merchant,
            Size merchantLen, byte[] body, Size bodyLen, long nowMillis, long toleranceMillis, Pointer ownKey,
            byte[] out, Size outLen, long[] written, byte[] error);

    String paykka_version();

    int paykka_abi_version();

    /** The library, loaded at first use. */
    static CInterface library() {
        return Loaded.library();
    }

    /** C's {@code size_t}. */
    final class Size extends IntegerType {
        private static final long serialVersionUID = 1;

        public Size() {
            this(0);
        }

        Size(long value) {
            super(Native.SIZE_T_SIZE, value, true);
        }
    }

    /** Loads once. A failure is told at every use, with its cause, and not only at the first. */
    final class Loaded {
        private static final String NAME = "paykka_sign_ffi";
        private static CInterface library;

        private Loaded() {}

        private static synchronized CInterface library() {
            if (library == null) {
                library = load();
            }
            return library;
        }

        private static CInterface load() {
            String told = System.getenv("PAYKKA_SIGN_LIBRARY");
            String name = told == null || told.isEmpty() ? NAME : told;
            try {
                CInterface found = Native.load(name, CInterface.class);
                int version = found.paykka_abi_version();
                if (version != ABI_VERSION) {
                    throw new IllegalStateException(
                            name + " has interface " + version + ", and " + ABI_VERSION
                                    + " is wanted; install the two together");
                }
                return found;
            } catch (UnsatisfiedLinkError error) {
                throw new IllegalStateException(
                        name + " can't be loaded: take the built jar, which carries it, or name another in"
                                + " PAYKKA_SIGN_LIBRARY",
                        error);
            }
        }
    }
}
