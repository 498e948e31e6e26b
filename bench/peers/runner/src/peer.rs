//! A peer's process: kept to one core, asked line by line, and watched from outside, so that CPU and memory mean the same for
//! every language.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use crate::making::Start;

/// The core of the peer that is measured, and that of everything else: this program, the neutral server.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cores {
    pub(crate) measured: usize,
    pub(crate) other: usize,
}

impl Cores {
    /// Keeps this process to the other core, too.
    pub(crate) fn keep_apart() -> Result<Self, String> {
        let count = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let cores = Self { measured: count - 1, other: 0 };
        if count == 1 {
            eprintln!("warning: there is one core alone, so who is measured shares it");
        }
        let own = std::process::id().to_string();
        let mut taskset = Command::new("taskset");
        let kept = taskset.args(["-acp", &cores.other.to_string(), &own]).stdout(Stdio::null()).status();
        match kept {
            Ok(status) if status.success() => Ok(cores),
            _ => {
                Err("`taskset` doesn't keep this process to a core; it comes with Debian's util-linux".into())
            }
        }
    }
}

pub(crate) struct Peer {
    pub(crate) name: String,
    child: Child,
    stdin: ChildStdin,
    lines: Receiver<String>,
}

impl Peer {
    pub(crate) fn start(name: &str, start: &Start, words: &[OsString], core: usize) -> Result<Self, String> {
        // A thousand connections are more than a process may have open by default.
        let mut command = Command::new("prlimit");
        command
            .args(["--nofile=4096:", "taskset", "-c", &core.to_string()])
            .args(&start.words)
            .args(words)
            .envs(&start.variables);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().map_err(|error| format!("{name} can't be started: {error}"))?;
        let (Some(stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(format!("{name} has no pipes"));
        };
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        Ok(Self { name: name.into(), child, stdin, lines })
    }

    pub(crate) fn ask(&mut self, line: &str) -> Result<String, String> {
        writeln!(self.stdin, "{line}").map_err(|error| format!("{} has gone: {error}", self.name))?;
        self.hear()
    }

    pub(crate) fn hear(&mut self) -> Result<String, String> {
        let heard = self.lines.recv_timeout(Duration::from_secs(300));
        heard.map_err(|_| format!("{} ended, or said nothing for five minutes", self.name))
    }

    /// Asks for something that takes a number of seconds.
    pub(crate) fn timed(&mut self, line: &str) -> Result<f64, String> {
        let said = self.ask(line)?;
        said.parse().map_err(|_| format!("{} said `{said}` instead of seconds", self.name))
    }

    /// For a server that says its port first.
    pub(crate) fn port(&mut self) -> Result<u16, String> {
        let said = self.hear()?;
        let port = said.strip_prefix("listening ").and_then(|port| port.trim().parse().ok());
        port.ok_or_else(|| format!("{} said `{said}` instead of its port", self.name))
    }

    /// What all its threads have used until now, in seconds. Asked of a peer that has answered: the kernel counts a thread's
    /// time when it stops, so this waits, for a twentieth of a second at most, until nothing is added any more.
    pub(crate) fn cpu(&self) -> f64 {
        let mut before = self.counted();
        for _ in 0..25 {
            std::thread::sleep(Duration::from_millis(2));
            let now = self.counted();
            if now == before {
                break;
            }
            before = now;
        }
        before as f64 / 1e9
    }

    /// Nanoseconds: the sum of its threads is exact but lacks those that have ended, the process's own is in hundredths of a second.
    fn counted(&self) -> u64 {
        self.of_threads().max(self.of_process())
    }

    fn of_process(&self) -> u64 {
        let text = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap_or_default();
        let behind_name = text.rsplit(')').next().unwrap_or_default();
        let ticks =
            behind_name.split_whitespace().skip(11).take(2).filter_map(|word| word.parse::<u64>().ok());
        ticks.sum::<u64>() * 10_000_000
    }

    fn of_threads(&self) -> u64 {
        let Ok(threads) = std::fs::read_dir(format!("/proc/{}/task", self.child.id())) else { return 0 };
        let used = threads.filter_map(|thread| {
            let text = std::fs::read_to_string(thread.ok()?.path().join("schedstat")).ok()?;
            text.split_whitespace().next()?.parse::<u64>().ok()
        });
        used.sum()
    }

    /// The most memory that it ever held, in KiB.
    pub(crate) fn peak_memory(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0.0)
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // Closing its input asks it to end; who doesn't listen is ended.
        let _gone = self.child.kill();
        let _reaped = self.child.wait();
    }
}

/// Asks every peer in turns, beginning with another one each round, so that what else the machine does meets all alike.
pub(crate) fn in_turns(
    rounds: usize,
    count: usize,
    mut ask: impl FnMut(usize, usize) -> Result<(), String>,
) -> Result<(), String> {
    for round in 0..rounds {
        for turn in 0..count {
            ask(round, (round + turn) % count)?;
        }
    }
    Ok(())
}

pub(crate) type Variables = BTreeMap<String, OsString>;
