//! The transport's fault table, printed: what a network and a server can do to a call, what must come of it by the money
//! rules, and what did.

use crate::tally::Tally;
use crate::{Subcommand, process, test};

pub(crate) const COMMAND: Subcommand = Subcommand {
    name: "faults",
    arguments: "",
    summary: "the transport's fault table, expected and seen",
    help: "\
Makes one call for each fault, effect and kind of connection (TCP, TLS, HTTP/2) against a server on loopback that
fails on command, and prints how many requests it received in full, how often the call was tried, how it
ended, whether its outcome is unknown (`?`), and how long after its deadline it ended, beside what is
expected. The same test is a part of `cargo xtask test`.

The last line says `N passed, N failed, N skipped`, counting cells; the exit status is 1 if one differs.",
    run: |words| {
        crate::nothing_more(words)?;
        let arguments =
            ["test", "-p", "paykka-transport", "--features", "http2", "--test", "it", "--", "--exact", "--nocapture", TABLE];
        let tally = test::counted(&mut process::cargo(&arguments), closing_line);
        println!("{tally}");
        Ok(tally.failed == 0)
    },
};

/// The test that is the table.
const TABLE: &str = "faults::the_table";

/// `341 passed, 3 failed, 0 skipped`: the table's own count.
fn closing_line(line: &str) -> Option<Tally> {
    let mut counts = line
        .trim()
        .split(", ")
        .zip(["passed", "failed", "skipped"])
        .map(|(count, word)| count.strip_suffix(word)?.strip_suffix(' ')?.parse::<u64>().ok());
    let mut next = || counts.next().flatten();
    Some(Tally { passed: next()?, failed: next()?, skipped: next()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_own_count_is_read_and_no_other_line() {
        let tally = Tally { passed: 341, failed: 3, skipped: 0 };
        assert_eq!(closing_line(&tally.to_string()), Some(tally));
        for other in
            ["", "341 passed", "test result: ok. 1 passed; 0 failed", "a passed, b failed, c skipped"]
        {
            assert_eq!(closing_line(other), None, "{other}");
        }
    }
}
