package paykka.sign;

/**
 * By {@link KeyRing#verify}: the message is malformed, out of bounds, of an unknown key, forged, early or late. Don't use it.
 */
public final class RefusedException extends PaykkaException {
    private static final long serialVersionUID = 1;

    RefusedException(int result, String text) {
        super(result, text);
    }
}
