//! The protocol once more, in as few lines as its description has, and written from that description alone: string
//! to sign, header and percent encoding.

use base64ct::{Base64, Encoding};

use super::json::quoted;
use super::keys::Key;
use super::openssl;

/// What a signature covers. Nothing is checked here, so that forbidden messages can be made, too.
#[derive(Debug, Clone, Default)]
pub(crate) struct Message {
    pub(crate) path: String,
    pub(crate) timestamp: String,
    pub(crate) nonce: String,
    pub(crate) merchant: Option<String>,
    pub(crate) body: Vec<u8>,
}

impl Message {
    pub(crate) fn string_to_sign(&self) -> Vec<u8> {
        let Self { path, timestamp, nonce, merchant, body } = self;
        let merchant = merchant.as_deref().unwrap_or_default();
        let mut bytes = format!("{path}\n{timestamp}\n{nonce}\n{merchant}").into_bytes();
        if !body.is_empty() {
            bytes.push(b'\n');
            bytes.extend(body);
        }
        bytes
    }

    pub(crate) fn signed_with(&self, key: &Key) -> Result<Header, String> {
        Ok(Header {
            sign_type: "SHA256_WITH_RSA".into(),
            timestamp: self.timestamp.clone(),
            nonce: self.nonce.clone(),
            key_id: key.key_id.into(),
            signature: openssl::sign(&key.private_path(), &self.string_to_sign())?,
        })
    }
}

/// What the `Authorization` header says.
#[derive(Debug, Clone)]
pub(crate) struct Header {
    pub(crate) sign_type: String,
    pub(crate) timestamp: String,
    pub(crate) nonce: String,
    pub(crate) key_id: String,
    pub(crate) signature: Vec<u8>,
}

impl Header {
    pub(crate) fn json(&self) -> String {
        let members = [
            ("sign_type", self.sign_type.as_str()),
            ("timestamp", &self.timestamp),
            ("nonce", &self.nonce),
            ("key_id", &self.key_id),
            ("signature", &self.signature_base64()),
        ];
        let members: Vec<String> =
            members.iter().map(|(key, value)| format!("{}:{}", quoted(key), quoted(value))).collect();
        format!("{{{}}}", members.join(","))
    }

    pub(crate) fn signature_base64(&self) -> String {
        Base64::encode_string(&self.signature)
    }
}

/// What form encoding and percent encoding agree on: only `A-Z a-z 0-9 - _ .` stay as they are.
pub(crate) fn percent_encoded(text: &str) -> String {
    let encoded = text.bytes().map(|byte| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    });
    encoded.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_four_documented_cases() {
        for (merchant, body, expected) in [
            (Some("M1"), "{}", "/p\n1\nn\nM1\n{}"),
            (Some("M1"), "", "/p\n1\nn\nM1"),
            (None, "{}", "/p\n1\nn\n\n{}"),
            (None, "", "/p\n1\nn\n"),
        ] {
            let message = Message {
                path: "/p".into(),
                timestamp: "1".into(),
                nonce: "n".into(),
                merchant: merchant.map(str::to_owned),
                body: body.into(),
            };
            assert_eq!(message.string_to_sign(), expected.as_bytes());
        }
    }

    #[test]
    fn the_documented_header() {
        let header = Header {
            sign_type: "SHA256_WITH_RSA".into(),
            timestamp: "1701732359000".into(),
            nonce: "a1B2c3D4e5F6".into(),
            key_id: "K001".into(),
            signature: vec![0x69, 0xbf, 0xbf, 0x71],
        };
        assert_eq!(
            percent_encoded(&header.json()),
            "%7B%22sign_type%22%3A%22SHA256_WITH_RSA%22%2C%22timestamp%22%3A%221701732359000%22%2C%22nonce%22%3A%22a1B2c3D4e5F6%22%2C%22key_id%22%3A%22K001%22%2C%22signature%22%3A%22ab%2B%2FcQ%3D%3D%22%7D"
        );
    }
}
