//! `paykka emulate` as a process that tests start, talk to and end, in the way that a program in another language would.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, SystemTime};

use paykka_sign::{Nonce, Parts, SigningKey, Timestamp};
use serde_json::Value;

pub(crate) const MERCHANT: &str = "M24061911365700670";

/// A process that is killed when it is dropped.
pub(crate) struct Running {
    child: Child,
    pub(crate) ready: Value,
}

impl Running {
    /// Starts it, and reads the line that says that it is ready.
    pub(crate) fn start<S: AsRef<std::ffi::OsStr>>(arguments: impl IntoIterator<Item = S>) -> Self {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin("paykka"));
        command.arg("emulate").args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let ready = serde_json::from_str(&line).unwrap_or(Value::Null);
        if ready == Value::Null {
            let mut log = String::new();
            child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
            assert_eq!(log, "", "it isn't ready");
        }
        Self { child, ready }
    }

    pub(crate) fn text(&self, key: &str) -> String {
        self.ready[key].as_str().unwrap().to_owned()
    }

    /// From now on nobody reads its log.
    pub(crate) fn close_stderr(&mut self) {
        drop(self.child.stderr.take());
    }

    /// Sends a signal and waits for the end. The rest of what was printed comes back.
    pub(crate) fn end(mut self, signal: &str) -> Output {
        let kill = format!("kill -{signal} {}", self.child.id());
        assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
        let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
        self.child.stdout.take().unwrap().read_to_end(&mut stdout).unwrap();
        if let Some(mut log) = self.child.stderr.take() {
            log.read_to_end(&mut stderr).unwrap();
        }
        Output { status: self.child.wait().unwrap(), stdout, stderr }
    }

    /// Posts a signed call over plain HTTP; status and body.
    pub(crate) fn call(&self, path: &str, body: &str) -> (u16, Value) {
        let answer = self.answer(path, body, "");
        (answer.status, serde_json::from_str(&answer.body).unwrap())
    }

    /// As [`call`](Self::call), with faults; the answer as it came.
    pub(crate) fn answer(&self, path: &str, body: &str, faults: &str) -> Answer {
        self.answer_signed(Duration::ZERO, path, body, faults)
    }

    /// To a call that was signed so long ago.
    pub(crate) fn answer_signed(&self, ago: Duration, path: &str, body: &str, faults: &str) -> Answer {
        let parts = Parts { path, merchant: Some(MERCHANT), body: body.as_bytes() };
        let now = SystemTime::now();
        // Of the clock, which doesn't stand still between two calls.
        let nanos = now.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_nanos();
        let nonce = Nonce::from_entropy(nanos.to_le_bytes());
        let signed = merchant_key().sign(&parts, Timestamp::try_from(now - ago).unwrap(), &nonce).unwrap();
        let headers = format!(
            "Authorization: {}\r\nX-Merch-Id: {MERCHANT}\r\nContent-Type: application/json\r\nX-Emulator-Fault: {faults}",
            signed.to_header()
        );
        http(&self.text("http"), "POST", path, &headers, body)
    }

    /// Asks the control port.
    pub(crate) fn control(&self, method: &str, path: &str, body: &str) -> (u16, Value) {
        let headers = format!("Authorization: Bearer {}", self.text("control_token"));
        let answer = http(&self.text("control"), method, path, &headers, body);
        (answer.status, serde_json::from_str(&answer.body).unwrap())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        let _killed = self.child.kill();
        let _reaped = self.child.wait();
    }
}

pub(crate) fn merchant_key() -> SigningKey {
    let pem = include_str!("../../../paykka-sign/testdata/merchant-2048.private.pem");
    SigningKey::from_bytes("K001", pem).unwrap()
}

/// Arguments that register the merchant with its key, which is written into the folder.
pub(crate) fn merchant_in(folder: &Path) -> Vec<String> {
    let file = folder.join("merchant.public.pem");
    fs::write(&file, merchant_key().public_key()).unwrap();
    let account = format!("{MERCHANT}:USD:1000");
    let payee = format!("{MERCHANT}:B1:USD");
    let words =
        ["--merchant", MERCHANT, "--merchant-key-id", "K001", "--merchant-key", file.to_str().unwrap()];
    words.into_iter().chain(["--account", &account, "--payee", &payee]).map(str::to_owned).collect()
}

/// What came, with the names of its headers as they were written.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

fn http(base: &str, method: &str, path: &str, headers: &str, body: &str) -> Answer {
    let address = base.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    // One that hangs fails the test.
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let length = body.len();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n\r\n{body}"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Answer { status, head: head.to_owned(), body: body.to_owned() }
}
