package paykka.sign;

/** A call failed. The message names the thing and the fix, and never holds a key, a body or a whole header. */
public class PaykkaException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int result;

    PaykkaException(int result, String text) {
        super(text);
        this.result = result;
    }

    /** The reason for programs: a number of {@link Result}, or one that this version doesn't know. */
    public final int result() {
        return result;
    }
}
