//! What a figure was measured on: without it a figure says nothing.

use std::collections::BTreeMap;
use std::process::{Command, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Machine {
    /// The day, in UTC.
    pub(crate) day: String,
    pub(crate) cpu: String,
    /// Of the CPU's features those on which RSA's speed depends.
    pub(crate) features: Vec<String>,
    pub(crate) cores: usize,
    pub(crate) kernel: String,
    /// The load average over a minute when the run began, and when this part ended.
    pub(crate) load: (f64, f64),
    pub(crate) versions: BTreeMap<String, String>,
}

impl Machine {
    pub(crate) fn start() -> Result<Self, String> {
        let cpu =
            std::fs::read_to_string("/proc/cpuinfo").map_err(|error| format!("/proc/cpuinfo: {error}"))?;
        let field = |name: &str| {
            let line = cpu.lines().find(|line| line.starts_with(name));
            line.and_then(|line| Some(line.split_once(':')?.1.trim().to_owned())).unwrap_or_default()
        };
        let flags = field("flags");
        let features = ["avx2", "adx", "bmi2", "avx512ifma", "sha_ni"];
        let has = |name: &&str| flags.split_whitespace().any(|flag| flag == *name);
        Ok(Self {
            day: day(),
            cpu: field("model name"),
            features: features.iter().filter(|name| has(name)).map(ToString::to_string).collect(),
            cores: std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
            kernel: first_line(Command::new("uname").arg("-sr")).unwrap_or_default(),
            load: (load(), load()),
            versions: BTreeMap::new(),
        })
    }

    pub(crate) fn until_now(&self, versions: &BTreeMap<String, String>) -> Self {
        Self { load: (self.load.0, load()), versions: versions.clone(), ..self.clone() }
    }
}

/// The first line that a program prints.
pub(crate) fn first_line(command: &mut Command) -> Option<String> {
    let done = command.stdin(Stdio::null()).output().ok().filter(|done| done.status.success())?;
    // Java writes its version to the other stream.
    let text = if done.stdout.is_empty() { done.stderr } else { done.stdout };
    Some(String::from_utf8_lossy(&text).lines().next()?.trim().to_owned())
}

fn load() -> f64 {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split_whitespace().next().and_then(|word| word.parse().ok()).unwrap_or(0.0)
}

fn day() -> String {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    date(seconds / 86_400)
}

/// Of the days since 1970-01-01, by counting the years' and months' days off.
fn date(mut days: u64) -> String {
    let is_leap = |year: u64| year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400);
    let mut year = 1970;
    while days >= 365 + u64::from(is_leap(year)) {
        days -= 365 + u64::from(is_leap(year));
        year += 1;
    }
    let february = 28 + u64::from(is_leap(year));
    let mut month = 1;
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        if days < length {
            break;
        }
        days -= length;
        month += 1;
    }
    format!("{year}-{month:02}-{:02}", days + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_named() {
        assert_eq!(date(0), "1970-01-01");
        assert_eq!(date(19_782), "2024-02-29");
        assert_eq!(date(20_453), "2025-12-31");
    }
}
