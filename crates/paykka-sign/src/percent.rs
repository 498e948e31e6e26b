//! Form and percent encoding of the header's JSON text, written here because it is forty lines and no dependency of
//! this crate has it. Writing is conservative (both kinds of decoder read it alike), reading is strict: an escape
//! that isn't one, or a character that no encoder leaves bare, is refused instead of guessed.

/// Appends `byte` so that form decoding and percent decoding give it back alike.
pub(crate) fn encode_into(out: &mut String, bytes: &[u8]) {
    for &byte in bytes {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.') {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.push(hex_digit(byte >> 4));
            out.push(hex_digit(byte & 15));
        }
    }
}

/// Undoes form or percent encoding (`+` is a space). `None` for anything that isn't strictly encoded.
pub(crate) fn decode(text: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    loop {
        let bare = rest.iter().take_while(|byte| is_left_bare(**byte)).count();
        let (bare, escaped) = rest.split_at_checked(bare)?;
        out.extend_from_slice(bare);
        rest = match escaped {
            [] => return Some(out),
            [b'%', high, low, rest @ ..] => {
                out.push(hex_value(*high)? << 4 | hex_value(*low)?);
                rest
            }
            [b'+', rest @ ..] => {
                out.push(b' ');
                rest
            }
            _ => return None,
        };
    }
}

/// What any of the encoders in use (Java, PHP, Python, JavaScript) leaves as it is; the `/` is Python's `quote`.
const fn is_left_bare(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'-' | b'_' | b'.' | b'~' | b'*' | b'!' | b'\'' | b'(' | b')' | b'/')
}

fn hex_digit(nibble: u8) -> char {
    char::from(if nibble < 10 { b'0' + nibble } else { b'A' + nibble - 10 })
}

const fn hex_value(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_survives() {
        let all: Vec<u8> = (0..=255).collect();
        let mut text = String::new();
        encode_into(&mut text, &all);
        assert_eq!(decode(text.as_bytes()).unwrap(), all);
    }

    #[test]
    fn plus_is_a_space_and_hex_is_read_in_both_cases() {
        assert_eq!(decode(b"a+b%20c%2B%2b").unwrap(), b"a b c++");
    }

    #[test]
    fn what_no_encoder_writes_is_refused() {
        for bad in [&b"%"[..], b"%4", b"%zz", b"%%41", b"{", b"\"", b" ", b"\xe4", b"a\n", b"a=b"] {
            assert!(decode(bad).is_none(), "{bad:?}");
        }
    }
}
