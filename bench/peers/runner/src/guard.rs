//! What may not be lost unseen. The bounds are generous, since a small machine with others on it must not cry wolf; the aims stand
//! on the page.

use crate::counted::Counts;
use crate::report::{Crypto, Speed, median};

/// Prints each ratio; whether all hold.
pub(crate) fn ratios_hold(figures: &Crypto) -> bool {
    let mut holds = true;
    let mut ratio = |name: String, seen: Option<f64>, wanted: f64| {
        // A peer that is missing has been named already.
        let Some(seen) = seen else { return };
        let verdict = if seen >= wanted { "" } else { "  BELOW" };
        println!("{name:<64} {seen:>7.3}  (at least {wanted}){verdict}");
        holds &= seen >= wanted;
    };
    let parts = [
        ("sign", &figures.sign, [("aws-lc-rs", 0.9), ("ring", 0.9)]),
        ("verify", &figures.verify, [("aws-lc-rs", 0.75), ("ring", 0.8)]),
    ];
    for (part, speeds, floors) in parts {
        for (library, wanted) in floors {
            let own = speeds.iter().find(|speed| speed.is_in_rust(library));
            let seen = own.and_then(of_floor);
            ratio(format!("{part}: paykka-sign, {library}, of its floor"), seen, wanted);
        }
        let best =
            speeds.iter().filter(|speed| !speed.is_ours).filter_map(|speed| Some((speed, least(speed)?)));
        let best = best.min_by(|(_, a), (_, b)| a.total_cmp(b));
        let own = speeds.iter().find(|speed| speed.is_in_rust("aws-lc-rs"));
        if let Some((peer, seconds)) = best {
            let seen = own.and_then(least).map(|own| seconds / own);
            ratio(format!("{part}: paykka-sign, aws-lc-rs, of the best peer ({})", peer.peer), seen, 0.8);
        }
        for slow in ["Java", "Go"] {
            let theirs = speeds.iter().find(|speed| speed.library == slow).and_then(least);
            let own = speeds.iter().find(|speed| speed.is_in_rust("ring")).and_then(least);
            let seen = theirs.zip(own).map(|(theirs, own)| theirs / own);
            ratio(format!("{part}: paykka-sign, ring, of {slow}"), seen, 1.2);
        }
    }
    holds
}

/// Whether neither is a tenth above what was accepted.
pub(crate) fn counts_hold(counts: &Counts) -> Result<bool, String> {
    let accepted = Counts::accepted()?;
    let mut holds = true;
    let both = [("header", counts.header, accepted.header), ("verdict", counts.verdict, accepted.verdict)];
    for (what, seen, base) in both {
        let most = base + base / 10;
        let verdict = if seen <= most { "" } else { "  ABOVE" };
        println!(
            "instructions of our own for a {what:<36} {seen:>7}  (at most {most}, {base} accepted){verdict}"
        );
        holds &= seen <= most;
    }
    if !holds && counts.compiler != accepted.compiler {
        println!("accepted with {}, seen with {}", accepted.compiler, counts.compiler);
    }
    if !holds {
        println!("find what grew, or accept it: cargo xtask bench peers --only counted --accept");
    }
    Ok(holds)
}

/// Round by round and of CPU, so that what else the machine does weighs on both alike.
pub(crate) fn of_floor(speed: &Speed) -> Option<f64> {
    let rounds = speed.floor_cpu.iter().zip(&speed.cpu);
    median(&rounds.map(|(floor, whole)| floor / whole).collect::<Vec<_>>())
}

/// Seconds of CPU in the best round: what others took isn't the peer's.
fn least(speed: &Speed) -> Option<f64> {
    speed.cpu.iter().copied().min_by(f64::total_cmp)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(own: f64) -> Crypto {
        let speed = |library: &str, is_ours, whole: f64, floor: f64| Speed {
            peer: library.into(),
            library: library.into(),
            is_ours,
            whole: vec![whole],
            floor: vec![floor],
            cpu: vec![whole],
            floor_cpu: vec![floor],
        };
        let all = vec![speed("aws-lc-rs", true, own, 1.0), speed("Python", false, 1.0, 0.9)];
        Crypto { sign: all.clone(), verify: all, ..Crypto::default() }
    }

    #[test]
    fn a_loss_is_seen_and_noise_is_not() {
        assert!(ratios_hold(&figures(1.05)));
        assert!(!ratios_hold(&figures(1.5)));
    }
}
