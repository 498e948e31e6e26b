//! What the way through C costs each language: the whole job through the interface beside the same job in Rust with the same backend.
//!
//! A hundredth of a signature is less than two processes of one program differ by over some seconds, so both work alternately in short
//! slices, and what counts is the difference of neighbours.

use std::fmt::Write;

use crate::aims::Aim;
use crate::report::{Crypto, Speed, Spread, median};

const THROUGH: &str = " through the C interface, ";

/// What a peer is called.
pub(crate) fn peer(language: &str, library: &str) -> String {
    format!("{language}{THROUGH}{library}")
}

pub(crate) fn is_through(peer: &str) -> bool {
    peer.contains(THROUGH)
}

/// One line a language and backend, and one for what the language has of its own.
pub(crate) fn table(page: &mut String, crypto: &Crypto) {
    if crypto.boundary.is_empty() {
        return;
    }
    *page += HEAD;
    for boundary in &crypto.boundary {
        let floor = crypto.floors(&boundary.library, |speed| &speed.floor).map(|floors| floors.sign);
        let cell = |seconds: &[f64]| {
            let Some(Spread { median, .. }) = Spread::of(seconds) else { return "– | –".to_owned() };
            let (lower, upper) = middle_half(seconds);
            let part = floor.map_or("–".into(), |floor| format!("{:.2} %", 100.0 * median / floor));
            format!("{:.1} ({:.1} … {:.1}) µs | {part}", median * 1e6, lower * 1e6, upper * 1e6)
        };
        let (language, library) = (language(&boundary.peer), &boundary.library);
        let _never = writeln!(
            page,
            "| {language}, {library} | {} | {} |",
            cell(&boundary.sign),
            cell(&boundary.verify)
        );
    }
    *page += NATIVE;
    let mut languages: Vec<&str> = crypto.boundary.iter().map(|boundary| language(&boundary.peer)).collect();
    languages.sort_unstable();
    languages.dedup();
    for language in languages {
        for boundary in crypto.boundary.iter().filter(|boundary| self::language(&boundary.peer) == language) {
            let verdict = |speeds: &[Speed]| beside_native(speeds, language, &boundary.peer);
            let _never = writeln!(
                page,
                "| {language}, {} | {} | {} |",
                boundary.library,
                verdict(&crypto.sign),
                verdict(&crypto.verify)
            );
        }
    }
}

const HEAD: &str = "
## What the boundary costs

The whole job through [the C interface](ffi.md), as each language's package does it, less the same job in Rust with the same backend. The
two work alternately in short slices on one core, and this is the median of the differences of neighbours, with the middle half of
them; then as a part of one bare signature of that backend. It holds all that the package does: its checks, its copies, its
clock, and a call for the nonce. Below nothing is what this run can't tell from nothing.

| from | sign | of a signature | verify | of a signature |
| --- | ---: | ---: | ---: | ---: |
";

const NATIVE: &str = "
And whether a language's own way is faster than the way through C: medians of the tables above. Where the two ranges of all rounds
meet, it's said so.

| from | sign | verify |
| --- | --- | --- |
";

/// For C and Python; what other languages cost is told by the table alone.
pub(crate) fn aims(crypto: &Crypto) -> Vec<Aim> {
    let wanted =
        crypto.boundary.iter().filter(|boundary| ["C", "Python"].contains(&language(&boundary.peer)));
    let aims = wanted.flat_map(|boundary| {
        let floor = crypto.floors(&boundary.library, |speed| &speed.floor).map(|floors| floors.sign);
        [("sign", &boundary.sign), ("verify", &boundary.verify)].into_iter().filter_map(
            move |(part, costs)| {
                let of_signature = 100.0 * median(costs)? / floor?;
                let (lower, upper) = middle_half(costs);
                Some(Aim {
                    what: format!("{part}: {}, the boundary at most 1 % of a signature", boundary.peer),
                    // A middle half that reaches beyond the aim tells that the median is near what the machine allows to see.
                    seen: format!(
                        "{of_signature:.2} % ({:.2} … {:.2} %)",
                        100.0 * lower / floor?,
                        100.0 * upper / floor?
                    ),
                    is_met: of_signature <= 1.0,
                })
            },
        )
    });
    aims.collect()
}

fn beside_native(speeds: &[Speed], language: &str, through: &str) -> String {
    let of = |speed: &Speed| Spread::of(&crate::chart::rates(&speed.whole));
    let through = speeds.iter().find(|speed| speed.peer == through).and_then(of);
    let own = format!("{language}, ");
    let native = speeds.iter().find(|speed| !speed.is_ours && speed.peer.starts_with(&own));
    let Some((through, (name, native))) =
        through.zip(native.and_then(|speed| Some((&speed.peer, of(speed)?))))
    else {
        return "no peer of its own".into();
    };
    let (faster, ratio) = if native.median > through.median {
        (name.as_str(), native.median / through.median)
    } else {
        ("through C", through.median / native.median)
    };
    let meet = native.least <= through.most && through.least <= native.most;
    format!("{faster}, {ratio:.2} times{}", if meet { "; ranges meet" } else { "" })
}

fn language(peer: &str) -> &str {
    peer.split(THROUGH).next().unwrap_or(peer)
}

/// From the first quarter to the third; of fewer than four the least and the most.
fn middle_half(values: &[f64]) -> (f64, f64) {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = |index: usize| sorted.get(index).copied().unwrap_or(f64::NAN);
    let quarter = sorted.len() / 4;
    (at(quarter), at(sorted.len().saturating_sub(1 + quarter)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Boundary;

    fn speed(peer: &str, library: &str, whole: f64, floor: &[f64]) -> Speed {
        let is_ours = is_through(peer) || peer.starts_with("paykka");
        let floor = floor.to_vec();
        Speed {
            peer: peer.into(),
            library: library.into(),
            is_ours,
            whole: vec![whole],
            floor,
            ..Speed::default()
        }
    }

    fn crypto(cost: f64) -> Crypto {
        let all = vec![
            speed("paykka-sign, ring", "ring", 0.0012, &[0.001]),
            speed("Python through the C interface, ring", "ring", 0.0012 + cost, &[]),
            speed("Python, cryptography", "Python", 0.0006, &[0.0005]),
        ];
        let peer = peer("Python", "ring");
        let boundary = Boundary { peer, library: "ring".into(), sign: vec![cost], verify: vec![cost] };
        Crypto { sign: all.clone(), verify: all, boundary: vec![boundary] }
    }

    #[test]
    fn a_cost_is_a_part_of_the_backends_bare_signature() {
        let mut page = String::new();
        table(&mut page, &crypto(9e-6));
        assert!(
            page.contains("| Python, ring | 9.0 (9.0 … 9.0) µs | 0.90 % | 9.0 (9.0 … 9.0) µs | 0.90 % |"),
            "{page}"
        );
        assert!(
            page.contains("| Python, ring | Python, cryptography, 2.01 times | Python, cryptography"),
            "{page}"
        );
    }

    #[test]
    fn more_than_a_hundredth_misses_the_aim() {
        assert!(aims(&crypto(9e-6)).iter().all(|aim| aim.is_met));
        assert!(aims(&crypto(11e-6)).iter().all(|aim| !aim.is_met));
        assert_eq!(aims(&crypto(11e-6)).len(), 2);
    }

    #[test]
    fn the_middle_half_leaves_out_a_quarter_at_each_end() {
        let values: Vec<f64> = (1..=8).rev().map(f64::from).collect();
        assert_eq!(middle_half(&values), (3.0, 6.0));
        assert_eq!(middle_half(&[2.0, 1.0]), (1.0, 2.0));
    }
}
