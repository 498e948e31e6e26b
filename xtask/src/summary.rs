//! Reads the closing lines of test runners. Both are written for people, so what isn't recognised must stand out: a
//! line of another form counts nothing, and the caller takes a run without any count for a failure.

use crate::tally::Tally;

/// `Summary [   0.004s] 3 tests run: 2 passed (1 slow), 1 failed, 4 skipped`; after an early end, `2/9 tests run`.
pub(crate) fn of_nextest(line: &str) -> Option<Tally> {
    let rest = line.trim().strip_prefix("Summary [")?;
    let (_, rest) = rest.split_once("] ")?;
    let (ran, counts) = rest.split_once(" run: ")?;
    let mut tally = Tally::default();
    for item in without_parentheses(counts).split(',') {
        let (number, ended) = item.trim().split_once(' ')?;
        let number: u64 = number.parse().ok()?;
        match ended.trim() {
            "passed" => tally.passed += number,
            "skipped" => tally.skipped += number,
            // `failed`, `exec failed`, `timed out`, and whatever comes: nothing unknown is taken for good.
            _ => tally.failed += number,
        }
    }
    tally.failed += not_run(ran);
    Some(tally)
}

/// `test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 2 filtered out; finished in 0.00s`
pub(crate) fn of_cargo_test(line: &str) -> Option<Tally> {
    let (_, counts) = line.trim().strip_prefix("test result: ")?.split_once(". ")?;
    let mut tally = Tally::default();
    for item in counts.split(';') {
        let Some((Ok(number), ended)) =
            item.trim().split_once(' ').map(|(n, ended)| (n.parse::<u64>(), ended))
        else {
            continue;
        };
        match ended {
            "passed" | "measured" => tally.passed += number,
            "failed" => tally.failed += number,
            "ignored" | "filtered out" => tally.skipped += number,
            _ => {}
        }
    }
    Some(tally)
}

/// `2/9 tests`: seven were left undone.
fn not_run(ran: &str) -> u64 {
    let count = |text: &str| text.trim().parse::<u64>().unwrap_or_default();
    let numbers = ran.split(' ').next().and_then(|numbers| numbers.split_once('/'));
    numbers.map_or(0, |(done, all)| count(all).saturating_sub(count(done)))
}

fn without_parentheses(text: &str) -> String {
    let mut depth = 0_u32;
    text.chars()
        .filter(|c| {
            match c {
                '(' => depth += 1,
                ')' => depth = depth.saturating_sub(1),
                _ => return depth == 0,
            }
            false
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(passed: u64, failed: u64, skipped: u64) -> Option<Tally> {
        Some(Tally { passed, failed, skipped })
    }

    #[test]
    fn nextest_closing_lines() {
        for (line, expected) in [
            ("     Summary [   0.055s] 39 tests run: 39 passed, 0 skipped", tally(39, 0, 0)),
            ("     Summary [   0.055s] 1 test run: 1 passed, 12 skipped", tally(1, 0, 12)),
            (
                "     Summary [   1.2s] 4 tests run: 3 passed (1 slow, 1 flaky), 1 failed, 0 skipped",
                tally(3, 1, 0),
            ),
            ("     Summary [   1.2s] 2/9 tests run: 1 passed, 1 failed, 3 skipped", tally(1, 8, 3)),
            (
                "     Summary [  60.0s] 3 tests run: 1 passed, 1 exec failed, 1 timed out, 0 skipped",
                tally(1, 2, 0),
            ),
            ("     Summary [   0.000s] 0 tests run: 0 passed, 0 skipped", tally(0, 0, 0)),
        ] {
            assert_eq!(of_nextest(line), expected, "{line}");
            assert_eq!(of_cargo_test(line), None);
        }
    }

    #[test]
    fn cargo_test_closing_lines() {
        for (line, expected) in [
            (
                "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 2 filtered out; finished in 0.00s",
                tally(3, 0, 3),
            ),
            (
                "test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.05s",
                tally(3, 2, 0),
            ),
        ] {
            assert_eq!(of_cargo_test(line), expected, "{line}");
            assert_eq!(of_nextest(line), None);
        }
    }

    #[test]
    fn other_lines_count_nothing() {
        for line in
            ["", "Summary", "Summary [   0.055s]", "Summary [1s] tests run: many passed", "running 3 tests"]
        {
            assert_eq!(of_nextest(line).or(of_cargo_test(line)), None, "{line}");
        }
    }
}
