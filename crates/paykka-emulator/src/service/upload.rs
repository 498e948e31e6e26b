//! Uploads: `multipart/form-data` with the parts `meta` and `file` (I). What is signed is the text of `meta`, byte for byte
//! (D), so the parts are taken apart before anything is judged.

use bytes::Bytes;
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use http_body_util::{BodyDataStream, Full};
use multer::{Field, Multipart};

use super::intake::Held;

use crate::reason::Reason;

/// The parts of an upload.
pub(super) struct Parts {
    /// What is signed.
    pub(super) meta: Bytes,
    pub(super) file: Option<Bytes>,
}

/// Takes a body apart; the reason for a 401 where that fails, since then nothing can be verified. A file whose end was cut
/// off is there as far as it goes, which is further than a file may go.
pub(super) async fn parts(headers: &HeaderMap, held: &Held) -> Result<Parts, Reason> {
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let boundary =
        content_type.and_then(|value| multer::parse_boundary(value).ok()).ok_or(Reason::Multipart)?;
    let body = if held.is_cut {
        let end = format!("\r\n--{boundary}--\r\n");
        [&held.bytes[..], end.as_bytes()].concat().into()
    } else {
        held.bytes.clone()
    };
    let mut multipart = Multipart::new(BodyDataStream::new(Full::new(body)), boundary);
    let (mut meta, mut file) = (None, None);
    let mut count = 0;
    while let Some(part) = multipart.next_field().await.map_err(|_| Reason::Multipart)? {
        count += 1;
        if count > MAX_PARTS {
            return Err(Reason::Multipart);
        }
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
        let part = whole(part).await.map_err(|_| Reason::Multipart)?;
        // A slice keeps all of the body alive, for as long as a file is stored.
        let is_most = part.len() >= held.bytes.len() / 2;
        *place = Some(if is_most { part } else { Bytes::copy_from_slice(&part) });
    }
    Ok(Parts { meta: meta.ok_or(Reason::MetaMissing)?, file })
}

/// Nobody is verified yet, and a body has room for a million parts, each of which takes its time.
const MAX_PARTS: usize = 16;

/// A part of a body that is all there comes in one piece, which needs no copy.
async fn whole(mut part: Field<'_>) -> multer::Result<Bytes> {
    let first = part.chunk().await?.unwrap_or_default();
    let Some(second) = part.chunk().await? else { return Ok(first) };
    Ok([first, second, part.bytes().await?].concat().into())
}

/// SHA-256 in hexadecimal.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    let digest = ring::digest::digest(&ring::digest::SHA256, bytes);
    digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}
