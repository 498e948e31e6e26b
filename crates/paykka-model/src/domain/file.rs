//! `file.upload`: the part `meta` that is signed, and the answer.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::FileId;
use crate::schema::wire;

wire! {
    /// The JSON text of the part `meta` of an upload; it is what is signed (D). Its keys are I, after the identical scheme
    /// of WeChat Pay.
    FileMeta from FileMetaFields {
        required {
            /// The file's name.
            filename: String = I.clean();
            /// SHA-256 of the file's bytes, in lower-case hexadecimal.
            sha256: String = I.len(64, 64);
        }
        with extra
    }
}

wire! {
    /// Answer of `file.upload`: read from `{"file_id": n}` (T) and from `{"data": {"file_id": n}}` (I).
    #[serde(try_from = "Stated")]
    FileUploadResponse {
        required {
            /// The file's number, for the fields whose names end in `file_id`.
            file_id: FileId = T.shown();
        }
    }
}

#[derive(Deserialize)]
struct Stated {
    file_id: Option<FileId>,
    /// Read only where it is wanted: beside a `file_id` it may be anything.
    data: Option<Box<RawValue>>,
}

#[derive(Deserialize)]
struct Inner {
    file_id: Option<FileId>,
}

impl TryFrom<Stated> for FileUploadResponse {
    type Error = &'static str;

    fn try_from(stated: Stated) -> Result<Self, Self::Error> {
        let inner = || serde_json::from_str::<Inner>(stated.data.as_ref()?.get()).ok()?.file_id;
        stated.file_id.or_else(inner).map(Self::new).ok_or("missing field `file_id`")
    }
}
