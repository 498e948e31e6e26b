//! What rustdoc says of the libraries, as a part of the site. rustdoc leaves some things to whoever puts its pages somewhere: they are
//! done here, so that no link and no script is missing.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::{copy, files_below, ran};
use crate::packages::Published;
use crate::process;

/// Builds it in cargo's folder for docs, and copies it to its place.
pub(super) fn build(doc: &Path, api: &Path) -> Result<(), String> {
    let libraries: Vec<Published> = Published::all()?.into_iter().filter(|one| one.is_library).collect();
    // What else was ever documented there isn't ours to show.
    ran(process::run(&mut process::cargo(&["clean", "--quiet", "--doc"]))?, "cargo clean --doc")?;
    // Crates are documented at the same time, and one links to another only where it sees its folder.
    for library in &libraries {
        let folder = doc.join(library.name.replace('-', "_"));
        fs::create_dir_all(&folder)
            .map_err(|error| format!("{} can't be made: {error}", folder.display()))?;
    }
    ran(process::run(&mut rustdoc(&libraries))?, "cargo doc")?;
    copy(doc, api)?;
    make_lists(api)?;
    // rustdoc makes no page above those of the crates, and links to one.
    write(&api.join("index.html"), ABOVE_THE_CRATES)
}

/// With all that is off by default.
fn rustdoc(libraries: &[Published]) -> Command {
    let mut command = process::cargo(&["doc", "--no-deps", "--all-features"]);
    command.args(libraries.iter().flat_map(|one| ["-p", &one.name])).env("RUSTDOCFLAGS", "-D warnings");
    command
}

/// A trait's page asks for a list of who implements it, also where there is none.
fn make_lists(api: &Path) -> Result<(), String> {
    for page in files_below(api)? {
        if !page.file_name().is_some_and(|name| name.to_string_lossy().starts_with("trait.")) {
            continue;
        }
        let html = fs::read_to_string(&page).unwrap_or_default();
        let list = html.split("src=\"").skip(1).filter_map(|rest| rest.split('"').next());
        for list in list.filter(|list| list.contains("/trait.impl/")) {
            let place = page.with_file_name(list);
            if !place.exists() {
                write(&place, "")?;
            }
        }
    }
    Ok(())
}

fn write(place: &Path, text: &str) -> Result<(), String> {
    let folder = place.parent().map_or(Ok(()), fs::create_dir_all);
    folder
        .and_then(|()| fs::write(place, text))
        .map_err(|error| format!("{} can't be written: {error}", place.display()))
}

const ABOVE_THE_CRATES: &str = "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>API</title>\
    <meta http-equiv=\"refresh\" content=\"0;URL=paykka_client/index.html\"></head>\
    <body><a href=\"paykka_client/index.html\">API</a></body></html>\n";
