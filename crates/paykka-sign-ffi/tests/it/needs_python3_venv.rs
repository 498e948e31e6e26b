//! The wheel for Python: built, installed without a network into an environment that has nothing else, and used from there.

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::bindings::{self, LIBRARY};
use crate::compiler::{built, root, succeeded};

#[test]
fn all_vectors_come_out_and_failures_are_raised() {
    let python = Installed::new();
    for (file, tests) in [("test_vectors.py", 3), ("test_behaviour.py", 12)] {
        let ended = python.script(file).output().unwrap();
        let said = String::from_utf8_lossy(&ended.stderr).into_owned();
        succeeded(ended);
        assert!(said.contains(&format!("Ran {tests} tests in ")) && said.ends_with("\nOK\n"), "{said}");
    }
}

/// So that who builds it again can compare.
#[test]
fn the_wheel_is_the_same_whenever_it_is_built() {
    let folder = tempfile::tempdir().unwrap();
    let build = |name: &str| {
        let target = folder.path().join(name);
        std::fs::create_dir(&target).unwrap();
        let program = "import sys, backend; print(backend.build_wheel(sys.argv[1]))";
        let mut python = Command::new("python3");
        python.args(["-B", "-c", program]).arg(&target).current_dir(root().join("bindings/python"));
        let name = succeeded(python.env(LIBRARY, built("libpaykka_sign_ffi.so")).output().unwrap());
        assert!(name.starts_with("paykka_sign-") && name.contains("-py3-none-manylinux_2_"), "{name}");
        assert!(name.contains(concat!("-", env!("CARGO_PKG_VERSION"), "-")), "{name}");
        std::fs::read(target.join(name.trim())).unwrap()
    };
    assert!(build("one") == build("two"));
}

mod needs_cc {
    use super::*;

    /// As the linker's tools tell it, and nothing but what every such machine has: so the wheel may say `manylinux`.
    #[test]
    fn its_name_says_which_glibc_the_library_needs() {
        let library = built("libpaykka_sign_ffi.so");
        let mut readelf = Command::new("readelf");
        let versions =
            succeeded(readelf.args(["-V", "-W"]).arg(&library).env("LC_ALL", "C").output().unwrap());
        let minors = versions.split("Name: GLIBC_2.").skip(1).filter_map(|rest| {
            rest.split(|c: char| !c.is_ascii_digit()).next().and_then(|minor| minor.parse::<u32>().ok())
        });
        let newest = minors.max().unwrap();
        let program = "import sys, backend; print(backend.platform(backend.library().read_bytes()))";
        let mut python = Command::new("python3");
        python.args(["-B", "-c", program]).current_dir(root().join("bindings/python")).env(LIBRARY, &library);
        let platform = succeeded(python.output().unwrap());
        assert!(platform.starts_with(&format!("manylinux_2_{newest}_")), "{platform} and 2.{newest}");
    }
}

mod needs_paykka {
    use super::*;
    use crate::bindings::Example;
    use crate::platform::{Platform, VERIFIED};

    #[test]
    fn a_signed_call_gets_an_answer_that_verifies() {
        let said = Installed::new().script("live.py").args(Platform::start().arguments()).output().unwrap();
        assert_eq!(succeeded(said), VERIFIED);
    }

    #[test]
    fn the_readmes_example_is_a_program() {
        let example = Example::of("python");
        let program = example.write(
            "program.py",
            r#"
import paykka_sign
body, received_body = b"BODY", b"RECEIVED_BODY"
platform = paykka_sign.SigningKey("P001", open("platform.private.pem", "rb").read())
received = platform.sign("/notify", received_body, "M24061911365700670")
EXAMPLE
print(authorization)
print(key_id)
"#,
        );
        let ended = Installed::new().python(&program).current_dir(example.path()).output().unwrap();
        example.judge(&succeeded(ended));
    }
}

/// A virtual environment with the wheel.
struct Installed {
    folder: TempDir,
}

impl Installed {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let environment = folder.path().join("environment");
        succeeded(Command::new("python3").args(["-I", "-m", "venv"]).arg(&environment).output().unwrap());
        let mut pip = Command::new(interpreter(folder.path()));
        pip.args([
            "-I",
            "-m",
            "pip",
            "install",
            "--quiet",
            "--no-input",
            "--disable-pip-version-check",
            "--no-index",
        ]);
        pip.arg("--no-cache-dir").arg(root().join("bindings/python"));
        pip.env(LIBRARY, built("libpaykka_sign_ffi.so")).env("PYTHONDONTWRITEBYTECODE", "1");
        succeeded(pip.output().unwrap());
        Self { folder }
    }

    /// A file of `bindings/python/tests`, run with the installed package and not with the sources beside it.
    fn script(&self, name: &str) -> Command {
        self.python(&root().join("bindings/python/tests").join(name))
    }

    fn python(&self, program: &Path) -> Command {
        let mut command = Command::new(interpreter(self.folder.path()));
        command.args(["-I", "-B"]).arg(program).current_dir(self.folder.path());
        bindings::told(&mut command);
        command
    }
}

fn interpreter(folder: &Path) -> PathBuf {
    folder.join("environment/bin/python")
}
