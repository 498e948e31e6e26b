//! Compiling and running C and C++ against the header and the library, static or shared.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

pub(crate) use crate::library::built;

/// A compiler with the language it is to read and everything that it could warn of.
pub(crate) struct Compiler {
    pub(crate) program: &'static str,
    pub(crate) language: [&'static str; 3],
}

/// A compiled program, in a folder that goes away with it.
pub(crate) struct Program {
    folder: TempDir,
}

/// How a program finds the library.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Linking {
    Static,
    Shared,
}

impl Compiler {
    /// Compiles a source, named from the repository's root, and links it.
    pub(crate) fn program(&self, source: &str, linking: Linking, more: &[&str]) -> Program {
        let folder = tempfile::tempdir().unwrap();
        let mut command = self.command(source);
        // The library isn't of the language that was named before.
        command.args(more).args(["-x", "none"]);
        match linking {
            Linking::Static => command.arg(built("libpaykka_sign_ffi.a")).args(NATIVE_LIBRARIES),
            Linking::Shared => {
                let library = built("libpaykka_sign_ffi.so");
                // Under the name by which an installed one is found.
                std::os::unix::fs::symlink(&library, folder.path().join(SONAME)).unwrap();
                command.arg(library).arg("-lpthread").arg("-Wl,-rpath,$ORIGIN")
            }
        };
        succeeded(command.arg("-o").arg(folder.path().join("program")).output().unwrap());
        Program { folder }
    }

    /// Compiles `tests/c/dropped_result.c`, which must fail for its dropped results and for nothing else.
    pub(crate) fn refuses_dropped_results(&self) {
        let folder = tempfile::tempdir().unwrap();
        let object = folder.path().join("dropped_result.o");
        let compile = |more: &[&str]| {
            let mut command = self.command("crates/paykka-sign-ffi/tests/c/dropped_result.c");
            command.args(more).arg("-c").arg("-o").arg(&object).output().unwrap()
        };
        let refused = compile(&[]);
        assert!(!refused.status.success());
        let complaints = String::from_utf8_lossy(&refused.stderr).matches("error:").count();
        assert_eq!(complaints, 12, "one for each function with a result");
        succeeded(compile(&["-Wno-unused-result"]));
    }

    fn command(&self, source: &str) -> Command {
        let mut command = Command::new(self.program);
        command
            .args(self.language)
            .args(["-Wall", "-Wextra", "-Werror", "-pedantic", "-g"])
            .args(["-I".as_ref(), root().join("crates/paykka-sign-ffi/include").as_os_str()])
            .args(["-I".as_ref(), root().join("bindings/cpp/include").as_os_str()])
            .arg(root().join(source))
            .env("LC_ALL", "C");
        command
    }
}

impl Program {
    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("program")
    }

    /// Runs it to its good end; what it printed.
    pub(crate) fn run<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> String {
        succeeded(Command::new(self.path()).args(arguments).output().unwrap())
    }
}

/// What `cargo rustc -p paykka-sign-ffi --crate-type staticlib -- --print native-static-libs` says on Linux,
/// without its repetitions.
pub(crate) const NATIVE_LIBRARIES: [&str; 7] =
    ["-lgcc_s", "-lutil", "-lrt", "-lpthread", "-lm", "-ldl", "-lc"];

pub(crate) const SONAME: &str = "libpaykka_sign_ffi.so.1";

/// The repository's.
pub(crate) fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// The files of the private key `merchant-2048` and of its public half.
pub(crate) fn keys() -> [PathBuf; 2] {
    ["private", "public"].map(|half| testdata(&format!("merchant-2048.{half}.pem")))
}

pub(crate) fn testdata(name: &str) -> PathBuf {
    root().join("crates/paykka-sign/testdata").join(name)
}

/// What it printed, if it ended well.
pub(crate) fn succeeded(output: Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {said}", output.status);
    String::from_utf8(output.stdout).unwrap()
}
