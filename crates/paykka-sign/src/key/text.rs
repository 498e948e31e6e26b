//! From what people have to DER: files, environment variables and portals hand keys out in many wrappings of the same
//! bytes. Wrappings are taken off generously here; what is inside is judged strictly elsewhere.

use base64ct::{Base64, Encoding};
use pkcs8::der::zeroize::Zeroizing;

use super::rsa::EC_KEY;
use crate::Error;

/// The DER inside `input`: DER itself, one PEM block, or bare Base64; wiped when dropped.
///
/// # Errors
/// [`Error::is_key`], naming what was found.
pub(crate) fn unwrap(input: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
    if input.len() > MAX_LEN {
        return Err(TOO_LONG);
    }
    let der = match input {
        // Text may begin with the digit 0, which is the same byte.
        [0x30, ..] if !has_pem_block(input) => Zeroizing::new(input.to_vec()),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => return Err(UTF_16),
        _ => from_text(input)?,
    };
    check_length(&der)?;
    Ok(der)
}

/// PEM text with lines of 64 characters, wiped when dropped.
pub(crate) fn to_pem(label: &str, der: &[u8]) -> Zeroizing<String> {
    let body = Zeroizing::new(Base64::encode_string(der));
    let mut out = Zeroizing::new(String::with_capacity(body.len() + body.len() / 64 + 2 * label.len() + 40));
    out.push_str("-----BEGIN ");
    out.push_str(label);
    out.push_str("-----");
    for (index, c) in body.chars().enumerate() {
        if index % 64 == 0 {
            out.push('\n');
        }
        out.push(c);
    }
    out.push_str("\n-----END ");
    out.push_str(label);
    out.push_str("-----\n");
    out
}

pub(crate) fn has_pem_block(input: &[u8]) -> bool {
    input.windows(BEGIN.len()).any(|window| window == BEGIN.as_bytes())
}

fn from_text(input: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
    let text = std::str::from_utf8(input).map_err(|_| NOT_A_KEY)?;
    let text = unquoted(text.trim_start_matches('\u{feff}').trim());
    if text.is_empty() {
        return Err(EMPTY);
    }
    // Environment variables and JSON often hold the line breaks as two characters, or, escaped once more, as three.
    let text = unescaped(text);
    match text.split_once(BEGIN) {
        Some((_, block)) => from_pem(block),
        None if text.contains("-----END ") => Err(NO_BEGIN),
        None => from_base64(&text),
    }
}

/// Files of environment variables are read by tools that leave the quotes in the value, such as `docker run --env-file`.
fn unquoted(text: &str) -> &str {
    let inside = ['"', '\''].iter().find_map(|quote| text.strip_prefix(*quote)?.strip_suffix(*quote));
    inside.unwrap_or(text).trim()
}

/// In one pass into one buffer, so that no piece of the key is left behind.
fn unescaped(text: &str) -> Zeroizing<String> {
    let mut out = Zeroizing::new(String::with_capacity(text.len()));
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match (c, rest.peek()) {
            ('\\', Some('n')) => out.push('\n'),
            ('\\', Some('r')) => {}
            // The last of several backslashes counts.
            ('\\', Some('\\')) => continue,
            _ => {
                out.push(c);
                continue;
            }
        }
        rest.next();
    }
    out
}

/// `block` begins with the label. Text before the block ("Bag Attributes") was skipped; after it nothing may stand.
fn from_pem(block: &str) -> Result<Zeroizing<Vec<u8>>, Error> {
    let (label, rest) = block.split_once("-----").ok_or(TRUNCATED)?;
    // `openssl ecparam -genkey` writes the curve in a block of its own before the key.
    if label == "EC PARAMETERS" {
        return Err(EC_KEY);
    }
    let (body, after) = rest.split_once("-----END ").ok_or(TRUNCATED)?;
    let (end_label, after) = after.split_once("-----").ok_or(TRUNCATED)?;
    if end_label != label {
        return Err(OTHER_END);
    }
    if after.contains(BEGIN) {
        return Err(TWO_BLOCKS);
    }
    if !after.trim().is_empty() {
        return Err(TRAILING);
    }
    match label {
        "OPENSSH PRIVATE KEY" => return Err(OPENSSH),
        _ if body.contains("ENCRYPTED") => return Err(LEGACY_ENCRYPTION),
        _ => {}
    }
    from_base64(body)
}

fn from_base64(text: &str) -> Result<Zeroizing<Vec<u8>>, Error> {
    // With room for padding, since growing would leave a copy behind.
    let mut compact = Zeroizing::new(Vec::with_capacity(text.len() + 2));
    compact.extend(text.bytes().filter(|b| !b.is_ascii_whitespace()));
    let is_base64 = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=');
    let is_url_safe = |b: &u8| is_base64(b) || matches!(b, b'-' | b'_');
    let has_url_safe = compact.iter().any(|b| matches!(b, b'-' | b'_'));
    // What is shorter is no key, and may be the name of a file or a variable.
    if has_url_safe && compact.len() > 100 && compact.starts_with(b"M") && compact.iter().all(is_url_safe) {
        return Err(URL_SAFE);
    }
    // A DER sequence begins with 0x30, thus its Base64 with `M`; a word or a path is no truncated key.
    if !compact.starts_with(b"M") || !compact.iter().all(is_base64) {
        return Err(NOT_A_KEY);
    }
    // Some encoders leave the padding out; whether something is missing indeed is said by the DER's own length.
    let padding: &[u8] = match compact.len() % 4 {
        0 => b"",
        2 if !compact.contains(&b'=') => b"==",
        3 if !compact.contains(&b'=') => b"=",
        _ => return Err(TRUNCATED),
    };
    compact.extend_from_slice(padding);
    let mut der = Zeroizing::new(vec![0; compact.len() / 4 * 3]);
    // Bits that are left over are those of a byte that was cut.
    let malformed = if padding.is_empty() { NOT_A_KEY } else { TRUNCATED };
    let len = Base64::decode(&compact[..], &mut der).map_err(|_| malformed)?.len();
    der.truncate(len);
    Ok(der)
}

/// A key is one DER sequence and nothing else; its own length says whether something is missing or too much.
fn check_length(der: &[u8]) -> Result<(), Error> {
    let [0x30, first, rest @ ..] = der else { return Err(NOT_A_KEY) };
    let (stated, content) = match first {
        0..=0x7f => (usize::from(*first), rest),
        0x81..=0x84 => {
            let count = usize::from(first & 0x7f);
            let (length, content) = rest.split_at_checked(count).ok_or(TRUNCATED)?;
            (length.iter().fold(0, |length, byte| length << 8 | usize::from(*byte)), content)
        }
        _ => return Err(NOT_A_KEY),
    };
    match content.len().cmp(&stated) {
        std::cmp::Ordering::Less => Err(TRUNCATED),
        std::cmp::Ordering::Equal => Ok(()),
        std::cmp::Ordering::Greater => Err(TRAILING),
    }
}

/// The largest key in its most wasteful wrapping, with a page of text in front, is far below it.
const MAX_LEN: usize = 64 * 1024;

const BEGIN: &str = "-----BEGIN ";

const NOT_A_KEY: Error = Error::key(
    "this is neither PEM, DER nor Base64 of a key",
    "give the key file as it was made (`-----BEGIN …-----`), or the Base64 text of its DER",
);
const TOO_LONG: Error =
    Error::key("more than 64 KiB where a key is wanted", "give the file with the key alone");
const EMPTY: Error =
    Error::key("the key's text is empty", "check the file or the environment variable that it comes from");
const UTF_16: Error = Error::key("the key's text is UTF-16", "save the file as UTF-8 or plain ASCII");
const NO_BEGIN: Error =
    Error::key("PEM text without its `-----BEGIN …-----` line", "the text is cut off; copy the whole file");
const TRUNCATED: Error =
    Error::key("the key is truncated", "the text or file is cut off; copy the whole of it");
const OTHER_END: Error = Error::key(
    "PEM text whose END line has another label than its BEGIN line",
    "a line was edited, or pieces of two files were put together; take the original file",
);
const URL_SAFE: Error = Error::key(
    "Base64 in its alphabet for URLs, which has `-` and `_`",
    "write `+` for `-` and `/` for `_`, or give the key file as it was made",
);
const TRAILING: Error =
    Error::key("something stands behind the key", "give a file with the one key and nothing behind it");
const TWO_BLOCKS: Error = Error::key("two PEM blocks in one file", "give a file with exactly one key");
const OPENSSH: Error = Error::key(
    "a private key in OpenSSH's own form",
    "convert it with `ssh-keygen -p -m PKCS8 -f FILE`, on a copy of the file",
);
const LEGACY_ENCRYPTION: Error = Error::key(
    "a private key in PEM's old encryption (`Proc-Type: 4,ENCRYPTED`)",
    "convert it with `openssl pkcs8 -topk8 -v2 aes-256-cbc -in FILE -out CONVERTED`",
);
