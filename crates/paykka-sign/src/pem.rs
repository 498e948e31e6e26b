//! PEM text to DER bytes. Only the label decides which parser sees the bytes, so that a public key in the private
//! key's place is named as what it is.

use base64ct::{Base64, Encoding};
use pkcs8::der::zeroize::Zeroizing;

use crate::Error;

/// The first PEM block's label and its DER, wiped when dropped.
///
/// # Errors
/// [`Error::is_key`] when there is no complete block or its body isn't Base64.
pub(crate) fn decode(pem: &[u8]) -> Result<(&str, Zeroizing<Vec<u8>>), Error> {
    let text = std::str::from_utf8(pem).map_err(|_| NOT_PEM)?;
    let (_, after_begin) = text.split_once("-----BEGIN ").ok_or(NOT_PEM)?;
    let (label, rest) = after_begin.split_once("-----").ok_or(NOT_PEM)?;
    let end = Zeroizing::new(format!("-----END {label}-----"));
    let (body, after) = rest.split_once(end.as_str()).ok_or(TRUNCATED)?;
    if after.contains("-----BEGIN ") {
        return Err(Error::key("two PEM blocks in one file", "give a file with exactly one key"));
    }
    let mut compact = Zeroizing::new(Vec::with_capacity(body.len()));
    compact.extend(body.bytes().filter(|b| !b.is_ascii_whitespace()));
    let mut der = Zeroizing::new(vec![0; compact.len() / 4 * 3]);
    let len = Base64::decode(&compact[..], &mut der).map_err(|_| DAMAGED)?.len();
    der.truncate(len);
    Ok((label, der))
}

/// PEM text with lines of 64 characters.
pub(crate) fn encode(label: &str, der: &[u8]) -> String {
    let body = Base64::encode_string(der);
    let mut out = format!("-----BEGIN {label}-----\n");
    for (index, c) in body.chars().enumerate() {
        if index > 0 && index % 64 == 0 {
            out.push('\n');
        }
        out.push(c);
    }
    out.push_str("\n-----END ");
    out.push_str(label);
    out.push_str("-----\n");
    out
}

const NOT_PEM: Error = Error::key(
    "this isn't PEM text (no `-----BEGIN …-----` line)",
    "give the key as PEM, or convert it with `openssl pkey`",
);
const TRUNCATED: Error =
    Error::key("a PEM block without its `-----END …-----` line", "the text is cut off; copy the whole file");
const DAMAGED: Error =
    Error::key("a PEM block whose body isn't Base64", "the text was damaged on the way; copy the file anew");
