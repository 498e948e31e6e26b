//! Signing and verifying, each peer in a process that stays, in turns, with its library's bare operation beside it.

use crate::Wanted;
use crate::making::{Entry, Made};
use crate::materials::{Materials, PATH};
use crate::peer::{Cores, Peer, in_turns};
use crate::report::{Crypto, Missing, Speed};

pub(crate) fn measure(
    made: &Made,
    materials: &Materials,
    cores: Cores,
    wanted: &Wanted,
) -> Result<(Crypto, Vec<Missing>), String> {
    let words = materials.words("merchant", "merchant", "kilobyte", PATH);
    let mut judge =
        Peer::start("the judge", &crate::making::Start::of(made.judge.as_ref()), &words, cores.other)?;
    let (mut contestants, mut missing) = (Vec::new(), Vec::new());
    for entry in &made.crypto {
        eprintln!("proving and warming {}", entry.name);
        match Contestant::start(entry, &words, cores, &mut judge, wanted) {
            Ok(contestant) => contestants.push(contestant),
            // Who can't prove its work gets no figure, and everybody learns why.
            Err(why) => missing.push(Missing { part: "crypto".into(), peer: entry.name.clone(), why }),
        }
    }
    let count = contestants.len();
    in_turns(wanted.rounds(), count, |round, turn| {
        if turn == 0 {
            eprintln!("signing and verifying: round {} of {}", round + 1, wanted.rounds());
        }
        contestants.get_mut(turn).map_or(Ok(()), Contestant::run)
    })?;
    let mut figures = Crypto::default();
    for contestant in contestants {
        figures.sign.push(contestant.sign.speed);
        figures.verify.push(contestant.verify.speed);
    }
    Ok((figures, missing))
}

/// A peer that has proved its work, with a header that it verifies again and again.
struct Contestant {
    peer: Peer,
    sign: Task,
    verify: Task,
}

/// One of its two jobs.
struct Task {
    /// What is asked, with `{}` where the number stands.
    whole: String,
    floor: Option<String>,
    /// How many fill a turn.
    count: u64,
    speed: Speed,
}

impl Contestant {
    fn start(
        entry: &Entry,
        words: &[std::ffi::OsString],
        cores: Cores,
        judge: &mut Peer,
        wanted: &Wanted,
    ) -> Result<Self, String> {
        let mut peer = Peer::start(&entry.name, &entry.start, words, cores.measured)?;
        let header = proved(&mut peer, judge)?;
        let task = |whole: String, floor: &str, peer: &mut Peer| {
            // The interface's peers have their library's floor, which is measured elsewhere.
            let has_floor = peer.ask(&format!("{floor} 1"))? != "unknown";
            let speed = Speed {
                peer: entry.name.clone(),
                library: entry.library.into(),
                is_ours: entry.is_ours,
                ..Speed::default()
            };
            let floor = has_floor.then(|| format!("{floor} {{}}"));
            let count = warmed(peer, &whole, wanted)?;
            if let Some(floor) = &floor {
                warmed(peer, floor, wanted)?;
            }
            Ok::<_, String>(Task { whole, floor, count, speed })
        };
        let sign = task("sign {}".into(), "bare-sign", &mut peer)?;
        let verify = task(format!("verify {{}} {header}"), "bare-verify", &mut peer)?;
        Ok(Self { peer, sign, verify })
    }

    fn run(&mut self) -> Result<(), String> {
        for task in [&mut self.sign, &mut self.verify] {
            let each = |seconds: f64| seconds / task.count as f64;
            let before = self.peer.cpu();
            task.speed.whole.push(each(self.peer.timed(&asked(&task.whole, task.count))?));
            task.speed.cpu.push(each(self.peer.cpu() - before));
            if let Some(floor) = &task.floor {
                let before = self.peer.cpu();
                task.speed.floor.push(each(self.peer.timed(&asked(floor, task.count))?));
                task.speed.floor_cpu.push(each(self.peer.cpu() - before));
            }
        }
        Ok(())
    }
}

/// Its header is genuine to the judge; it takes a genuine one, and refuses a damaged signature, another time, and another nonce.
/// Returns a genuine header.
fn proved(peer: &mut Peer, judge: &mut Peer) -> Result<String, String> {
    let header = peer.ask("header")?;
    if judge.ask(&format!("judge {header}"))? != "genuine" {
        return Err("its header isn't genuine".into());
    }
    let genuine = judge.ask("header")?;
    if peer.ask(&format!("judge {genuine}"))? != "genuine" {
        return Err("it refuses a genuine header".into());
    }
    for (what, damaged) in damaged(&genuine) {
        if judge.ask(&format!("judge {damaged}"))? != "refused" {
            return Err(format!("the proof itself is broken: {what} is taken by the judge"));
        }
        if peer.ask(&format!("judge {damaged}"))? != "refused" {
            return Err(format!("it takes a header with {what}"));
        }
    }
    Ok(genuine)
}

/// With one character of a field changed for another.
fn damaged(header: &str) -> Vec<(&'static str, String)> {
    let fields =
        [("a damaged signature", "signature"), ("another time", "timestamp"), ("another nonce", "nonce")];
    let change = |(what, field): (&'static str, &str)| {
        // `"field":"`, percent-encoded.
        let start = header.find(&format!("{field}%22%3A%22"))? + field.len() + "%22%3A%22".len();
        let (head, tail) = header.split_at_checked(start + 9)?;
        let mut rest = tail.chars();
        let changed = if rest.next()? == '7' { '8' } else { '7' };
        Some((what, format!("{head}{changed}{}", rest.as_str())))
    };
    fields.into_iter().filter_map(change).collect()
}

/// Runs it until it's warm; how many fill a turn.
fn warmed(peer: &mut Peer, question: &str, wanted: &Wanted) -> Result<u64, String> {
    let (warm, turn) = if wanted.quick { (0.3, 0.1) } else { (1.5, 0.3) };
    let scale = if wanted.tiny { 0.02 } else { 1.0 };
    let (mut count, mut spent) = (1_u64, 0.0);
    loop {
        let seconds = peer.timed(&asked(question, count))?;
        spent += seconds;
        if spent >= warm * scale {
            let fitting = turn * scale * count as f64 / seconds.max(1e-9);
            return Ok((fitting as u64).max(1));
        }
        count = (count * 2).min(100_000);
    }
}

fn asked(question: &str, count: u64) -> String {
    question.replacen("{}", &count.to_string(), 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_headers_are_damaged_each_in_its_own_field() {
        let header = "%7B%22timestamp%22%3A%221701732359000%22%2C%22nonce%22%3A%22a1B2c3D4e5F6%22%2C%22signature%22%3A%22RRJGF6OVLBI%22%7D";
        let all = damaged(header);
        assert_eq!(all.len(), 3);
        for (what, damaged) in all {
            assert_eq!(damaged.len(), header.len(), "{what}");
            assert_eq!(damaged.bytes().zip(header.bytes()).filter(|(a, b)| a != b).count(), 1, "{what}");
        }
    }
}
