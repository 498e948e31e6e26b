//! Files: kept under a running number, once their bytes are what their digest says.

use bytes::Bytes;
use paykka_model::{FileId, FileMeta, FileUploadResponse};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Call, Failure, World};

/// A file as it was uploaded.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct StoredFile {
    pub(crate) filename: String,
    pub(crate) sha256: String,
    #[serde(with = "base64_text")]
    pub(crate) content: Bytes,
}

impl StoredFile {
    pub(super) fn described(&self) -> Value {
        json!({ "filename": self.filename, "sha256": self.sha256, "length": self.content.len() })
    }
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
        let number = self.ids.file(&[call.merchant.unwrap_or_default(), meta.filename.as_str(), sha256]);
        let file = StoredFile { filename: meta.filename, sha256: sha256.to_owned(), content };
        self.merchant_of(call)?.files.insert(number, file);
        Ok(FileUploadResponse::new(FileId(number)))
    }
}

impl World {
    /// Whether the merchant has all the files that a request names.
    pub(super) fn has_files(&mut self, call: &Call<'_>, request: &impl Serialize) -> Result<(), Failure> {
        let files = &self.merchant_of(call)?.files;
        missing(&super::json(request)?, &|file| files.contains_key(&file))
    }

    /// As [`has_files`](Self::has_files), of an application, which belongs to no merchant yet, while an upload does (T): its
    /// files are those of any merchant that the key signs for. Who has none couldn't upload anything, and isn't asked.
    pub(super) fn has_application_files(
        &self,
        call: &Call<'_>,
        request: &impl Serialize,
    ) -> Result<(), Failure> {
        let merchants = self.merchants.iter();
        let files: Vec<_> = merchants
            .filter(|(name, owner)| !owner.files.is_empty() && (call.signs_for)(name))
            .map(|(_, owner)| &owner.files)
            .collect();
        missing(&super::json(request)?, &|file| {
            files.is_empty() || files.iter().any(|files| files.contains_key(&file))
        })
    }
}

/// The first file's number that isn't known, by its path. All keys of files end alike on the platform's pages, and nothing
/// else does.
fn missing(request: &Value, is_known: &dyn Fn(i32) -> bool) -> Result<(), Failure> {
    fn in_value(value: &Value, path: &str, is_file: bool, is_known: &dyn Fn(i32) -> bool) -> Option<String> {
        match value {
            Value::Object(fields) => fields.iter().find_map(|(key, value)| {
                let is_file = key.ends_with("file_id") || key.ends_with("file_ids");
                in_value(value, &format!("{path}.{key}"), is_file, is_known)
            }),
            Value::Array(items) => items
                .iter()
                .enumerate()
                .find_map(|(index, item)| in_value(item, &format!("{path}[{index}]"), is_file, is_known)),
            Value::Number(number) if is_file => {
                let file = number.as_i64().and_then(|number| i32::try_from(number).ok());
                (!file.is_some_and(is_known)).then(|| path.to_owned())
            }
            _ => None,
        }
    }
    in_value(request, "$", false, is_known).map_or(Ok(()), |path| Err(Failure::not_found(&path)))
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
