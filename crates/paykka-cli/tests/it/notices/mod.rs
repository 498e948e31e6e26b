//! `listen`, `trigger` and `replay` as processes that talk to each other, to the emulator and to receivers of all manners, over
//! real sockets.

mod listen;
mod replay;
mod trigger;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use serde_json::Value;

use crate::desk::Desk;

const MERCHANT: &str = "M24061911365700670";
const PATH: &str = "/paykka/notifications";

/// `paykka listen` as a process that is killed when it is dropped.
struct Listening {
    child: Child,
    out: BufReader<ChildStdout>,
    /// Where it is.
    url: String,
}

impl Listening {
    /// For the platform's key of the desk, as JSON.
    fn start(desk: &Desk, words: &[&str]) -> Self {
        let by_key = ["--public-key-file", "platform.public.pem", "--merchant", MERCHANT];
        Self::started(desk.command(&[&["listen", "--format", "json"], &by_key[..], words].concat()))
    }

    fn started(mut command: Command) -> Self {
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        if line.is_empty() {
            let mut log = String::new();
            child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
            assert_eq!(log, "", "it isn't ready");
        }
        let url = match serde_json::from_str::<Value>(&line) {
            Ok(ready) => ready["url"].as_str().unwrap().to_owned(),
            // People's text.
            Err(_) => {
                line.split(&[' ', ';', '；'][..]).find(|word| word.starts_with("http")).unwrap().to_owned()
            }
        };
        Self { child, out, url }
    }

    /// The next notification that it shows.
    fn next(&mut self) -> Value {
        let mut line = String::new();
        self.out.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap()
    }

    /// Ends it by a signal; what it still had to say comes back, and its standard error.
    fn end(mut self, signal: &str) -> (String, String) {
        let kill = format!("kill -{signal} {}", self.child.id());
        assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
        let (mut out, mut err) = (String::new(), String::new());
        self.out.read_to_string(&mut out).unwrap();
        self.child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
        assert_eq!(self.child.wait().unwrap().code(), Some(0), "{err}");
        (out, err)
    }

    /// The counts by outcome.
    fn counts(self, signal: &str) -> Value {
        let (out, _) = self.end(signal);
        let summary: Value = serde_json::from_str(out.lines().last().unwrap()).unwrap();
        assert_eq!(summary["event"], "summary");
        summary["by_outcome"].clone()
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        // It may have ended already.
        let _killed = self.child.kill();
        let _reaped = self.child.wait();
    }
}

/// A receiver that believes everything, and gives these answers one after another; an empty one is a hang-up.
struct Credulous {
    url: String,
    heard: JoinHandle<Vec<Heard>>,
}

/// A request as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Heard {
    target: String,
    /// In lower case, in order of the alphabet.
    headers: Vec<String>,
    body: Vec<u8>,
}

impl Credulous {
    fn start(answers: &[&str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/hooks", listener.local_addr().unwrap());
        let answers: Vec<String> = answers.iter().map(|answer| (*answer).to_owned()).collect();
        let heard = thread::spawn(move || {
            let hear = |answer: String| {
                let (mut stream, _) = listener.accept().unwrap();
                let heard = Heard::read(&mut stream);
                stream.write_all(answer.as_bytes()).unwrap();
                heard
            };
            answers.into_iter().map(hear).collect()
        });
        Self { url, heard }
    }

    fn heard(self) -> Vec<Heard> {
        self.heard.join().unwrap()
    }
}

impl Heard {
    fn read(stream: &mut TcpStream) -> Self {
        // One that hangs fails the test.
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        let mut reader = BufReader::new(stream);
        let mut lines = Vec::new();
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).unwrap();
            match line.trim_end() {
                "" => break,
                line => lines.push(line.to_owned()),
            }
        }
        let target = lines.remove(0).split(' ').nth(1).unwrap().to_owned();
        let length =
            lines.iter().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
        let mut body = vec![0; length.unwrap_or_default()];
        reader.read_exact(&mut body).unwrap();
        let mut headers: Vec<String> = lines
            .iter()
            .map(|line| {
                line.split_once(':')
                    .map_or_else(String::new, |(name, value)| format!("{}:{value}", name.to_lowercase()))
            })
            .collect();
        headers.sort();
        Self { target, headers, body }
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }
}

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";

/// Posts what is written; the status that comes back.
fn post(url: &str, headers: &str, body: &[u8]) -> u16 {
    let (host, path) = url.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let length = body.len();
    write!(stream, "POST /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n")
        .unwrap();
    stream.write_all(body).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.split(' ').nth(1).unwrap().parse().unwrap()
}

/// `paykka trigger` with the desk's platform key.
fn trigger(desk: &Desk, kind: &str, url: &str, words: &[&str]) -> (i32, Value) {
    let key = ["--private-key-file", "platform.private.pem", "--to", url];
    desk.json(&[&["trigger", kind], &key[..], words].concat())
}
