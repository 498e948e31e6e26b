//! Builds the peers, lets each prove its work, measures them in turns, and writes `docs/benchmarks.md` with its charts and raw
//! figures. `cargo xtask bench peers` starts it; `bench/peers/README.md` says what a peer is.

mod aims;
mod boundary;
mod call;
mod chart;
mod counted;
mod crypto;
mod growth;
mod guard;
mod loader;
mod machine;
mod making;
mod materials;
mod page;
mod peer;
mod places;
mod report;
mod webhook;

use std::process::ExitCode;

use crate::machine::Machine;
use crate::making::{Made, Want};
use crate::materials::Materials;
use crate::peer::Cores;
use crate::report::Report;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match wanted(&words).and_then(|wanted| run(&wanted)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(problem) => {
            eprintln!("error: {problem}");
            ExitCode::FAILURE
        }
    }
}

/// What the command line asks for.
#[derive(Debug, Default)]
pub(crate) struct Wanted {
    pub(crate) quick: bool,
    accept: bool,
    only: Vec<String>,
    /// For a try: as many rounds instead of the usual number.
    pub(crate) rounds: Option<usize>,
    /// For a try: a hundredth of each count.
    pub(crate) tiny: bool,
}

impl Wanted {
    fn wants(&self, part: &str) -> bool {
        // Whole builds of every crate take longer than all the rest, so they are made when they are named alone.
        if self.only.is_empty() { part != "builds" } else { self.only.iter().any(|only| only == part) }
    }

    pub(crate) fn rounds(&self) -> usize {
        self.rounds.unwrap_or(if self.quick { 5 } else { 9 })
    }

    pub(crate) fn count(&self, usual: usize) -> usize {
        if self.tiny { usual / 100 + 1 } else { usual }
    }
}

const PARTS: [&str; 6] = ["crypto", "counted", "call", "webhook", "growth", "builds"];

fn wanted(words: &[String]) -> Result<Wanted, String> {
    let mut wanted = Wanted::default();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--quick" => wanted.quick = true,
            "--accept" => wanted.accept = true,
            "--tiny" => wanted.tiny = true,
            "--rounds" => {
                let number = words.next().and_then(|number| number.parse().ok()).filter(|number| *number > 0);
                wanted.rounds = Some(number.ok_or("`--rounds` takes a number above 0")?);
            }
            "--only" => {
                let parts = words.next().ok_or("`--only` takes parts, with commas between them")?;
                for part in parts.split(',') {
                    if !PARTS.contains(&part) {
                        return Err(format!("there is no part `{part}`; there are {}", PARTS.join(", ")));
                    }
                    wanted.only.push(part.into());
                }
            }
            other => return Err(format!("`{other}` isn't understood")),
        }
    }
    Ok(wanted)
}

/// Whether every guard held.
fn run(wanted: &Wanted) -> Result<bool, String> {
    if wanted.quick {
        return quick(wanted);
    }
    let mut report = Report::read()?;
    let started = Machine::start()?;
    let want = |part| wanted.wants(part);
    let made = making::make(&Want {
        crypto: want("crypto"),
        http: want("call") || want("webhook"),
        growth: want("growth"),
        counted: want("counted"),
    })?;
    // Whole builds take all cores, so they come before this process keeps to one.
    if want("builds") {
        let figures = growth::builds()?;
        report.builds = Some(made.part("builds", &started, Vec::new(), 1, figures));
    }
    let cores = Cores::keep_apart()?;
    let materials = Materials::make()?;
    // Each part as soon as it's measured: what comes later may fail.
    if want("crypto") {
        let (figures, missing) = crypto::measure(&made, &materials, cores, wanted)?;
        report.crypto = Some(made.part("crypto", &started, missing, wanted.rounds(), figures));
        report.write()?;
    }
    if want("call") {
        let (figures, missing) = call::measure(&made, &materials, cores, wanted)?;
        report.call = Some(made.part("call", &started, missing, call::rounds(wanted), figures));
        report.write()?;
    }
    if want("webhook") {
        let (figures, missing) = webhook::measure(&made, &materials, cores, wanted)?;
        report.webhook = Some(made.part("webhook", &started, missing, call::rounds(wanted), figures));
        report.write()?;
    }
    if want("growth") {
        let figures = growth::measure(&made, &materials, cores, wanted)?;
        report.growth = Some(made.part("growth", &started, Vec::new(), growth::rounds(wanted), figures));
    }
    let held = if want("counted") { counted_holds(&made, &materials, wanted)? } else { true };
    report.write()?;
    println!("{} is written", places::page().display());
    Ok(held)
}

/// Signing, verifying and counted instructions, with generous bounds; nothing is written.
fn quick(wanted: &Wanted) -> Result<bool, String> {
    let made = making::make(&Want { crypto: true, http: false, growth: false, counted: true })?;
    for missing in &made.missing {
        println!("left out: {missing}");
    }
    let cores = Cores::keep_apart()?;
    let materials = Materials::make()?;
    let (figures, missing) = crypto::measure(&made, &materials, cores, wanted)?;
    for missing in &missing {
        println!("no figure for {missing}");
    }
    let ratios = guard::ratios_hold(&figures) && missing.is_empty();
    Ok(counted_holds(&made, &materials, wanted)? && ratios)
}

fn counted_holds(made: &Made, materials: &Materials, wanted: &Wanted) -> Result<bool, String> {
    let Some(program) = &made.counted else {
        println!("instructions aren't counted: valgrind is missing; `apt-get install valgrind` brings it");
        return Ok(!making::all_are_required());
    };
    let counts = counted::count(program, materials)?;
    if wanted.accept { counts.accept().map(|()| true) } else { guard::counts_hold(&counts) }
}
