//! The jar for Java, built and used with JNA's.

mod needs_jna {
    use std::path::Path;
    use std::process::Command;

    use tempfile::TempDir;

    use crate::bindings::{self, LIBRARY};
    use crate::cases;
    use crate::compiler::{built, succeeded};

    #[test]
    fn all_vectors_come_out_and_failures_are_thrown() {
        let java = Built::new();
        let cases = cases::file();
        assert_eq!(succeeded(java.class("Vectors").arg(cases.path()).output().unwrap()), cases::ALL);
        assert_eq!(succeeded(java.class("Behaviour").output().unwrap()), "13 tests\n");
    }

    /// Above all not a crash: what is called then would take wrong arguments.
    #[test]
    fn a_library_that_is_missing_or_another_one_is_named() {
        let java = Built::new();
        let used = |library: &str| {
            let said = java.class("Behaviour").env(LIBRARY, library).output().unwrap();
            assert!(!said.status.success());
            String::from_utf8_lossy(&said.stderr).into_owned()
        };
        let said = used("/nowhere/lib.so");
        assert!(said.contains("/nowhere/lib.so can't be loaded: take the built jar"), "{said}");
        let said = used(&bindings::of_another_interface(java.folder.path()));
        assert!(said.contains("has interface 2, and 1 is wanted"), "{said}");
    }

    mod needs_paykka {
        use super::*;
        use crate::bindings::Example;
        use crate::platform::{Platform, VERIFIED};

        #[test]
        fn a_signed_call_gets_an_answer_that_verifies() {
            let said = Built::new().class("Live").args(Platform::start().arguments()).output().unwrap();
            assert_eq!(succeeded(said), VERIFIED);
        }

        #[test]
        fn the_readmes_example_is_a_program() {
            let (java, example) = (Built::new(), Example::of("java"));
            let program = example.write(
                "Program.java",
                r#"
import java.nio.file.Files;
import java.nio.file.Path;
import paykka.sign.KeyRing;
import paykka.sign.SigningKey;

public final class Program {
    public static void main(String[] arguments) throws Exception {
        byte[] body = "BODY".getBytes(), receivedBody = "RECEIVED_BODY".getBytes();
        SigningKey platform = new SigningKey("P001", Files.readAllBytes(Path.of("platform.private.pem")));
        String received = platform.sign("/notify", "M24061911365700670", receivedBody);
        EXAMPLE
        System.out.print(authorization + "\n" + keyId + "\n");
    }
}
"#,
            );
            java.compile(&[program.as_path()]);
            let ended = java.class("Program").current_dir(example.path()).output().unwrap();
            example.judge(&succeeded(ended));
        }
    }

    /// The jar, and the classes of the tests.
    struct Built {
        folder: TempDir,
    }

    impl Built {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let mut build = Command::new(bindings::folder("java").join("build.sh"));
            build.arg(folder.path()).env(LIBRARY, built("libpaykka_sign_ffi.so")).env("JNA_JAR", JNA);
            succeeded(build.output().unwrap());
            let java = Self { folder };
            let tests = ["Vectors", "Behaviour", "Live"];
            let files = tests.map(|name| bindings::folder("java").join("tests").join(format!("{name}.java")));
            java.compile(&files);
            java
        }

        fn compile(&self, files: &[impl AsRef<Path>]) {
            let mut compile = Command::new("javac");
            compile.args(["-encoding", "UTF-8", "-Xlint:all", "-Werror", "-cp", &self.jar(), "-d"]);
            compile.arg(self.folder.path()).args(files.iter().map(AsRef::as_ref));
            succeeded(compile.output().unwrap());
        }

        fn class(&self, name: &str) -> Command {
            let mut command = Command::new("java");
            let path = format!("{}:{JNA}:{}", self.jar(), self.folder.path().display());
            // JNA unpacks the library into a folder of the user's unless it is told another one.
            command.arg(format!("-Djna.tmpdir={}", self.folder.path().display())).args(["-cp", &path, name]);
            bindings::told(&mut command);
            command
        }

        fn jar(&self) -> String {
            let name = concat!("paykka-sign-", env!("CARGO_PKG_VERSION"), ".jar");
            self.folder.path().join(name).to_str().unwrap().to_owned()
        }
    }

    /// Where Debian puts it.
    const JNA: &str = "/usr/share/java/jna.jar";
}
