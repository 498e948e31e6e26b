//! Signing and verifying, each peer in a process that stays, in turns, with its library's bare operation beside it.

use crate::Wanted;
use crate::boundary;
use crate::making::{Entry, Made};
use crate::materials::{Materials, PATH};
use crate::peer::{Cores, Peer, in_turns};
use crate::report::{Boundary, Crypto, Missing, Speed};

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
    // The guard has no bound for what they show.
    let pairs = if wanted.quick { 0 } else { wanted.count(PAIRS) };
    in_turns(wanted.rounds(), count, |round, turn| {
        if turn == 0 {
            eprintln!("signing and verifying: round {} of {}", round + 1, wanted.rounds());
        }
        if let Some(contestant) = contestants.get_mut(turn) {
            contestant.run(&mut judge)?;
        }
        match pair(&mut contestants, turn) {
            Some([through, rust]) => through.run_beside(rust, pairs),
            None => Ok(()),
        }
    })?;
    let mut figures = Crypto::default();
    for contestant in contestants {
        figures.sign.push(contestant.sign.speed);
        figures.verify.push(contestant.verify.speed);
        figures.boundary.extend(contestant.boundary);
    }
    Ok((figures, missing))
}

/// Whoever works through the interface, and Rust with the same backend.
fn pair(contestants: &mut [Contestant], through: usize) -> Option<[&mut Contestant; 2]> {
    let library = contestants.get(through)?.boundary.as_ref()?.library.as_str();
    let rust = contestants.iter().position(|contestant| contestant.sign.speed.is_in_rust(library))?;
    contestants.get_disjoint_mut([through, rust]).ok()
}

/// How often both are compared in a round.
const PAIRS: usize = 20;

/// A peer that has proved its work, with a header that it verifies again and again.
struct Contestant {
    peer: Peer,
    sign: Task,
    verify: Task,
    /// Of one that works through the interface.
    boundary: Option<Boundary>,
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
        let verify = task(verifying(&header), "bare-verify", &mut peer)?;
        let boundary = boundary::is_through(&entry.name).then(|| Boundary {
            peer: entry.name.clone(),
            library: entry.library.into(),
            ..Boundary::default()
        });
        Ok(Self { peer, sign, verify, boundary })
    }

    fn run(&mut self, judge: &mut Peer) -> Result<(), String> {
        // All rounds together take longer than a header is of now.
        self.verify.whole = verifying(&judge.ask("header")?);
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

    /// In short slices, each of them first as often as the other, so that what else the machine does weighs on both alike.
    fn run_beside(&mut self, rust: &mut Self, pairs: usize) -> Result<(), String> {
        let Some(boundary) = &mut self.boundary else { return Ok(()) };
        rust.verify.whole.clone_from(&self.verify.whole);
        let jobs = [
            (&self.sign, &rust.sign, &mut boundary.sign),
            (&self.verify, &rust.verify, &mut boundary.verify),
        ];
        for (through, bare, differences) in jobs {
            for turn in 0..pairs {
                let (theirs, ours);
                if turn % 2 == 0 {
                    theirs = through.slice(&mut self.peer)?;
                    ours = bare.slice(&mut rust.peer)?;
                } else {
                    ours = bare.slice(&mut rust.peer)?;
                    theirs = through.slice(&mut self.peer)?;
                }
                differences.push(theirs - ours);
            }
        }
        Ok(())
    }
}

impl Task {
    /// Seconds for one, of a hundredth of a second. So short that what else the machine does leaves most slices alone; and the
    /// first few aren't counted, since the other one has had the core's caches.
    fn slice(&self, peer: &mut Peer) -> Result<f64, String> {
        let count = (self.count / 30).max(1);
        peer.timed(&asked(&self.whole, count.div_ceil(5)))?;
        Ok(peer.timed(&asked(&self.whole, count))? / count as f64)
    }
}

fn verifying(header: &str) -> String {
    format!("verify {{}} {header}")
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
