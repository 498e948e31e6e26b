//! What editors, shells, JSON files and environment variables do to a key's text is taken off.

use super::{body_of, load_private, load_public, private, public, public_of_bits};

#[test]
fn the_wrappings_of_every_text_are_taken_off() {
    let private_base64 = body_of(private()).join("\n");
    let public_base64 = body_of(public()).join("\n");
    let expected = load_public(public()).unwrap();
    for text in [std::str::from_utf8(private()).unwrap(), &private_base64] {
        for (wrapping, text) in wrappings(text) {
            let key = load_private(&text).unwrap_or_else(|error| panic!("{wrapping}: {error}"));
            assert_eq!(key.verifying_key(), &expected, "{wrapping}");
        }
    }
    for text in [std::str::from_utf8(public()).unwrap(), &public_base64] {
        for (wrapping, text) in wrappings(text) {
            let key = load_public(&text).unwrap_or_else(|error| panic!("{wrapping}: {error}"));
            assert_eq!(key, expected, "{wrapping}");
        }
    }
}

/// Keys of three sizes end in two, one and no `=`.
#[test]
fn padding_may_be_left_out() {
    for bits in [2048, 2056, 2064, 2072] {
        let pem = public_of_bits(bits);
        let padded = body_of(&pem).concat();
        let base64 = padded.trim_end_matches('=');
        println!("{bits} bits: {} of padding", padded.len() - base64.len());
        assert_eq!(load_public(base64.as_bytes()).unwrap(), load_public(&pem).unwrap(), "{bits}");
        for cut in 1..6 {
            let error = load_public(&base64.as_bytes()[..base64.len() - cut]).unwrap_err();
            assert!(error.to_string().contains("the key is truncated"), "{bits}, {cut} cut: {error}");
        }
    }
}

fn wrappings(text: &str) -> Vec<(&'static str, Vec<u8>)> {
    let each_line =
        |start: &str, end: &str| text.lines().map(|line| format!("{start}{line}{end}")).collect::<String>();
    [
        ("no last line feed", text.trim_end().to_owned()),
        ("UTF-8 byte order mark", format!("\u{feff}{text}")),
        ("CRLF", each_line("", "\r\n")),
        ("CR alone", each_line("", "\r")),
        ("byte order mark, blank line and CRLF", format!("\u{feff}\r\n{}", each_line("", "\r\n"))),
        ("blank lines around", format!("\n\n \t\n{text}\n\n   \n")),
        ("blank lines between", each_line("", "\n\n")),
        ("blanks at the ends of lines", each_line("", " \t \n")),
        ("indented by blanks, as in YAML", each_line("    ", "\n")),
        ("indented by tabs", each_line("\t\t", "\n")),
        ("blanks for line feeds", each_line("", " ")),
        ("literal \\n", each_line("", "\\n")),
        ("literal \\r\\n", each_line("", "\\r\\n")),
        ("literal \\n and real ones", each_line("", "\\n\n")),
        ("doubly escaped \\n", each_line("", "\\\\n")),
        ("doubly escaped \\r\\n", each_line("", "\\\\r\\\\n")),
        ("quoted", format!("\"{text}\"")),
        ("quoted singly", format!("'{}'\n", text.trim_end())),
        ("quoted, with literal \\n", format!("\"{}\"", each_line("", "\\n"))),
        (
            "quoted, with doubly escaped \\n and blanks around",
            format!(" \" {} \" \r\n", each_line("", "\\\\n")),
        ),
        ("body on one line", joined_body(text)),
    ]
    .map(|(wrapping, text)| (wrapping, text.into_bytes()))
    .to_vec()
}

/// The Base64 on one line, between BEGIN and END where there are such.
fn joined_body(text: &str) -> String {
    let is_label = |line: &&str| line.starts_with('-');
    let body = text.lines().filter(|line| !is_label(line)).collect::<String>();
    let mut labels = text.lines().filter(is_label);
    match (labels.next(), labels.next()) {
        (Some(begin), Some(end)) => format!("{begin}\n{body}\n{end}\n"),
        _ => body,
    }
}
