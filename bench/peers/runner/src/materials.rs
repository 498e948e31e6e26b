//! Keys, certificates and bodies, made anew for every run by OpenSSL's command line; nothing of them is kept.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::places;

pub(crate) const PATH: &str = "/api/v2/merch/account/balance";
pub(crate) const NOTIFICATIONS: &str = "/paykka/payments";
pub(crate) const MERCHANT: &str = "M24061911365700670";
pub(crate) const KEY_ID: &str = "K001";

pub(crate) struct Materials {
    pub(crate) folder: PathBuf,
}

impl Materials {
    pub(crate) fn make() -> Result<Self, String> {
        let folder = places::target().join("materials");
        std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        let made = Self { folder };
        for name in ["merchant", "platform"] {
            let (private, public) = (format!("{name}.pem"), format!("{name}.pub"));
            made.openssl(&[
                "genpkey",
                "-algorithm",
                "RSA",
                "-pkeyopt",
                "rsa_keygen_bits:2048",
                "-out",
                &private,
            ])?;
            made.openssl(&["pkey", "-in", &private, "-pubout", "-out", &public])?;
        }
        let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30"];
        let request = ["req", "-x509", "-subj"];
        let ca = ["/CN=bench CA", "-keyout", "ca.key", "-out", "ca.pem"];
        made.openssl(&[&request[..], &ca, &key].concat())?;
        let server = ["/CN=bench server", "-keyout", "server.key", "-out", "server.pem", "-CA", "ca.pem"];
        let names = ["-CAkey", "ca.key", "-addext", "subjectAltName=IP:127.0.0.1"];
        let end = ["-addext", "basicConstraints=critical,CA:FALSE"];
        made.openssl(&[&request[..], &server, &names, &end, &key].concat())?;
        made.write("kilobyte", &kilobyte())?;
        made.write("question", br#"{"currency":"USD"}"#)?;
        made.write(
            "answer",
            br#"{"accounts":[{"currency":"USD","balance":1000000,"available_amount":1000000}]}"#,
        )?;
        Ok(made)
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// What every peer is started with: whose private key, whose public one, which body, and which path.
    pub(crate) fn words(&self, private: &str, public: &str, body: &str, path: &str) -> Vec<OsString> {
        let file = |name: String| self.file(&name).into_os_string();
        let files = [format!("{private}.pem"), format!("{public}.pub"), body.into()].map(file);
        files.into_iter().chain([path, MERCHANT, KEY_ID].map(OsString::from)).collect()
    }

    fn write(&self, name: &str, content: &[u8]) -> Result<(), String> {
        std::fs::write(self.file(name), content).map_err(|error| format!("{name} can't be written: {error}"))
    }

    fn openssl(&self, words: &[&str]) -> Result<(), String> {
        let mut command = Command::new("openssl");
        command.args(words).current_dir(&self.folder).stdin(Stdio::null());
        let done = command.output().map_err(|error| format!("openssl can't be run: {error}"))?;
        if done.status.success() {
            return Ok(());
        }
        let said = String::from_utf8_lossy(&done.stderr);
        Err(format!("`openssl {}` failed: {}", words.join(" "), said.trim()))
    }
}

/// The keys of the vectors, which are the same in every run.
pub(crate) fn published(which: &str) -> PathBuf {
    places::absolute(Path::new(&format!("vectors/keys/rsa-2048.{which}.pem")))
}

/// A JSON object of 1,024 bytes.
fn kilobyte() -> Vec<u8> {
    let (head, tail) = (r#"{"request_id":"REQ-1","remark":""#, r#""}"#);
    format!("{head}{}{tail}", "x".repeat(1024 - head.len() - tail.len())).into_bytes()
}
