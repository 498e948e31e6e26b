//! Connections on which nothing is ever said, held by another process: this program, started once more.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

/// Holds `ADDRESS COUNT` for the process that is to hold connections.
pub(crate) const TASK: &str = "PAYKKA_HOLD_CONNECTIONS";

/// The process that holds them. It is ended when this is dropped.
pub(crate) struct Holder {
    process: Child,
    says: BufReader<ChildStdout>,
    count: usize,
    since: Instant,
}

impl Holder {
    /// Returns when the connections are there; fewer where the system has no more file descriptors.
    pub(crate) fn start(server: SocketAddr, count: usize) -> Self {
        let program = std::env::current_exe().expect("this program");
        let mut process = Command::new(program)
            .env(OsStr::new(TASK), format!("{server} {count}"))
            .stdout(Stdio::piped())
            .spawn()
            .expect("a process");
        let mut says = BufReader::new(process.stdout.take().expect("its output"));
        let mut line = String::new();
        says.read_line(&mut line).expect("a line");
        let count = line.trim().parse().expect("a number");
        Self { process, says, count, since: Instant::now() }
    }

    pub(crate) const fn count(&self) -> usize {
        self.count
    }

    /// Until the server has closed them all.
    pub(crate) fn wait_until_cut(mut self, patience: Duration) -> Duration {
        let mut line = String::new();
        self.says.read_line(&mut line).expect("a line");
        let took = self.since.elapsed();
        assert!(line.trim() == "cut" && took < patience, "{line} after {took:?}");
        took
    }
}

impl Drop for Holder {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ended = self.process.kill();
        let _status = self.process.wait();
    }
}

/// What the other process does.
pub(crate) fn hold(task: &str) {
    let (server, count) = task.split_once(' ').expect("an address and a number");
    let server: SocketAddr = server.parse().expect("an address");
    let count: usize = count.parse().expect("a number");
    let connections: Vec<TcpStream> = (0..count).map_while(|_| TcpStream::connect(server).ok()).collect();
    say(&connections.len().to_string());
    for mut connection in connections {
        connection.set_read_timeout(Some(Duration::from_secs(30))).expect("an option of TCP");
        // Closed or reset: either is an end.
        let mut rest = Vec::new();
        if connection
            .read_to_end(&mut rest)
            .is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock)
        {
            return say("open");
        }
    }
    say("cut");
}

fn say(text: &str) {
    println!("{text}");
    std::io::stdout().flush().expect("an output");
}
