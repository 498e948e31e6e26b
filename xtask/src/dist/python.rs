//! The wheel, as Python's own build would make it, with the library of the same build as the archive for C.

use std::path::{Path, PathBuf};

use super::archive::with_checksum;
use super::{Release, ffi, notices, write};
use crate::{process, tools};

pub(super) fn make(_: &Release, folder: &Path) -> Result<Vec<PathBuf>, String> {
    if !tools::PYTHON.is_there() {
        let package = tools::PYTHON.package;
        return Err(format!("a wheel is made by Python 3.9 or later; `apt-get install {package}` brings it"));
    }
    let library = ffi::build()?.join(ffi::LIBRARY);
    let notices_file = process::target_folder().join("dist-build").join(notices::NAME);
    write(&notices_file, &notices::of(ffi::PACKAGE)?)?;
    let mut python = process::program("python3");
    python
        .args(["-B", "-c", "import sys, backend; print(backend.build_wheel(sys.argv[1]))"])
        .arg(folder)
        .current_dir(process::root().join("bindings/python"))
        .env("PAYKKA_SIGN_LIBRARY", library)
        .env("PAYKKA_SIGN_NOTICES", notices_file);
    let name = process::output(&mut python, b"")?;
    with_checksum(folder.join(String::from_utf8_lossy(&name).trim()))
}
