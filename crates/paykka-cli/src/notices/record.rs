//! Deliveries in a file, one JSON object a line, to be posted again: headers and body as they came. The file is its owner's
//! alone, since bodies are in it, and a delivery is in it whole or not at all. `docs/webhooks.md` documents the form.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;

use base64ct::{Base64, Encoding};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use serde::{Deserialize, Serialize};

use crate::frame::{Console, Failure};
use crate::inputs::{Source, json};
use crate::texts::{inputs, notices as texts};

/// A delivery as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Recorded {
    /// When, as RFC 3339.
    pub(crate) received_at: String,
    /// Path and query of the request.
    pub(crate) path: String,
    /// [`VERIFIED`], or why it was refused.
    pub(crate) reason: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// What stands in the place of a reason.
pub(crate) const VERIFIED: &str = "verified";

/// The first key tells the form, and a file of ours.
#[derive(Serialize, Deserialize)]
struct Line {
    v: u8,
    received_at: String,
    path: String,
    reason: String,
    headers: Vec<Header>,
    body_base64: String,
}

#[derive(Serialize, Deserialize)]
struct Header {
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    value: Option<String>,
    /// Of a value that isn't visible ASCII.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    value_base64: Option<String>,
}

impl Recorded {
    /// The deliveries of a file, in order. A last line without an end is one that wasn't written whole; it is left out.
    pub(crate) fn read(source: &Source, console: Console) -> Result<Vec<Self>, Failure> {
        let text = source.read()?;
        let whole = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        let (lines, torn) = text.split_at(whole);
        let numbered = lines.split(|byte| *byte == b'\n').zip(1_usize..);
        let written = numbered.filter(|(line, _)| !line.trim_ascii().is_empty());
        let recorded = written
            .map(|(line, number)| Self::parse(line).map_err(|why| bad_line(source, number, &why)))
            .collect::<Result<Vec<_>, _>>()?;
        if !torn.is_empty() {
            if !torn.starts_with(BEGIN) {
                return Err(bad_line(source, recorded.len() + 1, "it has no end"));
            }
            console.warn(&texts::torn(source));
        }
        Ok(recorded)
    }

    fn parse(line: &[u8]) -> Result<Self, String> {
        json::read(line).map_err(|mistake| mistake.message().is(crate::frame::Lang::En).to_owned())?;
        let line: Line = serde_json::from_slice(line).map_err(|error| error.to_string())?;
        if line.v != 1 {
            return Err(format!("its form is {}, and this program knows 1", line.v));
        }
        let mut headers = HeaderMap::new();
        for header in line.headers {
            let value = match (header.value, header.value_base64) {
                (Some(text), None) => text.into_bytes(),
                (None, Some(text)) => decoded(&text, "value_base64")?,
                _ => return Err("a header has one of value and value_base64".to_owned()),
            };
            let name = HeaderName::try_from(header.name).map_err(|error| error.to_string())?;
            headers.append(name, HeaderValue::from_bytes(&value).map_err(|error| error.to_string())?);
        }
        let body = decoded(&line.body_base64, "body_base64")?.into();
        Ok(Self { received_at: line.received_at, path: line.path, reason: line.reason, headers, body })
    }

    fn line(&self) -> io::Result<Vec<u8>> {
        let header = |(name, value): (&HeaderName, &HeaderValue)| {
            let text = value.to_str().ok().map(str::to_owned);
            let value_base64 = text.is_none().then(|| Base64::encode_string(value.as_bytes()));
            Header { name: name.as_str().to_owned(), value: text, value_base64 }
        };
        let line = Line {
            v: 1,
            received_at: self.received_at.clone(),
            path: self.path.clone(),
            reason: self.reason.clone(),
            headers: self.headers.iter().map(header).collect(),
            body_base64: Base64::encode_string(&self.body),
        };
        let mut line = serde_json::to_vec(&line)?;
        line.push(b'\n');
        Ok(line)
    }
}

/// Appends deliveries to a file, which is held as long as this lives.
#[derive(Debug)]
pub(crate) struct Recorder {
    file: File,
    /// Where the last whole delivery ends.
    len: u64,
}

impl Recorder {
    /// Opens or makes the file. One that holds something else isn't touched; the rest of a delivery that wasn't written whole
    /// is cut off.
    pub(crate) fn open(path: &Path, console: Console) -> Result<Self, Failure> {
        let shown = path.display();
        let unusable = |error: &io::Error| {
            let failure = Failure::broken("file", inputs::unwritable(&shown), inputs::unwritable_to_do());
            failure.because(error)
        };
        let file = open(path).map_err(|error| unusable(&error))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let to_do = texts::record_in_use_to_do();
                return Err(Failure::broken("record-in-use", texts::record_in_use(&shown), to_do));
            }
            Err(TryLockError::Error(error)) => return Err(unusable(&error)),
        }
        let whole = whole(&file).map_err(|error| unusable(&error))?;
        let Some((len, is_torn)) = whole else {
            return Err(Failure::input("record", texts::no_record(&shown), texts::no_record_to_do()));
        };
        if is_torn {
            file.set_len(len).map_err(|error| unusable(&error))?;
            console.warn(&texts::cut(&shown));
        }
        own(&file).map_err(|error| unusable(&error))?;
        Ok(Self { file, len })
    }

    /// Appends a delivery, and returns when it is on storage. On an error nothing of it stays.
    pub(crate) fn append(&mut self, delivery: &Recorded) -> io::Result<()> {
        let line = delivery.line()?;
        // What an earlier failure left, if it couldn't be cut off then.
        if self.file.metadata()?.len() != self.len {
            self.file.set_len(self.len)?;
        }
        let written = self.file.write_all(&line).and_then(|()| self.file.sync_data());
        match written {
            Ok(()) => {
                self.len += line.len() as u64;
                Ok(())
            }
            Err(error) => {
                // Tried again before the next one.
                let _cut = self.file.set_len(self.len);
                Err(error)
            }
        }
    }
}

fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)
}

/// Where the last whole line ends, and whether something follows; `None` for a file that isn't a record.
fn whole(file: &File) -> io::Result<Option<(u64, bool)>> {
    let mut reader = BufReader::new(file);
    let (mut len, mut line) = (0, Vec::new());
    loop {
        line.clear();
        let read = reader.read_until(b'\n', &mut line)? as u64;
        if read == 0 {
            return Ok(Some((len, false)));
        }
        if !line.starts_with(BEGIN) {
            return Ok(None);
        }
        if line.last() != Some(&b'\n') {
            return Ok(Some((len, true)));
        }
        len += read;
    }
}

/// It may have been there before, for others to read.
#[cfg(unix)]
fn own(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(std::fs::Permissions::from_mode(0o600))
}

#[cfg(not(unix))]
fn own(_: &File) -> io::Result<()> {
    Ok(())
}

fn decoded(text: &str, key: &str) -> Result<Vec<u8>, String> {
    Base64::decode_vec(text).map_err(|_| format!("{key} isn't Base64"))
}

fn bad_line(source: &Source, number: usize, why: &str) -> Failure {
    Failure::input("record", texts::bad_line(source, &number, &why), texts::bad_line_to_do())
}

/// With what each line begins.
const BEGIN: &[u8] = br#"{"v":"#;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::{Format, Lang};

    const CONSOLE: Console = Console { lang: Lang::En, format: Format::Text };

    fn delivery(body: &'static [u8]) -> Recorded {
        let mut headers = HeaderMap::new();
        headers.append("x-merch-id", HeaderValue::from_static("M1"));
        headers.append("x-twice", HeaderValue::from_static("1"));
        headers.append("x-twice", HeaderValue::from_bytes(b"\xff\t2").unwrap());
        Recorded {
            received_at: "2026-01-02T03:04:05.678Z".to_owned(),
            path: "/hooks?a=b".to_owned(),
            reason: VERIFIED.to_owned(),
            headers,
            body: body.into(),
        }
    }

    #[test]
    fn what_is_recorded_is_read_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("record");
        let deliveries = [delivery(b"{\"a\": 1}\n"), delivery(b"\x00\xff\n\r\n"), delivery(b"")];
        let mut recorder = Recorder::open(&path, CONSOLE).unwrap();
        deliveries.iter().for_each(|delivery| recorder.append(delivery).unwrap());
        assert!(format!("{:?}", Recorder::open(&path, CONSOLE).unwrap_err()).contains("record-in-use"));
        drop(recorder);
        let source = Source::File(path.clone());
        assert_eq!(Recorded::read(&source, CONSOLE).unwrap(), deliveries);

        // The machine went down in the middle of a fourth.
        let mut text = std::fs::read(&path).unwrap();
        text.extend(br#"{"v":1,"received_at"#);
        std::fs::write(&path, &text).unwrap();
        assert_eq!(Recorded::read(&source, CONSOLE).unwrap().len(), 3);
        let mut recorder = Recorder::open(&path, CONSOLE).unwrap();
        recorder.append(&deliveries[0]).unwrap();
        assert_eq!(Recorded::read(&source, CONSOLE).unwrap().len(), 4);
    }

    #[test]
    fn other_files_are_not_touched() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notes");
        for text in ["dear diary", "[1]\n", "{\"v\":1}\nnotes\n"] {
            std::fs::write(&path, text).unwrap();
            let failure = format!("{:?}", Recorder::open(&path, CONSOLE).unwrap_err());
            assert!(failure.contains("\"record\""), "{failure}");
            assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
            assert!(Recorded::read(&Source::File(path.clone()), CONSOLE).is_err(), "{text}");
        }
    }
}
