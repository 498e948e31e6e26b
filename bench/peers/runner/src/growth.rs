//! How our own cost grows with what grows, each with the law that it should keep; and what each crate costs to build.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::Wanted;
use crate::call::{Server, loaded, whole};
use crate::making::{Made, Start};
use crate::materials::{Materials, PATH};
use crate::peer::{Cores, Peer};
use crate::places;
use crate::report::{Build, Curve, Load};

pub(crate) fn rounds(wanted: &Wanted) -> usize {
    wanted.rounds.unwrap_or(5)
}

pub(crate) fn measure(
    made: &Made,
    materials: &Materials,
    cores: Cores,
    wanted: &Wanted,
) -> Result<Vec<Curve>, String> {
    let mut curves = Vec::new();
    for entry in made.crypto.iter().filter(|entry| entry.is_ours && entry.name.starts_with("paykka-sign")) {
        eprintln!("growth: {}", entry.name);
        let words = materials.words("merchant", "merchant", "kilobyte", PATH);
        let mut peer = Peer::start(&entry.name, &entry.start, &words, cores.measured)?;
        curves.extend(bodies(&mut peer, entry.library, wanted)?);
        curves.push(keys(&mut peer, entry.library, wanted)?);
    }
    let program = made.ours_http.as_ref().ok_or("what grows wasn't built")?;
    let growth = Start::of([program.clone().into_os_string(), "growth".into()]);
    let mut peer = Peer::start("what grows", &growth, &[], cores.measured)?;
    curves.push(claims(&mut peer, wanted)?);
    curves.push(lookups(&mut peer, wanted)?);
    curves.push(in_flight(made, materials, cores, wanted)?);
    if let Some(program) = &made.command_line {
        curves.push(cold_start(program, cores, wanted)?);
    }
    Ok(curves)
}

/// Signing and verifying ever longer bodies.
fn bodies(peer: &mut Peer, library: &str, wanted: &Wanted) -> Result<[Curve; 2], String> {
    let curve = |what: &str| Curve {
        what: format!("{what} a body, {library}"),
        x: "bytes of the body".into(),
        y: "µs".into(),
        law: "a constant (RSA) and SHA-256 of each byte; ring: one copy of it, too".into(),
        points: Vec::new(),
    };
    let (mut sign, mut verify) = (curve("signing"), curve("verifying"));
    for bytes in [256, 1 << 10, 16 << 10, 256 << 10, 1 << 20, 10 << 20] {
        peer.ask(&format!("body {bytes}"))?;
        let header = peer.ask("header")?;
        let count = wanted.count(if bytes > 100_000 { 20 } else { 200 });
        sign.points.push((f64::from(bytes), each(peer, &format!("sign {count}"), count, wanted)?));
        verify
            .points
            .push((f64::from(bytes), each(peer, &format!("verify {count} {header}"), count, wanted)?));
    }
    peer.ask("body 1024")?;
    Ok([sign, verify])
}

/// Verifying with ever more keys in the ring.
fn keys(peer: &mut Peer, library: &str, wanted: &Wanted) -> Result<Curve, String> {
    let mut points = Vec::new();
    let header = peer.ask("header")?;
    let count = wanted.count(2_000);
    for keys in [1, 10, 100, 1_000] {
        peer.ask(&format!("keys {keys}"))?;
        points.push((f64::from(keys), each(peer, &format!("verify {count} {header}"), count, wanted)?));
    }
    Ok(Curve {
        what: format!("verifying with a ring of keys, {library}"),
        x: "keys".into(),
        y: "µs".into(),
        law: "the same".into(),
        points,
    })
}

/// Claiming one more notification where so many are remembered.
fn claims(peer: &mut Peer, wanted: &Wanted) -> Result<Curve, String> {
    let count = wanted.count(20_000);
    let mut points = Vec::new();
    for entries in [1_000, 10_000, 100_000, 1_000_000] {
        let entries = wanted.count(entries);
        points.push((entries as f64, each(peer, &format!("claims {entries} {count}"), count, wanted)?));
    }
    Ok(Curve {
        what: "one more claim of a notification".into(),
        x: "claims remembered".into(),
        y: "µs".into(),
        law: "the same, but for the caches of the CPU".into(),
        points,
    })
}

/// Looking codes up in ever larger tables.
fn lookups(peer: &mut Peer, wanted: &Wanted) -> Result<Curve, String> {
    let count = wanted.count(1_000_000);
    let mut points = Vec::new();
    for table in ["currency", "industry", "country", "province_city"] {
        let (mut rows, mut seconds) = (0.0, Vec::new());
        for _ in 0..rounds(wanted) {
            let said = peer.ask(&format!("lookups {table} {count}"))?;
            let numbers: Vec<f64> = said.split_whitespace().filter_map(|word| word.parse().ok()).collect();
            let [number, all] = numbers.as_slice() else { return Err(format!("a lookup said `{said}`")) };
            rows = *number;
            seconds.push(all / count as f64);
        }
        points.push((rows, seconds));
    }
    Ok(Curve {
        what: "looking a code up in a table".into(),
        x: "rows".into(),
        y: "µs".into(),
        law: "the logarithm of the rows".into(),
        points,
    })
}

/// Calls with ever more of them in flight.
fn in_flight(made: &Made, materials: &Materials, cores: Cores, wanted: &Wanted) -> Result<Curve, String> {
    let mut server = Server::start(made, materials, cores)?;
    let entry = made.call.iter().find(|entry| entry.is_ours).ok_or("the client wasn't built")?;
    eprintln!("growth: {}", entry.name);
    let mut peer = server.proved(entry, cores)?;
    let mut points = Vec::new();
    for in_flight in [1, 4, 16, 64, 256, 1_024] {
        let mut load = Load::default();
        let count = whole(wanted.count(1_600), in_flight);
        // The first of each opens connections, which is no part of a call over kept ones.
        for _ in 0..=rounds(wanted).min(3) {
            server.prepare(count)?;
            loaded(&mut peer, &mut load, in_flight, count)?;
        }
        let seconds = load.rate.iter().skip(1).map(|rate| 1.0 / rate).collect();
        points.push((in_flight as f64, seconds));
    }
    Ok(Curve {
        what: format!("the time of all calls by their number, {}", entry.name),
        x: "calls in flight".into(),
        y: "µs".into(),
        law: "less until the core is busy, the same from there".into(),
        points,
    })
}

/// From nothing to a printed line.
fn cold_start(program: &Path, cores: Cores, wanted: &Wanted) -> Result<Curve, String> {
    let mut seconds = Vec::new();
    for _ in 0..wanted.count(40) {
        let mut command = Command::new("taskset");
        command.args(["-c", &cores.measured.to_string()]).arg(program).arg("--version");
        let start = Instant::now();
        let done = command.stdin(Stdio::null()).stdout(Stdio::null()).status();
        done.map_err(|error| format!("{} can't be run: {error}", program.display()))?;
        seconds.push(start.elapsed().as_secs_f64());
    }
    Ok(Curve {
        what: "`paykka --version` from a cold process, with the start of taskset".into(),
        x: "runs".into(),
        y: "µs".into(),
        law: "a few milliseconds: nothing is read or asked before it's needed".into(),
        points: vec![(1.0, seconds)],
    })
}

/// Seconds for one, of each round.
fn each(peer: &mut Peer, question: &str, count: usize, wanted: &Wanted) -> Result<Vec<f64>, String> {
    // The first warms.
    peer.timed(question)?;
    (0..rounds(wanted)).map(|_| Ok(peer.timed(question)? / count as f64)).collect()
}

const PACKAGES: [&str; 8] = [
    "paykka-sign",
    "paykka-model",
    "paykka-transport",
    "paykka-client",
    "paykka-webhook",
    "paykka-inbox",
    "paykka-emulator",
    "paykka-cli",
];

/// Each crate built from nothing for development, as its first user does, with the default features.
pub(crate) fn builds() -> Result<Vec<Build>, String> {
    let target = places::target().join("builds");
    let cargo = || Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    let build = |package: &&str| {
        eprintln!("building {package} from nothing");
        let _nothing_there = std::fs::remove_dir_all(&target);
        let mut build = cargo();
        build.args(["build", "--quiet", "-p", package, "--target-dir"]).arg(&target);
        let start = Instant::now();
        let done = build.status().map_err(|error| format!("cargo: {error}"))?;
        let seconds = start.elapsed().as_secs_f64();
        if !done.success() {
            return Err(format!("{package} can't be built"));
        }
        let mut tree = cargo();
        tree.args(["tree", "--edges", "normal", "--prefix", "none", "--format", "{p}", "-p", package]);
        let tree = tree.output().map_err(|error| format!("cargo tree: {error}"))?;
        let text = String::from_utf8_lossy(&tree.stdout).into_owned();
        let others: std::collections::BTreeSet<&str> =
            text.lines().map(|line| line.trim_end_matches(" (*)")).collect();
        Ok(Build { package: (*package).into(), seconds, dependencies: others.len().saturating_sub(1) })
    };
    let builds = PACKAGES.iter().map(build).collect();
    let _nothing_there = std::fs::remove_dir_all(&target);
    builds
}
