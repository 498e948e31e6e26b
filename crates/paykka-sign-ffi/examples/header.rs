//! Prints the C header that belongs to the Rust sources. It is an example, so that the generator stays out of the
//! library's build and one `cargo run --example header` is enough to have it.

use std::error::Error;
use std::io::{Write, stdout};
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    Ok(stdout().write_all(&header()?)?)
}

pub(crate) fn header() -> Result<Vec<u8>, Box<dyn Error>> {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let config = cbindgen::Config::from_file(package.join("cbindgen.toml"))?;
    // The sources alone, not the crate: reading the crate would resolve the whole dependency tree for nothing.
    let sources = cbindgen::Builder::new().with_config(config).with_src(package.join("src/lib.rs"));
    let mut text = Vec::new();
    sources.generate()?.write(&mut text);
    Ok(text)
}
