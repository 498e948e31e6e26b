//! The string to sign: five lines joined by one line feed (D). This module exists so that there is exactly one place
//! where these bytes come from, for signing, verifying and explaining.

use std::fmt;
use std::sync::OnceLock;

use crate::fields::{check_merchant, check_path, check_received_nonce};
use crate::{Error, Timestamp, backend};

/// The parts of a message that its signature covers, beside timestamp and nonce.
///
/// The signature covers neither the HTTP method, the host, the query nor the status.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Parts<'a, B = &'a [u8]> {
    /// The request's path on the wire, from `/`, without host. For an answer: the path of its request (I). For a
    /// notification: the path that the sender called, which a proxy may have rewritten since.
    pub path: &'a str,
    /// The `X-Merch-Id` that is actually sent, or `None` where the header is absent. `Some("")` is refused.
    pub merchant: Option<&'a str>,
    /// The body, byte for byte as sent. Empty means no body. For an upload: the text of the `meta` part.
    pub body: B,
}

/// The body is left out.
impl<B: AsRef<[u8]>> fmt::Debug for Parts<'_, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parts")
            .field("path", &self.path)
            .field("merchant", &self.merchant)
            .field("body_len", &self.body.as_ref().len())
            .finish()
    }
}

/// Makes the exact bytes that are signed.
///
/// | case | bytes (`⏎` is 0x0A) |
/// | --- | --- |
/// | normal (D) | `PATH⏎TS⏎NONCE⏎MERCH⏎BODY` |
/// | no body (D) | `PATH⏎TS⏎NONCE⏎MERCH` |
/// | no merchant (D) | `PATH⏎TS⏎NONCE⏎⏎BODY` |
/// | neither (I) | `PATH⏎TS⏎NONCE⏎` |
///
/// # Errors
/// [`Error::is_field`] for a path, nonce or merchant that may not stand on a line; see [`Parts`]. Nonces of 1..64
/// visible characters are taken here, since this serves what others wrote, too.
pub fn string_to_sign<B: AsRef<[u8]>>(
    parts: &Parts<'_, B>,
    timestamp: Timestamp,
    nonce: &str,
) -> Result<StringToSign, Error> {
    let body = parts.body.as_ref();
    let mut bytes = head(parts, timestamp, nonce, body.len())?;
    bytes.extend_from_slice(body);
    Ok(StringToSign { bytes, sha256: OnceLock::new() })
}

/// What stands before the body, with room for more: backends that hash piece by piece need no copy of a large body.
///
/// # Errors
/// As [`string_to_sign`].
pub(crate) fn head<B: AsRef<[u8]>>(
    parts: &Parts<'_, B>,
    timestamp: Timestamp,
    nonce: &str,
    room: usize,
) -> Result<Vec<u8>, Error> {
    check_path(parts.path)?;
    check_received_nonce(nonce)?;
    check_merchant(parts.merchant)?;
    let timestamp = timestamp.to_string();
    let lines = [parts.path, &timestamp, nonce, parts.merchant.unwrap_or_default()];
    let mut out = Vec::with_capacity(lines.iter().map(|line| line.len() + 1).sum::<usize>() + room);
    for (index, line) in lines.iter().enumerate() {
        if index > 0 {
            out.push(b'\n');
        }
        out.extend_from_slice(line.as_bytes());
    }
    if !parts.body.as_ref().is_empty() {
        out.push(b'\n');
    }
    Ok(out)
}

/// The exact bytes that are signed, made by [`string_to_sign`].
#[derive(Clone)]
pub struct StringToSign {
    bytes: Vec<u8>,
    sha256: OnceLock<[u8; 32]>,
}

impl StringToSign {
    /// The bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Their SHA-256, for signers that take a digest (most KMS and HSM do); computed when it is first asked for.
    #[must_use]
    pub fn sha256(&self) -> &[u8; 32] {
        self.sha256.get_or_init(|| backend::sha256(&self.bytes))
    }
}

/// The bytes hold the body, so they are left out.
impl fmt::Debug for StringToSign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StringToSign").field("len", &self.bytes.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_four_cases_are_the_documented_bytes() {
        let cases: [(Option<&str>, &[u8], &[u8]); 4] = [
            (Some("M1"), b"{}", b"/p\n1\nn\nM1\n{}"),
            (Some("M1"), b"", b"/p\n1\nn\nM1"),
            (None, b"{}", b"/p\n1\nn\n\n{}"),
            (None, b"", b"/p\n1\nn\n"),
        ];
        let timestamp = Timestamp::from_unix_millis(1).unwrap();
        for (merchant, body, expected) in cases {
            let parts = Parts { path: "/p", merchant, body };
            assert_eq!(string_to_sign(&parts, timestamp, "n").unwrap().as_bytes(), expected);
        }
    }
}
