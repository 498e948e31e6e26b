//! One record, one line: a checksum, how the rest is written, and the rest. The checksum runs over the line and the checksum
//! before it, so that a line that was lost, moved or changed in the middle is noticed wherever it stood.

use base64ct::{Base64, Encoding as _};

use super::book::Record;
use super::file::Seal;
use super::{JournalError, hex, sha256};

/// The checksum so far: half of a SHA-256, for accidents and not for malice; who can write the file can write checksums.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Chain([u8; 16]);

impl Chain {
    fn next(self, rest: &[u8]) -> Self {
        let mut next = [0; 16];
        let whole = sha256(&[&self.0, rest]);
        next.iter_mut().zip(whole).for_each(|(to, from)| *to = from);
        Self(next)
    }
}

/// A line, with its end.
pub(super) fn write(
    record: &Record,
    chain: Chain,
    seal: Option<&dyn Seal>,
) -> Result<(Vec<u8>, Chain), JournalError> {
    let json =
        serde_json::to_vec(record).map_err(|error| JournalError::storage("writing a record", error))?;
    let rest = match seal {
        // What the file is must be readable without the seal.
        Some(seal) if !matches!(record, Record::Journal { .. }) => {
            let sealed = seal.seal(&json).map_err(|error| JournalError::seal("sealing", error))?;
            [b"s ".as_slice(), Base64::encode_string(&sealed).as_bytes()].concat()
        }
        _ => [b"j ".as_slice(), &json].concat(),
    };
    let next = chain.next(&rest);
    let line = [hex(&next.0).as_bytes(), b" ", &rest, b"\n"].concat();
    Ok((line, next))
}

/// What a line without its end is.
pub(super) enum Read {
    Record(Record, Chain),
    /// The checksum isn't that of the line in this place.
    WrongSum,
    /// The checksum is right, and still nobody can read it.
    Unreadable(JournalError),
}

pub(super) fn read(line: &[u8], chain: Chain, offset: usize, seal: Option<&dyn Seal>) -> Read {
    let Some((sum, rest)) =
        line.split_at_checked(32).and_then(|(sum, rest)| Some((sum, rest.strip_prefix(b" ")?)))
    else {
        return Read::WrongSum;
    };
    let next = chain.next(rest);
    if hex(&next.0).as_bytes() != sum {
        return Read::WrongSum;
    }
    let json = match (rest.strip_prefix(b"j "), rest.strip_prefix(b"s "), seal) {
        (Some(json), _, _) => json.to_vec(),
        (_, Some(sealed), Some(seal)) => match unsealed(sealed, seal) {
            Ok(json) => json,
            Err(error) => return Read::Unreadable(error),
        },
        (_, Some(_), None) => {
            return Read::Unreadable(JournalError::damaged(
                offset,
                "the record is sealed, and no seal is set",
            ));
        }
        _ => return Read::Unreadable(JournalError::damaged(offset, "the record is of an unknown form")),
    };
    match serde_json::from_slice(&json) {
        Ok(record) => Read::Record(record, next),
        Err(_) => Read::Unreadable(JournalError::damaged(offset, "the record is of another version")),
    }
}

fn unsealed(sealed: &[u8], seal: &dyn Seal) -> Result<Vec<u8>, JournalError> {
    let text = std::str::from_utf8(sealed).map_err(|error| JournalError::seal("reading", error.into()))?;
    let bytes =
        Base64::decode_vec(text).map_err(|error| JournalError::seal("reading", error.to_string().into()))?;
    seal.open(&bytes).map_err(|error| JournalError::seal("opening a record", error))
}
