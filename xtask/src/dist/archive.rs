//! A `.tar.gz` whose bytes depend on its content alone: sorted names, one time, no owner.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use flate2::{Compression, GzBuilder};
use sha2::{Digest, Sha256};
use tar::{Builder, EntryType, Header};

use super::{Release, own_file, write};

/// The files of an archive by their names in it, before they are packed.
pub(super) struct Archive {
    /// Of the archive, and of the one folder in it.
    name: String,
    entries: BTreeMap<String, Entry>,
}

enum Entry {
    File { content: Vec<u8>, mode: u32 },
    Link { target: String },
}

impl Archive {
    /// With this project's licences.
    pub(super) fn new(name: String) -> Result<Self, String> {
        let mut archive = Self { name, entries: BTreeMap::new() };
        for licence in ["LICENSE-APACHE", "LICENSE-MIT"] {
            archive.file(licence, own_file(licence)?);
        }
        Ok(archive)
    }

    pub(super) fn file(&mut self, name: &str, content: Vec<u8>) {
        self.entries.insert(name.into(), Entry::File { content, mode: 0o644 });
    }

    pub(super) fn program(&mut self, name: &str, content: Vec<u8>) {
        self.entries.insert(name.into(), Entry::File { content, mode: 0o755 });
    }

    pub(super) fn link(&mut self, name: &str, target: &str) {
        self.entries.insert(name.into(), Entry::Link { target: target.into() });
    }

    /// Puts it into the folder, and its checksum beside it.
    pub(super) fn write(mut self, release: &Release, folder: &Path) -> Result<Vec<PathBuf>, String> {
        let sums = self.sums();
        self.file("SHA256SUMS", sums.into_bytes());
        let file = folder.join(format!("{}.tar.gz", self.name));
        let packed =
            self.packed(release.time).map_err(|error| format!("{} can't be packed: {error}", self.name))?;
        write(&file, &packed)?;
        with_checksum(file)
    }

    /// Of all files, as `sha256sum` writes it.
    fn sums(&self) -> String {
        let line = |(name, entry): (&String, &Entry)| match entry {
            Entry::File { content, .. } => Some(format!("{}  {name}\n", sha256(content))),
            Entry::Link { .. } => None,
        };
        self.entries.iter().filter_map(line).collect()
    }

    fn packed(&self, time: u64) -> io::Result<Vec<u8>> {
        // Its own header has a time, too, and stays without one.
        let gzip = GzBuilder::new().write(Vec::new(), Compression::best());
        let mut tar = Builder::new(gzip);
        for (name, entry) in &self.entries {
            let path = format!("{}/{name}", self.name);
            let mut header = Header::new_gnu();
            header.set_mtime(time);
            header.set_uid(0);
            header.set_gid(0);
            match entry {
                Entry::File { content, mode } => {
                    header.set_mode(*mode);
                    header.set_size(content.len() as u64);
                    tar.append_data(&mut header, path, &**content)?;
                }
                Entry::Link { target } => {
                    header.set_mode(0o777);
                    header.set_size(0);
                    header.set_entry_type(EntryType::Symlink);
                    tar.append_link(&mut header, path, target)?;
                }
            }
        }
        tar.into_inner()?.finish()
    }
}

/// Writes `NAME.sha256` beside a file; both.
pub(super) fn with_checksum(file: PathBuf) -> Result<Vec<PathBuf>, String> {
    let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let beside = file.with_file_name(format!("{name}.sha256"));
    write(&beside, format!("{}  {name}\n", sha256(&super::read(&file)?)).as_bytes())?;
    Ok(vec![file, beside])
}

fn sha256(content: &[u8]) -> String {
    Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_adding_and_the_day_leave_no_trace() {
        let build = |names: &[&str]| {
            let mut archive = Archive { name: "a-1".into(), entries: BTreeMap::new() };
            for name in names {
                archive.file(name, name.as_bytes().to_vec());
            }
            archive.link("l", "x");
            archive.packed(7).unwrap()
        };
        let packed = build(&["y", "x"]);
        assert!(packed == build(&["x", "y"]));
        let mut tar = tar::Archive::new(flate2::read::GzDecoder::new(&*packed));
        let entries: Vec<_> = tar
            .entries()
            .unwrap()
            .map(|entry| {
                let entry = entry.unwrap();
                let header = entry.header();
                (
                    entry.path().unwrap().display().to_string(),
                    header.mtime().unwrap(),
                    header.uid().unwrap(),
                    header.mode().unwrap(),
                )
            })
            .collect();
        let file = |name: &str| (name.to_owned(), 7, 0, 0o644);
        assert_eq!(entries, [("a-1/l".to_owned(), 7, 0, 0o777), file("a-1/x"), file("a-1/y")]);
    }

    #[test]
    fn sums_are_those_of_sha256sum() {
        let mut archive = Archive { name: "a-1".into(), entries: BTreeMap::new() };
        archive.file("abc", b"abc".to_vec());
        archive.link("l", "abc");
        // The example of FIPS 180-2.
        assert_eq!(archive.sums(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  abc\n");
    }
}
