//! Our C interface from each language, by the packages in `bindings/`, with each backend: beside the language's own way it shows
//! whether the way through C pays, and beside Rust what the boundary costs.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Made, Start, bin, cargo, copy_all, npm_packages, places, python_interpreter, succeed};
use crate::boundary;
use crate::making::Entry;

pub(super) fn make(made: &mut Made) {
    const BACKENDS: [&str; 2] = ["aws-lc-rs", "ring"];
    let libraries = BACKENDS.map(|backend| (backend, installed(backend)));
    // Built once, or found out once why not; the same program takes either library.
    let built_for = |prefix: &Path| {
        [
            ("C", c(prefix)),
            ("Python", python()),
            ("Node", node()),
            ("Java", java()),
            ("PHP", php()),
            ("Go", go(prefix)),
        ]
    };
    let mut programs = None;
    for (backend, library) in libraries {
        let prefix = match library {
            Ok(prefix) => prefix,
            Err(why) => {
                made.lacks("crypto", &boundary::peer("every language", backend), why);
                continue;
            }
        };
        for (language, start) in programs.get_or_insert_with(|| built_for(&prefix)) {
            let name = boundary::peer(language, backend);
            match start {
                Ok(start) => {
                    let entry = Entry::other(&name, backend, with(start.clone(), &prefix));
                    made.crypto.push(Entry { is_ours: true, ..entry });
                }
                Err(why) => made.lacks("crypto", &name, why.clone()),
            }
        }
    }
}

/// The library with its header and its pkg-config file, as `bindings/c/README.md` says it, in a folder for each backend.
fn installed(backend: &str) -> Result<PathBuf, String> {
    let build = ["build", "--release", "-p", "paykka-sign-ffi", "--no-default-features", "--features"];
    cargo(&[&build[..], &[backend]].concat(), Path::new("."))?;
    let (prefix, package) = (bin("interface").join(backend), Path::new("crates/paykka-sign-ffi"));
    let library = places::target().join("release/libpaykka_sign_ffi.so");
    for (file, place) in [
        (library.clone(), "lib/libpaykka_sign_ffi.so"),
        // Its own name, by which a program finds it.
        (library, "lib/libpaykka_sign_ffi.so.1"),
        (package.join("include/paykka_sign.h"), "include/paykka_sign.h"),
        (package.join("pkgconfig/paykka-sign-ffi.pc"), "lib/pkgconfig/paykka-sign-ffi.pc"),
    ] {
        let place = prefix.join(place);
        let put = place.parent().map_or(Ok(()), std::fs::create_dir_all);
        put.and_then(|()| std::fs::copy(&file, &place))
            .map_err(|error| format!("{} can't be put to {}: {error}", file.display(), place.display()))?;
    }
    Ok(prefix)
}

/// What loads at the start finds the library by the first, what loads by itself by the second.
fn with(mut start: Start, prefix: &Path) -> Start {
    let folder = prefix.join("lib");
    start.variables.insert("PAYKKA_SIGN_LIBRARY".into(), folder.join("libpaykka_sign_ffi.so").into());
    start.variables.insert("LD_LIBRARY_PATH".into(), folder.into());
    start
}

fn c(prefix: &Path) -> Result<Start, String> {
    let program = bin("c-crypto");
    let mut cc = Command::new("cc");
    cc.args(["-std=c99", "-O2", "-Wall", "-o"]).arg(&program).arg(places::peers().join("c/crypto.c"));
    cc.arg("-I").arg(prefix.join("include")).arg("-L").arg(prefix.join("lib")).arg("-lpaykka_sign_ffi");
    succeed(&mut cc, "gcc libc6-dev").map(|()| Start::of([program]))
}

fn python() -> Result<Start, String> {
    let script = places::absolute(&places::peers().join("python/crypto.py"));
    let mut start = Start::of([python_interpreter()?.into_os_string(), script.into(), "interface".into()]);
    let sources = places::absolute(Path::new("bindings/python/src"));
    start.variables.insert("PYTHONPATH".into(), sources.into());
    Ok(start)
}

/// The package's own folder has the peer in it, which so finds the package by its name, and koffi.
fn node() -> Result<Start, String> {
    let folder = places::target().join("node-interface");
    // The package comes last: both have a list of packages, and its own is wanted.
    copy_all(&places::peers().join("node"), &folder)?;
    copy_all(Path::new("bindings/node"), &folder)?;
    npm_packages(&folder)?;
    Ok(Start::of([OsString::from("node"), folder.join("crypto.mjs").into(), "interface".into()]))
}

fn java() -> Result<Start, String> {
    // Where Debian puts it, unless another one is named, as for `bindings/java/build.sh`.
    let jna = std::env::var_os("JNA_JAR").map_or_else(|| "/usr/share/java/jna.jar".into(), PathBuf::from);
    if !jna.is_file() {
        return Err(format!("{} isn't there; `apt-get install libjna-java` brings it", jna.display()));
    }
    let classes = places::target().join("java-interface");
    let mut paths = classes.clone().into_os_string();
    paths.push(":");
    paths.push(&jna);
    let package = std::fs::read_dir("bindings/java/src/paykka/sign");
    let package = package.map_err(|error| format!("bindings/java can't be read: {error}"))?;
    let sources =
        ["Signing", "Crypto", "Interface"].map(|name| places::peers().join(format!("java/{name}.java")));
    let mut javac = Command::new("javac");
    javac.arg("-d").arg(&classes).arg("-cp").arg(&paths).args(sources);
    javac.args(package.flatten().map(|entry| entry.path()));
    succeed(&mut javac, "default-jdk-headless")?;
    Ok(Start::of(["java".into(), "-cp".into(), paths, "Interface".into()]))
}

fn php() -> Result<Start, String> {
    super::answers("php", &["-r", "exit(class_exists('FFI') ? 0 : 1);"], "php-cli")
        .map_err(|why| format!("PHP with its extension FFI is wanted: {why}"))?;
    let script = places::absolute(&places::peers().join("php/crypto.php"));
    Ok(Start::of([OsString::from("php"), script.into(), "interface".into()]))
}

fn go(prefix: &Path) -> Result<Start, String> {
    let program = bin("go-interface");
    let mut build = Command::new("go");
    build.args(["build", "-buildvcs=false", "-tags", "interface", "-o"]).arg(&program).arg(".");
    build.current_dir(places::peers().join("go"));
    build.env("PKG_CONFIG_PATH", prefix.join("lib/pkgconfig")).env("CGO_ENABLED", "1");
    succeed(&mut build, "golang-go gcc libc6-dev pkgconf")?;
    Ok(Start::of([program.into_os_string(), "interface".into()]))
}
