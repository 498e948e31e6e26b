//! Compiling and running C and C++ against the header and the static library.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A compiler with the language it is to read and everything that it could warn of.
pub(crate) struct Compiler {
    pub(crate) program: &'static str,
    pub(crate) language: [&'static str; 3],
}

impl Compiler {
    /// Compiles `tests/c/smoke.c`, links it with the static library, and runs it.
    pub(crate) fn smoke(&self) {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("smoke");
        let compiled = self
            .command("smoke.c")
            // The library isn't of the language that was named before.
            .args(["-x", "none"])
            .arg(static_library())
            .args(NATIVE_LIBRARIES)
            .arg("-o")
            .arg(&program)
            .output();
        succeeded(compiled.unwrap());
        let keys = package().join("../paykka-sign/testdata");
        let run = Command::new(program)
            .arg(keys.join("merchant-2048.private.pem"))
            .arg(keys.join("merchant-2048.public.pem"))
            .output();
        succeeded(run.unwrap());
    }

    /// Compiles `tests/c/dropped_result.c`, which must fail for its dropped results and for nothing else.
    pub(crate) fn refuses_dropped_results(&self) {
        let folder = tempfile::tempdir().unwrap();
        let object = folder.path().join("dropped_result.o");
        let compile = |more: &[&str]| {
            self.command("dropped_result.c").args(more).arg("-c").arg("-o").arg(&object).output().unwrap()
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
            .args(["-Wall", "-Wextra", "-Werror", "-pedantic"])
            .arg("-I")
            .arg(package().join("include"))
            .arg(package().join("tests/c").join(source))
            .env("LC_ALL", "C");
        command
    }
}

/// What `cargo rustc -p paykka-sign-ffi --crate-type staticlib -- --print native-static-libs` says on Linux,
/// without its repetitions.
const NATIVE_LIBRARIES: [&str; 7] = ["-lgcc_s", "-lutil", "-lrt", "-lpthread", "-lm", "-ldl", "-lc"];

/// The static library that was built together with this test, which stands beside it. The one a folder above is put
/// there by `cargo build` alone and may be an old one.
fn static_library() -> PathBuf {
    let beside = env::current_exe().unwrap().with_file_name("libpaykka_sign_ffi.a");
    assert!(beside.is_file(), "{} isn't there", beside.display());
    beside
}

fn package() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn succeeded(output: Output) {
    assert!(output.status.success(), "{}", String::from_utf8(output.stderr).unwrap());
}
