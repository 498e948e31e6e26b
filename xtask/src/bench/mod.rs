//! The project beside what people would use instead. What measures, and what is measured, lies in `bench/peers/`, a workspace of its
//! own, so that this one stays light; here is what it needs from outside Rust.

use crate::{Failure, Subcommand, process, python};

pub(crate) const COMMAND: Subcommand = Subcommand {
    name: "bench",
    arguments: "peers [--quick] [--only PARTS] [--rounds N] [--tiny] [--accept]",
    summary: "measures this project beside others' code, and writes docs/benchmarks.md",
    help: "\
`bench peers` builds the peers in bench/peers/ (Rust by hand; Python, Node, Java, Go and PHP by their own means and through our C
interface; C), lets each prove its work, measures them in turns, each on one core, and writes docs/benchmarks.md with charts and raw
figures. What a machine lacks is named and left out, or fails the run with PAYKKA_REQUIRE_ALL=1. A whole run takes twenty minutes,
building not counted; keep the machine quiet.

  --quick       the bench's own tests, then signing, verifying and counted instructions, in three minutes; writes nothing, and
                fails where a ratio is below a generous bound, or our own part is a tenth above
                bench/peers/instructions.json
  --only PARTS  some of crypto, counted, call, webhook, growth and builds, with commas between them; the page keeps
                what was measured before of the others. `builds` compiles each crate from nothing, and is made when it's
                named alone
  --rounds N    another number of rounds
  --tiny        a hundredth of each count, to try the bench itself
  --accept      writes what was counted to bench/peers/instructions.json",
    run: |words| match words.split_first() {
        Some((word, rest)) if word == "peers" => Ok(run(rest)?),
        Some((word, _)) => Err(Failure::Misused(format!("`bench` doesn't know `{word}`; there is `peers`"))),
        None => Err(Failure::Misused("`bench` takes `peers`".into())),
    },
};

/// Whether every guard held.
fn run(words: &[String]) -> Result<bool, String> {
    let target = process::target_folder().join("bench-peers");
    if words.iter().any(|word| word == "--quick") {
        let mut test =
            process::cargo(&["test", "--release", "--quiet", "--manifest-path", MANIFEST, "-p", "runner"]);
        if !process::run(test.arg("--target-dir").arg(&target))? {
            return Err("the bench's own tests fail".into());
        }
    }
    let mut runner = process::cargo(&[
        "run",
        "--release",
        "--quiet",
        "--manifest-path",
        MANIFEST,
        "-p",
        "runner",
        "--target-dir",
    ]);
    runner.arg(target).arg("--").args(words);
    match python::BENCH_PEERS.find_or_install() {
        Ok(interpreter) => runner.env("PAYKKA_BENCH_PYTHON", interpreter),
        Err(lacking) => runner.env("PAYKKA_BENCH_PYTHON_LACKING", lacking),
    };
    process::run(&mut runner)
}

pub(crate) const MANIFEST: &str = "bench/peers/Cargo.toml";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn peers_are_all_that_is_measured() {
        for words in [&[][..], &["peer".to_owned()]] {
            assert!(matches!((COMMAND.run)(words), Err(Failure::Misused(_))), "{words:?}");
        }
    }
}
