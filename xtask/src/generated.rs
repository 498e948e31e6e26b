//! Files that are generated and committed all the same, because people and other languages read them. Writing and
//! checking for drift are one operation here, so that they can't come to disagree.

use std::fs;
use std::path::PathBuf;

use crate::process::root;

/// A file that a command makes.
#[derive(Debug)]
pub(crate) struct Generated {
    /// Path from the repository's root.
    pub(crate) path: String,
    pub(crate) content: Vec<u8>,
}

impl Generated {
    /// Writes the files that differ, or, with `check`, only names them and says which command would.
    pub(crate) fn settle(files: &[Self], check: bool, command: &str) -> Result<bool, String> {
        let mut settled = true;
        for file in files {
            if file.is_current() {
                continue;
            }
            if check {
                settled = false;
                eprintln!("{} isn't what `{command}` makes; run that and commit the result", file.path);
            } else {
                file.write()?;
                eprintln!("wrote {}", file.path);
            }
        }
        Ok(settled)
    }

    fn is_current(&self) -> bool {
        fs::read(self.place()).is_ok_and(|content| content == self.content)
    }

    fn write(&self) -> Result<(), String> {
        let place = self.place();
        let folder = place.parent().map_or(Ok(()), fs::create_dir_all);
        folder
            .and_then(|()| fs::write(&place, &self.content))
            .map_err(|error| format!("{} can't be written: {error}", self.path))
    }

    fn place(&self) -> PathBuf {
        root().join(&self.path)
    }
}
