//! The built files as linkers see them: what is exported, under which name, and what has to be linked beside.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use super::C99;
use crate::compiler::{NATIVE_LIBRARIES, SONAME, keys, root, succeeded};
use crate::library::{BACKEND, built, install};

#[test]
fn the_shared_library_exports_the_headers_functions_and_nothing_else() {
    let symbols = tool("nm", &["-D", "--defined-only", "--format=posix"]);
    let exported: BTreeSet<&str> =
        symbols.lines().filter_map(|line| line.split(' ').next()).filter(|name| !name.is_empty()).collect();
    assert!(exported.iter().all(|name| name.starts_with("paykka_")), "{exported:?}");
    let header = include_str!("../../../include/paykka_sign.h");
    let declared: BTreeSet<&str> = header
        .lines()
        .filter(|line| !line.trim_start().starts_with(['*', '/', '#']))
        .filter_map(|line| line.split_once('(')?.0.rsplit([' ', '*']).next())
        .filter(|name| name.starts_with("paykka_"))
        .collect();
    assert_eq!(exported, declared);
    assert_eq!(exported.len(), 17);
}

/// What cargo leaves beside this test may be of another backend.
#[test]
fn the_libraries_are_of_the_backend_that_was_asked_for() {
    for name in ["libpaykka_sign_ffi.so", "libpaykka_sign_ffi.a"] {
        let content = fs::read(built(name)).unwrap();
        let has = |symbols: &str| content.windows(symbols.len()).any(|window| window == symbols.as_bytes());
        for (backend, symbols) in [("ring", "ring_core_"), ("aws-lc-rs", "aws_lc_")] {
            assert_eq!(has(symbols), backend == BACKEND, "{backend} in {name}");
        }
    }
}

#[test]
fn the_shared_library_is_named_after_its_interface() {
    let dynamic = tool("readelf", &["-d"]);
    let soname = dynamic.lines().find(|line| line.contains("(SONAME)")).unwrap_or_default();
    assert!(soname.contains(&format!("[{SONAME}]")), "{soname}");
    assert!(SONAME.ends_with(&format!(".{}", paykka_sign_ffi::PAYKKA_ABI_VERSION)));
}

#[test]
fn the_shared_library_needs_glibc_alone() {
    let dynamic = tool("readelf", &["-d"]);
    let needed: BTreeSet<&str> = dynamic
        .lines()
        .filter(|line| line.contains("(NEEDED)"))
        .filter_map(|line| line.split_once('[')?.1.split_once(']').map(|(name, _)| name))
        .collect();
    assert!(!needed.is_empty());
    for name in needed {
        let stem = name.split(".so").next().unwrap_or_default();
        let is_known = stem.starts_with("ld-linux")
            || NATIVE_LIBRARIES.contains(&stem.replacen("lib", "-l", 1).as_str());
        assert!(is_known, "{name}");
    }
}

/// Every program above is linked with exactly these, so they are enough; here, that they are what Rust asks for, which our
/// own dependencies add nothing to.
#[test]
fn the_static_library_needs_what_rust_needs() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("empty.rs"), "").unwrap();
    let mut rustc = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    rustc.args(["--crate-type", "staticlib", "--print", "native-static-libs", "empty.rs"]);
    let ended = rustc.current_dir(folder.path()).output().unwrap();
    assert!(ended.status.success());
    let said = String::from_utf8_lossy(&ended.stderr).into_owned();
    let list =
        said.split_once("native-static-libs: ").map(|(_, list)| list.lines().next().unwrap_or_default());
    let mut asked: Vec<&str> = Vec::new();
    for library in list.unwrap_or_else(|| panic!("{said}")).split_whitespace() {
        if !asked.contains(&library) {
            asked.push(library);
        }
    }
    assert_eq!(asked, NATIVE_LIBRARIES);
}

#[test]
fn the_pkg_config_file_says_the_same() {
    let file = include_str!("../../../pkgconfig/paykka-sign-ffi.pc");
    assert!(file.contains(&format!("\nVersion: {}\n", env!("CARGO_PKG_VERSION"))));
    assert!(file.contains(&format!("\nLibs.private: {}\n", NATIVE_LIBRARIES.join(" "))));
}

mod needs_pkg_config {
    use super::*;

    #[test]
    fn an_installed_library_is_found_by_it() {
        let prefix = tempfile::tempdir().unwrap();
        install(prefix.path());
        for flags in [&["--cflags", "--libs"][..], &["--static", "--cflags", "--libs"]] {
            let mut pkg_config = Command::new("pkg-config");
            pkg_config
                .args(flags)
                .arg("paykka-sign-ffi")
                .env("PKG_CONFIG_PATH", prefix.path().join("lib/pkgconfig"));
            let said = succeeded(pkg_config.output().unwrap());
            let program = prefix.path().join("program");
            let mut compile = Command::new(C99.program);
            compile.args(C99.language).arg(root().join("bindings/c/example.c")).args(["-x", "none"]);
            succeeded(compile.args(said.split_whitespace()).arg("-o").arg(&program).output().unwrap());
            let run = Command::new(&program)
                .arg(&keys()[0])
                .env("LD_LIBRARY_PATH", prefix.path().join("lib"))
                .output();
            assert!(succeeded(run.unwrap()).starts_with("Authorization: "));
        }
    }
}

/// What a tool says of the shared library.
fn tool(program: &str, arguments: &[&str]) -> String {
    let library = built("libpaykka_sign_ffi.so");
    succeeded(Command::new(program).args(arguments).arg(library).env("LC_ALL", "C").output().unwrap())
}
