//! `paykka emulate` as a process, for a signed call from another language and the verdict on its signed answer.

use std::env;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::compiler::testdata;

const MERCHANT: &str = "M24061911365700670";

/// What a program prints whose call was answered and whose answer was verified.
pub(crate) const VERIFIED: &str = "/api/v2/merch/account/balance verified by P001\n";

/// It is killed when it is dropped.
pub(crate) struct Platform {
    child: Child,
    port: String,
}

impl Platform {
    pub(crate) fn start() -> Self {
        let mut command = Command::new(program());
        command
            .args([
                "emulate",
                "--log",
                "off",
                "--merchant",
                MERCHANT,
                "--merchant-key-id",
                "K001",
                "--merchant-key",
            ])
            .arg(testdata("merchant-2048.public.pem"))
            .args([
                "--account",
                &format!("{MERCHANT}:USD:1000"),
                "--platform-key-id",
                "P001",
                "--platform-key",
            ])
            .arg(testdata("platform-2048.private.pem"))
            .stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let ready: Value =
            serde_json::from_str(&line).expect("the emulator says in one line that it is ready");
        let port =
            ready["http"].as_str().unwrap().rsplit(':').next().unwrap().trim_end_matches('/').to_owned();
        Self { child, port }
    }

    /// Port, merchant, id and file of the merchant's private key, id and file of the platform's public key.
    pub(crate) fn arguments(&self) -> [String; 6] {
        let file = |name| testdata(name).to_str().unwrap().to_owned();
        let (private_key, public_key) = (file("merchant-2048.private.pem"), file("platform-2048.public.pem"));
        [self.port.clone(), MERCHANT.into(), "K001".into(), private_key, "P001".into(), public_key]
    }
}

impl Drop for Platform {
    fn drop(&mut self) {
        // It may have ended already.
        let _killed = self.child.kill();
        let _reaped = self.child.wait();
    }
}

/// The command `paykka`: `cargo xtask test` builds it and says where it is.
pub(crate) fn program() -> PathBuf {
    let told = env::var_os("PAYKKA_PROGRAM").map(PathBuf::from);
    told.expect(
        "this test needs the command `paykka`; `cargo xtask test` builds it; by hand: cargo build -p paykka-cli, and its \
         place in PAYKKA_PROGRAM; to leave it out: cargo nextest run -E 'not test(/needs_paykka/)'",
    )
}
