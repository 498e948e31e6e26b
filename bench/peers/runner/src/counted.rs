//! Our own part of a header and of a verdict in instructions: whole less bare operation, both of one run under callgrind. Time
//! depends on who else is on the machine; this number doesn't, so a small loss is seen on a busy one, too.

use std::collections::HashMap;
use std::path::Path;
use std::process::{Command, Stdio};

use serde::{Deserialize, Serialize};

use crate::machine::first_line;
use crate::materials::{KEY_ID, MERCHANT, Materials, PATH, published};
use crate::places;

/// For one header, one verdict, with ring.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Counts {
    pub(crate) header: u64,
    pub(crate) verdict: u64,
    /// With which it was compiled: another one counts differently.
    pub(crate) compiler: String,
}

impl Counts {
    pub(crate) fn accepted() -> Result<Self, String> {
        let file = places::counted();
        let text = std::fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
        serde_json::from_str(&text).map_err(|error| format!("{}: {error}", file.display()))
    }

    pub(crate) fn accept(&self) -> Result<(), String> {
        let text = serde_json::to_string_pretty(self).map_err(|error| format!("the counts: {error}"))?;
        let file = places::counted();
        println!("{} is written: {} and {} instructions", file.display(), self.header, self.verdict);
        std::fs::write(&file, text + "\n").map_err(|error| format!("{}: {error}", file.display()))
    }
}

/// How often the program does each.
const TIMES: u64 = 10;

pub(crate) fn count(program: &Path, materials: &Materials) -> Result<Counts, String> {
    let out = materials.file("callgrind");
    let mut valgrind = Command::new("valgrind");
    valgrind.args(["--tool=callgrind", "--quiet"]).arg(format!("--callgrind-out-file={}", out.display()));
    valgrind.arg(program).arg("count").args([published("private"), published("public")]);
    valgrind.arg(materials.file("kilobyte")).args([PATH, MERCHANT, KEY_ID]);
    let done = valgrind.stdin(Stdio::null()).output().map_err(|error| format!("valgrind: {error}"))?;
    if !done.status.success() {
        return Err(format!("valgrind failed: {}", String::from_utf8_lossy(&done.stderr).trim()));
    }
    let text = std::fs::read_to_string(&out).map_err(|error| format!("{}: {error}", out.display()))?;
    let costs = inclusive(&text);
    let cost = |name: &str| {
        let found = costs.iter().find(|(function, _)| function.ends_with(&format!("::{name}")));
        found.map(|(_, cost)| *cost).ok_or_else(|| format!("callgrind saw no function `{name}`"))
    };
    let own = |whole: &str, bare: &str| Ok::<_, String>(cost(whole)?.saturating_sub(cost(bare)?) / TIMES);
    Ok(Counts {
        header: own("whole_header", "bare_signature")?,
        verdict: own("whole_verdict", "bare_verdict")?,
        compiler: first_line(Command::new("rustc").arg("--version")).unwrap_or_default(),
    })
}

/// By function, what all calls of it cost with everything below. Callgrind names a function once, and has its number afterwards.
fn inclusive(text: &str) -> HashMap<String, u64> {
    let (mut names, mut costs) = (HashMap::new(), HashMap::<&str, u64>::new());
    let (mut called, mut is_cost) = ("", false);
    for line in text.lines() {
        let function = line.strip_prefix("cfn=").or_else(|| line.strip_prefix("fn="));
        if let Some((number, name)) = function.map(|rest| rest.split_once(' ').unwrap_or((rest, ""))) {
            if !name.is_empty() {
                names.insert(number, name);
            }
            called = number;
        } else if line.starts_with("calls=") {
            is_cost = true;
            continue;
        } else if is_cost {
            let cost = line.split_whitespace().nth(1).and_then(|word| word.parse().ok()).unwrap_or(0);
            *costs.entry(called).or_default() += cost;
        }
        is_cost = false;
    }
    let named = |(number, cost)| Some(((*names.get(number)?).to_owned(), cost));
    costs.into_iter().filter_map(named).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_summed_by_the_name_of_what_is_called() {
        let text = "fn=(1) a::main\n0 5\ncfn=(2) a::whole_header\ncalls=10 0\n0 700\n0 40\ncfn=(2)\ncalls=1 0\n0 70\n\n\
                    fn=(2)\n0 80\ncfn=(3) deep\ncalls=10 0\n0 600\n";
        let costs = inclusive(text);
        assert_eq!(costs.get("a::whole_header"), Some(&770));
        assert_eq!(costs.get("deep"), Some(&600));
        assert_eq!(costs.get("a::main"), None);
    }
}
