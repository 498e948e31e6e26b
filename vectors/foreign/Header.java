// Prints the Authorization header as Java programs write it, one form a line: the expression, a tab, the header.
//
//   java Header.java SIGN_TYPE TIMESTAMP NONCE KEY_ID SIGNATURE
//
// URLEncoder is Java's own. The JSON libraries that people use beside it aren't part of Java, so what they do to
// these texts is written out below: Jackson escapes what JSON demands; Gson also escapes < > & = ' as four
// hexadecimal digits, because its output should be safe inside HTML.

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;

public final class Header {
    public static void main(String[] values) {
        String[] names = {"sign_type", "timestamp", "nonce", "key_id", "signature"};
        Map<String, String> fields = new LinkedHashMap<>();
        for (int i = 0; i < names.length; i++) {
            fields.put(names[i], values[i]);
        }
        // A HashMap's order is another one, and the usual one: few people take the linked kind.
        print("URLEncoder.encode(gson.toJson(new HashMap<>(fields)), UTF_8)", gson(new HashMap<>(fields)));
        print("URLEncoder.encode(gson.toJson(fields), UTF_8)", gson(fields));
        print("URLEncoder.encode(prettyGson.toJson(fields), UTF_8)", prettyGson(fields));
        print("URLEncoder.encode(jackson.writeValueAsString(fields), UTF_8)", jackson(fields));
    }

    private static void print(String how, String json) {
        System.out.print(how + "\t" + URLEncoder.encode(json, StandardCharsets.UTF_8) + "\n");
    }

    private static String gson(Map<String, String> fields) {
        return json(fields, "<>&='", "{", ":", ",", "}");
    }

    private static String prettyGson(Map<String, String> fields) {
        return json(fields, "<>&='", "{\n  ", ": ", ",\n  ", "\n}");
    }

    private static String jackson(Map<String, String> fields) {
        return json(fields, "", "{", ":", ",", "}");
    }

    private static String json(
            Map<String, String> fields, String alsoEscaped, String open, String colon, String comma, String close) {
        StringJoiner members = new StringJoiner(comma, open, close);
        fields.forEach((name, value) -> members.add(quoted(name, alsoEscaped) + colon + quoted(value, alsoEscaped)));
        return members.toString();
    }

    private static String quoted(String text, String alsoEscaped) {
        StringBuilder out = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ' || alsoEscaped.indexOf(c) >= 0) {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.append('"').toString();
    }
}
