//! The page: tables with medians and spreads, what they were measured on, who is missing, and how to read them.

use std::fmt::Write;

use crate::aims::{self, Aim};
use crate::boundary;
use crate::chart::{levels, rates};
use crate::guard;
use crate::report::{Build, Crypto, Curve, Floors, Load, Part, Report, Speed, Spread, median};

pub(crate) fn of(report: &Report) -> String {
    let mut page = String::from(HEAD);
    page += AIMS;
    for Aim { what, seen, is_met } in aims::all(report) {
        let _never = writeln!(page, "| {what} | {seen} | {} |", if is_met { "yes" } else { "no" });
    }
    if let Some(part) = &report.crypto {
        page += "\n## Sign\n\nA header for a body of 1 KiB: string to sign, signature, Base64, JSON, percent encoding, with a fresh time and nonce.\n\n";
        page += "![headers a second](benchmarks/sign.svg)\n\n";
        speeds(&mut page, &part.figures.sign, &part.figures, |floors| floors.sign);
        page += "\n## Verify\n\nFrom the header's text and a body of 1 KiB to the verdict, the window of five minutes included.\n\n";
        page += "![verdicts a second](benchmarks/verify.svg)\n\n";
        speeds(&mut page, &part.figures.verify, &part.figures, |floors| floors.verify);
        boundary::table(&mut page, &part.figures);
        measured_on(&mut page, part);
    }
    let crypto = report.crypto.as_ref().map(|part| &part.figures);
    if let Some(part) = &report.call {
        page += CALL;
        for level in levels(&part.figures) {
            let of_level: Vec<&Load> = part.figures.iter().filter(|load| load.in_flight == level).collect();
            let _never =
                write!(page, "\n### {level} in flight\n\n![calls a second](benchmarks/call-{level}.svg)\n\n");
            loads(&mut page, &of_level, crypto, aims::own_of_call);
        }
        measured_on(&mut page, part);
    }
    if let Some(part) = &report.webhook {
        page += WEBHOOK;
        loads(&mut page, &part.figures.iter().collect::<Vec<_>>(), crypto, aims::own_of_notification);
        measured_on(&mut page, part);
    }
    if let Some(part) = &report.growth {
        page += GROWTH;
        part.figures.iter().for_each(|curve| grown(&mut page, curve));
        measured_on(&mut page, part);
    }
    if let Some(part) = &report.builds {
        page += BUILDS;
        for Build { package, seconds, dependencies } in &part.figures {
            let _never = writeln!(page, "| `{package}` | {seconds:.0} s | {dependencies} |");
        }
        measured_on(&mut page, part);
    }
    page
}

const HEAD: &str = "\
# Side by side

What this project costs beside what people would use instead, all of it measured in one run, in turns, each peer in one process that
stays, kept to one core, with its library's bare RSA operation as the floor. `cargo xtask bench peers` writes this page, its charts
and [the raw figures](benchmarks/raw.json), round by round; [`bench/peers`](../bench/peers) has every peer, and says how one proves
its work before it gets a figure.

A figure is a median, with the least and the most of all rounds behind it. Machines are noisy and differ; ratios are what to
compare. Blue in the charts is ours.
";

const AIMS: &str = "
## What is aimed at

| aim | seen | met |
| --- | ---: | --- |
";

const CALL: &str = "
## Call

A signed call over loopback TLS with kept connections, whose answer's signature is verified and kept from being taken twice, and whose
JSON is read. One neutral server, in a process and on a core of its own, gives answers that were signed beforehand. All clients have
one core: where RSA's work could go to other threads, it stays on the one there is. *Own part* is the CPU of a call less the bare
signature and the bare verification of the client's own library (of 1 KiB, as above, though these bodies are shorter).
";

const WEBHOOK: &str = "
## Webhook

A notification of 1 KiB that nobody had before, verified, checked against repeats, and read; 64 kept connections without TLS, from a
loader on another core. *Own part* is the CPU of a notification less the bare verification of the receiver's own library.

![notifications a second](benchmarks/webhook.svg)

";

const GROWTH: &str = "
## Growth

What should stay the same, and what grows, with the law that it should keep. *Slope* is that of a straight line through the medians
on two logarithmic axes: 0 is flat, 1 proportional.

![growth](benchmarks/growth.svg)
";

const BUILDS: &str = "
## Builds

Each crate from nothing for development, with its default features, downloads not counted; and how many packages come with it, its
own siblings included.

| crate | time | packages |
| --- | ---: | ---: |
";

fn speeds(page: &mut String, speeds: &[Speed], all: &Crypto, floor_of: fn(Floors) -> f64) {
    *page += "| peer | a second | least … most | its floor | of its floor | own part |\n| --- | ---: | ---: | ---: | ---: | ---: |\n";
    for speed in sorted(speeds.iter().collect(), |speed| median(&rates(&speed.whole))) {
        let Some(Spread { median: rate, least, most }) = Spread::of(&rates(&speed.whole)) else { continue };
        let floor = all.floors(&speed.library, |speed| &speed.floor).map(floor_of);
        // Round by round and of CPU where it has a floor of its own; the others' is measured in another process.
        let ratio = guard::of_floor(speed).or_else(|| Some(floor? * rate));
        let each: Vec<f64> =
            speed.cpu.iter().zip(&speed.floor_cpu).map(|(whole, floor)| whole - floor).collect();
        let own = median(&each).or_else(|| Some(median(&speed.whole)? - floor?)).map(|own| own * 1e6);
        let _never = writeln!(
            page,
            "| {} | {rate:.0} | {least:.0} … {most:.0} | {} | {} | {} |",
            marked(&speed.peer, speed.is_ours),
            or_dash(floor.map(|floor| format!("{:.0}", 1.0 / floor))),
            or_dash(ratio.map(|ratio| format!("{ratio:.3}"))),
            or_dash(own.map(|own| format!("{own:.1} µs"))),
        );
    }
}

/// CPU beyond the bare RSA.
type OwnPart = fn(&Load, &Crypto) -> Option<f64>;

fn loads(page: &mut String, loads: &[&Load], crypto: Option<&Crypto>, own_part: OwnPart) {
    *page += "| peer | a second | least … most | p50 | p99 | CPU each | bare RSA | own part | memory |\n";
    *page += "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n";
    for load in sorted(loads.to_vec(), |load| median(&load.rate)) {
        let Some(Spread { median: rate, least, most }) = Spread::of(&load.rate) else { continue };
        let own = crypto.and_then(|crypto| own_part(load, crypto));
        let cpu = median(&load.cpu);
        let micros = |seconds: f64| format!("{:.0} µs", seconds * 1e6);
        let millis = |micros: &[f64]| or_dash(median(micros).map(|micros| format!("{:.2} ms", micros / 1e3)));
        let _never = writeln!(
            page,
            "| {} | {rate:.0} | {least:.0} … {most:.0} | {} | {} | {} | {} | {} | {:.0} MiB |",
            marked(&load.peer, load.is_ours),
            millis(&load.p50),
            millis(&load.p99),
            or_dash(cpu.map(micros)),
            or_dash(cpu.zip(own).map(|(cpu, own)| micros(cpu - own))),
            or_dash(own.map(micros)),
            load.memory / 1024.0,
        );
    }
}

fn grown(page: &mut String, curve: &Curve) {
    let points: Vec<(f64, Spread)> =
        curve.points.iter().filter_map(|(x, all)| Some((*x, Spread::of(all)?))).collect();
    let _never = write!(page, "\n**{}**; expected: {}", curve.what, curve.law);
    if let Some(slope) = slope(&points.iter().map(|(x, spread)| (*x, spread.median)).collect::<Vec<_>>()) {
        let _never = write!(page, "; slope {slope:.2}");
    }
    let _never = write!(page, "\n\n| {} | {} | least … most |\n| ---: | ---: | ---: |\n", curve.x, curve.y);
    for (x, Spread { median, least, most }) in points {
        let _never =
            writeln!(page, "| {x:.0} | {:.3} | {:.3} … {:.3} |", median * 1e6, least * 1e6, most * 1e6);
    }
}

/// Of a straight line through the points' logarithms; `None` of fewer than two.
fn slope(points: &[(f64, f64)]) -> Option<f64> {
    let logarithms: Vec<(f64, f64)> = points.iter().map(|(x, y)| (x.ln(), y.ln())).collect();
    let mean = |of: fn(&(f64, f64)) -> f64| logarithms.iter().map(of).sum::<f64>() / logarithms.len() as f64;
    let (middle, height) = (mean(|(x, _)| *x), mean(|(_, y)| *y));
    let rise: f64 = logarithms.iter().map(|(x, y)| (x - middle) * (y - height)).sum();
    let run: f64 = logarithms.iter().map(|(x, _)| (x - middle).powi(2)).sum();
    (points.len() > 1 && run > 0.0).then(|| rise / run)
}

fn measured_on<T>(page: &mut String, part: &Part<T>) {
    let machine = &part.machine;
    let _never = write!(
        page,
        "\nMeasured on {} with {} cores of {} ({}), {}; {} rounds; load average {:.2} before and {:.2} after.",
        machine.day,
        machine.cores,
        machine.cpu,
        machine.features.join(", "),
        machine.kernel,
        part.rounds,
        machine.load.0,
        machine.load.1,
    );
    if !machine.versions.is_empty() {
        let versions: Vec<String> =
            machine.versions.iter().map(|(of, version)| format!("{of}: {version}")).collect();
        let _never = write!(page, " Versions: {}.", versions.join("; "));
    }
    *page += "\n";
    if !part.missing.is_empty() {
        *page += "\nWithout a figure:\n\n";
        for missing in &part.missing {
            let _never = writeln!(page, "- {missing}");
        }
    }
}

/// The highest first; what has no figure last.
fn sorted<T>(mut all: Vec<&T>, figure: impl Fn(&T) -> Option<f64>) -> Vec<&T> {
    all.sort_by(|a, b| figure(b).unwrap_or(0.0).total_cmp(&figure(a).unwrap_or(0.0)));
    all
}

fn marked(peer: &str, is_ours: bool) -> String {
    if is_ours { format!("**{peer}**") } else { peer.into() }
}

fn or_dash(text: Option<String>) -> String {
    text.unwrap_or_else(|| "–".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slope_tells_flat_from_proportional() {
        let line = |law: fn(f64) -> f64| slope(&[1.0, 10.0, 100.0].map(|x| (x, law(x)))).unwrap();
        assert!(line(|_| 5.0).abs() < 1e-9);
        assert!((line(|x| 3.0 * x) - 1.0).abs() < 1e-9);
        assert_eq!(slope(&[(1.0, 1.0)]), None);
    }

    #[test]
    fn a_row_has_its_floor_and_what_is_left() {
        let speed = |whole, floor| Speed {
            peer: "x, aws-lc-rs".into(),
            library: "aws-lc-rs".into(),
            is_ours: true,
            whole: vec![whole],
            floor: vec![floor],
            cpu: vec![whole],
            floor_cpu: vec![floor],
        };
        let all = Crypto {
            sign: vec![speed(0.001, 0.0009)],
            verify: vec![speed(0.0002, 0.0001)],
            ..Crypto::default()
        };
        let mut page = String::new();
        speeds(&mut page, &all.sign, &all, |floors| floors.sign);
        assert!(
            page.ends_with("| **x, aws-lc-rs** | 1000 | 1000 … 1000 | 1111 | 0.900 | 100.0 µs |\n"),
            "{page}"
        );
    }
}
