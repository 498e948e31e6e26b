package paykka.sign;

/**
 * Why a call failed, for {@link PaykkaException#result()}. A later library may have others; treat an unknown number as a
 * failure like any.
 */
public final class Result {
    public static final int NULL_POINTER = 1001;
    public static final int INVALID_LENGTH = 1002;
    public static final int INVALID_UTF8 = 1003;
    public static final int BUFFER_TOO_SMALL = 1004;
    public static final int PANIC = 1005;
    public static final int KEY = 1100;
    public static final int FIELD = 1101;
    public static final int HEADER = 1102;
    public static final int UNKNOWN_KEY = 1103;
    public static final int SIGNATURE = 1104;
    public static final int EARLY = 1105;
    public static final int LATE = 1106;
    public static final int BACKEND = 1107;

    private Result() {}
}
