//! Files: kept under a running number, once their bytes are what their digest says.

use bytes::Bytes;
use paykka_model::{FileId, FileMeta, FileUploadResponse};
use serde::{Deserialize, Serialize};

use super::{Call, Failure, World};

/// A file as it was uploaded.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct StoredFile {
    pub(crate) filename: String,
    pub(crate) sha256: String,
    #[serde(with = "base64_text")]
    pub(crate) content: Bytes,
}

impl World {
    /// Keeps an upload. `sha256` is that of `content`, in hexadecimal.
    pub(crate) fn upload(
        &mut self,
        call: &Call<'_>,
        meta: FileMeta,
        content: Bytes,
        sha256: &str,
    ) -> Result<FileUploadResponse, Failure> {
        if content.len() > self.settings.max_file {
            return Err(Failure {
                ret_code: paykka_model::RetCode::FileTooLarge,
                ret_msg: format!("file: has more than {} bytes", self.settings.max_file),
            });
        }
        if !meta.sha256.eq_ignore_ascii_case(sha256) {
            return Err(Failure::invalid("$.sha256: isn't the file's"));
        }
        let number = i32::try_from(self.ids.next_number()).map_err(|_| Failure::state("no more files"))?;
        let file = StoredFile { filename: meta.filename, sha256: sha256.to_owned(), content };
        self.merchant_of(call)?.files.insert(number, file);
        Ok(FileUploadResponse::new(FileId(number)))
    }
}

/// Bytes in a JSON file.
mod base64_text {
    use base64ct::{Base64, Encoding};
    use bytes::Bytes;
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(content: &Bytes, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&Base64::encode_string(content))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Bytes, D::Error> {
        let text = String::deserialize(deserializer)?;
        Base64::decode_vec(&text).map(Bytes::from).map_err(D::Error::custom)
    }
}
