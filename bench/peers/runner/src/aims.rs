//! What this project means to reach beside the peers, and whether this run reached it. Not a guard: a page that says `no` is more
//! use than one that isn't written.

use crate::boundary;
use crate::chart::{levels, rates};
use crate::guard::of_floor;
use crate::report::{Crypto, Load, Report, Speed, Spread, median};

pub(crate) struct Aim {
    pub(crate) what: String,
    pub(crate) seen: String,
    pub(crate) is_met: bool,
}

pub(crate) fn all(report: &Report) -> Vec<Aim> {
    let mut aims = Vec::new();
    let crypto = report.crypto.as_ref().map(|part| &part.figures);
    if let Some(crypto) = crypto {
        for (part, speeds) in [("sign", &crypto.sign), ("verify", &crypto.verify)] {
            aims.extend(of_speeds(part, speeds));
        }
        aims.extend(boundary::aims(crypto));
    }
    if let Some(part) = &report.call {
        for level in levels(&part.figures) {
            let loads: Vec<&Load> = part.figures.iter().filter(|load| load.in_flight == level).collect();
            aims.extend(of_loads(&format!("call, {level} in flight"), &loads, |load| {
                own_of_call(load, crypto?)
            }));
        }
    }
    if let Some(part) = &report.webhook {
        let loads: Vec<&Load> = part.figures.iter().collect();
        aims.extend(of_loads("webhook", &loads, |load| own_of_notification(load, crypto?)));
    }
    aims
}

/// CPU beyond the bare RSA, in seconds.
pub(crate) fn own_of_call(load: &Load, crypto: &Crypto) -> Option<f64> {
    let floors = crypto.floors(&load.library, |speed| &speed.floor_cpu)?;
    Some(median(&load.cpu)? - floors.sign - floors.verify)
}

pub(crate) fn own_of_notification(load: &Load, crypto: &Crypto) -> Option<f64> {
    Some(median(&load.cpu)? - crypto.floors(&load.library, |speed| &speed.floor_cpu)?.verify)
}

fn of_speeds(part: &str, speeds: &[Speed]) -> Vec<Aim> {
    let mut aims = Vec::new();
    let rate = |speed: &Speed| Spread::of(&rates(&speed.whole));
    let own = |library: &str| speeds.iter().find(|speed| speed.is_in_rust(library));
    if let Some(ratio) = own("aws-lc-rs").and_then(of_floor) {
        aims.push(at_least(format!("{part}: aws-lc-rs, of its floor"), ratio, 0.97));
    }
    let others = speeds.iter().filter(|speed| !speed.is_ours).filter_map(|speed| Some((speed, rate(speed)?)));
    let best = others.max_by(|(_, a), (_, b)| a.median.total_cmp(&b.median));
    if let Some(((peer, theirs), own)) = best.zip(own("aws-lc-rs").and_then(rate)) {
        aims.push(Aim {
            what: format!("{part}: aws-lc-rs, not below {} by more than the run's spread", peer.peer),
            seen: format!("{:.0} beside {:.0}", own.median, theirs.median),
            is_met: own.most >= theirs.median || own.median >= theirs.least,
        });
    }
    for slow in ["Java", "Go"] {
        let theirs = speeds.iter().find(|speed| speed.library == slow).and_then(rate);
        if let Some((own, theirs)) = own("ring").and_then(rate).zip(theirs) {
            aims.push(at_least(format!("{part}: ring, of {slow}"), own.median / theirs.median, 1.5));
        }
    }
    aims
}

/// With the faster backend.
fn of_loads(part: &str, loads: &[&Load], own_part: impl Fn(&Load) -> Option<f64>) -> Vec<Aim> {
    let mut aims = Vec::new();
    let Some(own) = loads.iter().find(|load| load.is_ours && load.library == "aws-lc-rs") else {
        return aims;
    };
    let others = || loads.iter().filter(|load| !load.is_ours);
    let least = |of: &dyn Fn(&Load) -> Option<f64>, all: &mut dyn Iterator<Item = &&Load>| {
        all.filter_map(|load| Some((load.peer.clone(), of(load)?))).min_by(|(_, a), (_, b)| a.total_cmp(b))
    };
    let mut languages = others().filter(|load| !load.peer.starts_with("Rust"));
    if let Some(((peer, theirs), own)) = least(&own_part, &mut languages).zip(own_part(own)) {
        aims.push(Aim {
            what: format!("{part}: own part, at most half of {peer}'s"),
            seen: format!("{:.0} µs beside {:.0} µs", own * 1e6, theirs * 1e6),
            is_met: own <= theirs / 2.0,
        });
    }
    let slowness = |load: &Load| median(&load.rate).map(|rate| -rate);
    if let Some(((peer, theirs), own)) = least(&slowness, &mut others()).zip(slowness(own)) {
        aims.push(Aim {
            what: format!("{part}: the highest throughput (next: {peer})"),
            seen: format!("{:.0} beside {:.0} a second", -own, -theirs),
            is_met: own <= theirs,
        });
    }
    let p99 = |load: &Load| median(&load.p99);
    if let Some(((peer, theirs), own)) = least(&p99, &mut others()).zip(p99(own)) {
        aims.push(Aim {
            what: format!("{part}: the lowest p99 (next: {peer})"),
            seen: format!("{:.2} ms beside {:.2} ms", own / 1e3, theirs / 1e3),
            is_met: own <= theirs,
        });
    }
    aims
}

fn at_least(what: String, seen: f64, wanted: f64) -> Aim {
    Aim { what: format!("{what}: at least {wanted}"), seen: format!("{seen:.3}"), is_met: seen >= wanted }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_of_the_others_is_what_is_compared_with() {
        let load = |peer: &str, is_ours, rate: f64, cpu: f64| Load {
            peer: peer.into(),
            library: if is_ours { "aws-lc-rs" } else { "other" }.into(),
            is_ours,
            rate: vec![rate],
            p99: vec![1e6 / rate],
            cpu: vec![cpu],
            ..Load::default()
        };
        let all =
            [load("us", true, 10.0, 1.0), load("Node", false, 5.0, 3.0), load("Rust", false, 11.0, 1.1)];
        let aims = of_loads("call", &all.iter().collect::<Vec<_>>(), |load| median(&load.cpu));
        let met: Vec<bool> = aims.iter().map(|aim| aim.is_met).collect();
        assert_eq!(met, [true, false, false]);
        assert!(aims[0].what.contains("Node") && aims[1].what.contains("Rust"));
    }
}
