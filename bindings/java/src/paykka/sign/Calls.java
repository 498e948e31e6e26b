package paykka.sign;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import paykka.sign.CInterface.Size;

/** Arguments as C wants them, and results as exceptions. */
final class Calls {
    /** What stands for an empty array, so that it is never taken for an absent one. */
    private static final byte[] NOTHING = new byte[1];

    private Calls() {}

    /** A call whose last argument is the room for a reason. */
    @FunctionalInterface
    interface Call {
        int to(byte[] error);
    }

    /** A call that fills a buffer. */
    @FunctionalInterface
    interface Fill {
        int into(byte[] out, Size outLen, long[] written, byte[] error);
    }

    static void call(Call call) {
        byte[] error = new byte[CInterface.ERROR_TEXT_SIZE];
        check(call.to(error), error);
    }

    /** As {@link #call}, where some failures are the message's. */
    static void judge(Call call) {
        byte[] error = new byte[CInterface.ERROR_TEXT_SIZE];
        int result = call.to(error);
        switch (result) {
            case Result.HEADER:
            case Result.FIELD:
            case Result.UNKNOWN_KEY:
            case Result.SIGNATURE:
            case Result.EARLY:
            case Result.LATE:
                throw new RefusedException(result, text(error, 0));
            default:
                check(result, error);
        }
    }

    /** Calls with a buffer that nearly always fits, and once more where it doesn't. */
    static byte[] filled(int room, Fill fill) {
        byte[] error = new byte[CInterface.ERROR_TEXT_SIZE];
        byte[] out = new byte[room];
        long[] written = new long[1];
        int result = fill.into(out, new Size(out.length), written, error);
        if (result == Result.BUFFER_TOO_SMALL) {
            out = new byte[Math.toIntExact(written[0])];
            result = fill.into(out, new Size(out.length), written, error);
        }
        check(result, error);
        return Arrays.copyOf(out, Math.toIntExact(written[0]));
    }

    private static void check(int result, byte[] error) {
        if (result != CInterface.OK) {
            throw new PaykkaException(result, text(error, 0));
        }
    }

    static String ascii(byte[] bytes) {
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    /** The text that stands at a place and ends with a NUL. */
    static String text(byte[] bytes, int from) {
        int end = from;
        while (end < bytes.length && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, from, end - from, StandardCharsets.UTF_8);
    }

    static long millis(String name, long value) {
        if (value < 0) {
            throw new IllegalArgumentException(name + " must be 0 or more, in milliseconds");
        }
        return value;
    }

    /** Bytes with their length. */
    static final class In {
        final byte[] bytes;
        final Size len;

        private In(byte[] bytes, int len) {
            this.bytes = bytes;
            this.len = new Size(len);
        }

        static In of(String name, byte[] value) {
            Objects.requireNonNull(value, () -> name + " is null");
            return new In(value.length == 0 ? NOTHING : value, value.length);
        }

        static In of(String name, String value) {
            Objects.requireNonNull(value, () -> name + " is null");
            return of(name, value.getBytes(StandardCharsets.UTF_8));
        }

        static In orAbsent(String name, String value) {
            return value == null ? new In(null, 0) : of(name, value);
        }
    }
}
