//! Uploads: `multipart/form-data` with the parts `meta` and `file` (I). What is signed is the text of `meta`, byte for byte
//! (D), so the parts are taken apart before anything is judged.

use bytes::Bytes;
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use http_body_util::{BodyDataStream, Full};
use multer::Multipart;

use crate::reason::Reason;

/// The parts of an upload.
pub(super) struct Parts {
    /// What is signed.
    pub(super) meta: Bytes,
    pub(super) file: Option<Bytes>,
}

/// Takes a body apart; the reason for a 401 where that fails, since then nothing can be verified.
pub(super) async fn parts(headers: &HeaderMap, body: Bytes) -> Result<Parts, Reason> {
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let boundary =
        content_type.and_then(|value| multer::parse_boundary(value).ok()).ok_or(Reason::Multipart)?;
    let mut multipart = Multipart::new(BodyDataStream::new(Full::new(body)), boundary);
    let (mut meta, mut file) = (None, None);
    while let Some(part) = multipart.next_field().await.map_err(|_| Reason::Multipart)? {
        let place = match part.name() {
            Some("meta") => &mut meta,
            Some("file") => &mut file,
            // The platform may come to know more parts than we do.
            _ => continue,
        };
        // With two of a name it would be open which one was signed.
        if place.is_some() {
            return Err(Reason::PartTwice);
        }
        *place = Some(part.bytes().await.map_err(|_| Reason::Multipart)?);
    }
    Ok(Parts { meta: meta.ok_or(Reason::MetaMissing)?, file })
}

/// SHA-256 in hexadecimal.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    let digest = ring::digest::digest(&ring::digest::SHA256, bytes);
    digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}
