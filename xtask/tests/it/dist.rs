//! The archives as people get them: unpacked elsewhere, compiled against, and made twice.
#![cfg(target_os = "linux")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

#[test]
fn what_is_not_understood_is_said() {
    let ended = Command::new(XTASK).args(["dist", "go"]).output().unwrap();
    let said = String::from_utf8_lossy(&ended.stderr);
    assert!(ended.status.code() == Some(2) && said.contains("`dist` doesn't know `go`"), "{said}");
}

mod needs_cc {
    use super::*;

    mod needs_pkg_config {
        use super::*;

        #[test]
        fn a_c_program_is_built_from_the_archive_alone() {
            let unpacked = Unpacked::new();
            let program = unpacked.path("example");
            for linking in ["", "--static"] {
                let mut pkg_config = Command::new("pkg-config");
                pkg_config.args(linking.split_whitespace()).args(["--cflags", "--libs", "paykka-sign-ffi"]);
                pkg_config.env("PKG_CONFIG_PATH", unpacked.path("lib/pkgconfig"));
                let mut flags = succeeded(pkg_config.output().unwrap());
                if linking == "--static" {
                    // As the archive's README has it.
                    flags = flags.replace("-lpaykka_sign_ffi", "-l:libpaykka_sign_ffi.a");
                }
                let mut cc = Command::new("cc");
                cc.args(["-std=c99", "-Wall", "-Werror"])
                    .arg(unpacked.path("share/doc/paykka-sign-ffi/example.c"));
                succeeded(cc.args(flags.split_whitespace()).arg("-o").arg(&program).output().unwrap());

                let needed = succeeded(Command::new("readelf").arg("-d").arg(&program).output().unwrap());
                assert_eq!(needed.contains("[libpaykka_sign_ffi.so.1]"), linking.is_empty(), "{needed}");
                let mut run = Command::new(&program);
                run.arg(root().join("crates/paykka-sign/testdata/merchant-2048.private.pem"));
                if linking.is_empty() {
                    run.env("LD_LIBRARY_PATH", unpacked.path("lib"));
                }
                let said = succeeded(run.output().unwrap());
                assert!(said.starts_with("Authorization: %7B%22sign_type%22"), "{said}");
            }
        }
    }

    #[test]
    fn the_archive_is_whole_and_tells_nothing_of_the_machine() {
        let unpacked = Unpacked::new();
        let mut check = Command::new("sha256sum");
        check.args(["-c", "--strict", "SHA256SUMS"]).current_dir(&unpacked.root);
        let said = succeeded(check.output().unwrap());
        assert_eq!(said.lines().filter(|line| line.ends_with(": OK")).count(), 9, "{said}");
        let link = fs::read_link(unpacked.path("lib/libpaykka_sign_ffi.so")).unwrap();
        assert_eq!(link, Path::new("libpaykka_sign_ffi.so.1"));
        let home = std::env::var("CARGO_HOME").or_else(|_| std::env::var("HOME")).unwrap();
        let own = root().canonicalize().unwrap();
        for name in ["lib/libpaykka_sign_ffi.so.1", "lib/libpaykka_sign_ffi.a"] {
            let content = fs::read(unpacked.path(name)).unwrap();
            for place in [&home, own.to_str().unwrap()].map(|place| format!("{place}/")) {
                let is_told = content.windows(place.len()).any(|window| window == place.as_bytes());
                assert!(!is_told, "{name} tells {place}");
            }
        }
    }

    /// Built once by cargo; packed twice, at another time of day and to another place.
    #[test]
    fn the_same_again_is_the_same() {
        let [one, two] = [(), ()].map(|()| Packed::new());
        assert!(fs::read(&one.file).unwrap() == fs::read(&two.file).unwrap());
        let sum = |packed: &Packed| fs::read_to_string(format!("{}.sha256", packed.file.display())).unwrap();
        assert_eq!(sum(&one), sum(&two));
    }
}

/// What `cargo xtask dist ffi` makes.
struct Packed {
    folder: TempDir,
    file: PathBuf,
}

impl Packed {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut dist = Command::new(XTASK);
        dist.args(["dist", "ffi", "--to"]).arg(folder.path()).env("SOURCE_DATE_EPOCH", "1700000000");
        let said = succeeded(dist.output().unwrap());
        let file = PathBuf::from(said.lines().next().unwrap());
        succeeded(
            Command::new("sha256sum")
                .arg("-c")
                .arg(format!("{}.sha256", file.display()))
                .current_dir(folder.path())
                .output()
                .unwrap(),
        );
        Self { folder, file }
    }
}

/// The archive, unpacked by the machine's own tar.
struct Unpacked {
    root: PathBuf,
    _packed: Packed,
}

impl Unpacked {
    fn new() -> Self {
        let packed = Packed::new();
        succeeded(
            Command::new("tar")
                .arg("-xzf")
                .arg(&packed.file)
                .current_dir(packed.folder.path())
                .output()
                .unwrap(),
        );
        let name = packed.file.file_name().unwrap().to_str().unwrap().strip_suffix(".tar.gz").unwrap();
        assert_eq!(
            name,
            format!("paykka-sign-ffi-{}-{}-linux", env!("CARGO_PKG_VERSION"), std::env::consts::ARCH)
        );
        Self { root: packed.folder.path().join(name), _packed: packed }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }
}

const XTASK: &str = env!("CARGO_BIN_EXE_xtask");

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// What it printed, if it ended well.
fn succeeded(output: Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {said}", output.status);
    String::from_utf8(output.stdout).unwrap()
}
