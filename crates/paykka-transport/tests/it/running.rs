//! A program beside the test: started on a port of its own, waited for until it listens, and ended with the test.

use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use paykka_emulator::Emulator;
use paykka_sign::{SigningKey, VerifyingKey};
use tempfile::TempDir;

use crate::peer::{MERCHANT, merchant_key};
use crate::wire::server::until;

pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    child: Child,
    folder: TempDir,
}

impl Running {
    /// `command` makes the command from a folder of its own and the address to listen at.
    pub(crate) async fn start(command: impl FnOnce(&TempDir, SocketAddr) -> Command) -> Self {
        let folder = TempDir::new().unwrap();
        let address = closed_port();
        let output = File::create(folder.path().join(OUTPUT)).unwrap();
        let child = command(&folder, address)
            .stdin(Stdio::null())
            .stdout(output.try_clone().unwrap())
            .stderr(output)
            .spawn()
            .unwrap();
        let mut running = Self { address, child, folder };
        until(|| {
            let ended = running.child.try_wait().unwrap();
            assert!(ended.is_none(), "it ended ({ended:?}): {}", running.output());
            TcpStream::connect(address).is_ok()
        })
        .await;
        running
    }

    /// What it has printed so far.
    pub(crate) fn output(&self) -> String {
        self.read(OUTPUT)
    }

    /// A file in its folder, as far as it has got.
    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.file(name)).unwrap_or_default()
    }

    pub(crate) fn end(&mut self) {
        // An error says that it has ended already.
        drop(self.child.kill());
        drop(self.child.wait());
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.end();
    }
}

const OUTPUT: &str = "output";

/// A port at which nobody listens.
pub(crate) fn closed_port() -> SocketAddr {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap()
}

/// The platform, played, with the tests' merchant.
pub(crate) async fn emulator() -> Emulator {
    let pem = include_str!("../../../paykka-sign/testdata/platform-2048.private.pem");
    let public = VerifyingKey::from_bytes(merchant_key().public_key()).unwrap();
    let platform = SigningKey::from_bytes("P001", pem).unwrap();
    Emulator::builder(platform).merchant(MERCHANT, "K001", public).start().await.unwrap()
}
