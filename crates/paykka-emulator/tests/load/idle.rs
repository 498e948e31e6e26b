//! Connections on which nothing is ever said, held by another process: this test program, started once more.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, ChildStderr, Command, Stdio};
use std::time::Duration;

/// What the other process is to do: `ADDRESS COUNT`.
const TASK: &str = "PAYKKA_HOLD_CONNECTIONS";

/// The process that holds them. It is ended when this is dropped.
pub(crate) struct Holder {
    process: Child,
    /// Standard error, since the test runner's own words go to the other.
    says: BufReader<ChildStderr>,
}

impl Holder {
    /// Returns when all of the connections are there. `test` is the one that plays the holder when it is run by itself: it
    /// begins with [`is_played`](Self::is_played).
    pub(crate) fn start(test: &str, server: SocketAddr, count: usize) -> Self {
        let program = std::env::current_exe().unwrap();
        let mut process = Command::new(program)
            .args(["--exact", test])
            .env(TASK, format!("{server} {count}"))
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let says = BufReader::new(process.stderr.take().unwrap());
        let mut holder = Self { process, says };
        holder.expect("open");
        holder
    }

    /// Whether this process is the holder; then it has done what it was to do.
    pub(crate) fn is_played() -> bool {
        let Ok(task) = std::env::var(TASK) else { return false };
        let outcome = hold(&task).unwrap_or_else(|problem| problem);
        say(&outcome);
        true
    }

    /// Until the server has closed them all.
    pub(crate) fn wait_until_cut(mut self) {
        self.expect("cut");
    }

    fn expect(&mut self, word: &str) {
        let mut line = String::new();
        self.says.read_line(&mut line).unwrap();
        assert_eq!(line.trim(), word, "the process that holds the connections");
    }
}

impl Drop for Holder {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ended = self.process.kill();
        let _status = self.process.wait();
    }
}

fn hold(task: &str) -> Result<String, String> {
    let (server, count) = task.split_once(' ').unwrap();
    let (server, count): (SocketAddr, usize) = (server.parse().unwrap(), count.parse().unwrap());
    let connections = connections(server, count)?;
    say("open");
    for mut connection in connections {
        connection.set_read_timeout(Some(PATIENCE)).unwrap();
        // Closed or reset: either is an end.
        let read = connection.read_to_end(&mut Vec::new());
        if read.is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock) {
            return Err(format!("a connection is still open after {PATIENCE:?} without a word"));
        }
    }
    Ok("cut".to_owned())
}

/// Past the test runner, which would keep it to itself until the end.
fn say(line: &str) {
    std::io::stderr().write_all(format!("{line}\n").as_bytes()).unwrap();
}

pub(crate) fn connections(server: SocketAddr, count: usize) -> Result<Vec<TcpStream>, String> {
    let connect = |number: usize| {
        // A server without file descriptors takes no more, and the system's queue fills up.
        TcpStream::connect_timeout(&server, PATIENCE).map_err(|error| {
            format!(
                "{number} of {count} connections were opened, then: {error}; each end needs a file descriptor: \
                 raise the limit with `ulimit -n {}` and start the tests again",
                count * 2
            )
        })
    };
    (0..count).map(connect).collect()
}

/// Three times what the emulator has.
const PATIENCE: Duration = Duration::from_secs(30);
