//! Signed and verified calls over TLS with kept connections, to one neutral server on another core.

use std::ffi::OsString;

use crate::Wanted;
use crate::making::{Entry, Made, Start};
use crate::materials::{Materials, PATH};
use crate::peer::{Cores, Peer, in_turns};
use crate::report::{Load, Missing};

/// How many are in flight, and how many calls that takes.
const LEVELS: [(usize, usize); 4] = [(1, 400), (16, 1_600), (64, 1_600), (256, 2_560)];

pub(crate) fn rounds(wanted: &Wanted) -> usize {
    wanted.rounds.unwrap_or(7)
}

pub(crate) fn measure(
    made: &Made,
    materials: &Materials,
    cores: Cores,
    wanted: &Wanted,
) -> Result<(Vec<Load>, Vec<Missing>), String> {
    let levels = LEVELS.map(|(in_flight, count)| (in_flight, whole(wanted.count(count), in_flight)));
    let mut server = Server::start(made, materials, cores)?;
    let (mut peers, mut missing) = (Vec::new(), Vec::new());
    for entry in &made.call {
        eprintln!("proving and warming {}", entry.name);
        let proved = server.proved(entry, cores).and_then(|mut peer| {
            let count = whole(wanted.count(3_000), 64);
            server.prepare(count)?;
            peer.ask(&format!("load 64 {count}")).map(|_| peer)
        });
        match proved {
            Ok(peer) => peers.push((entry, peer)),
            Err(why) => missing.push(Missing { part: "call".into(), peer: entry.name.clone(), why }),
        }
    }
    let mut loads: Vec<Load> = peers
        .iter()
        .flat_map(|(entry, _)| {
            levels.map(|(in_flight, _)| Load {
                peer: entry.name.clone(),
                library: entry.library.into(),
                is_ours: entry.is_ours,
                in_flight,
                ..Load::default()
            })
        })
        .collect();
    let all = levels.iter().map(|(_, count)| count).sum();
    let mut prepared = None;
    in_turns(rounds(wanted), peers.len(), |round, turn| {
        if prepared != Some(round) {
            eprintln!("calls: round {} of {}", round + 1, rounds(wanted));
            // Anew for every round, since answers grow old; each peer has each of them once.
            server.prepare(all)?;
            prepared = Some(round);
        }
        server.process.ask("rewind")?;
        let Some((_, peer)) = peers.get_mut(turn) else { return Ok(()) };
        let own = loads.iter_mut().skip(turn * levels.len()).take(levels.len());
        own.zip(levels).try_for_each(|(load, (in_flight, count))| loaded(peer, load, in_flight, count))
    })?;
    for (load, (_, peer)) in loads.chunks_mut(levels.len()).zip(&peers) {
        load.iter_mut().for_each(|load| load.memory = peer.peak_memory());
    }
    Ok((loads, missing))
}

/// One load, noted.
pub(crate) fn loaded(peer: &mut Peer, load: &mut Load, in_flight: usize, count: usize) -> Result<(), String> {
    let before = peer.cpu();
    let said = peer.ask(&format!("load {in_flight} {count}"))?;
    let numbers: Vec<f64> = said.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    let [seconds, p50, p99] = numbers.as_slice() else {
        return Err(format!("{} said `{said}` instead of three numbers", peer.name));
    };
    load.cpu.push((peer.cpu() - before) / count as f64);
    load.rate.push(count as f64 / seconds);
    load.p50.push(*p50);
    load.p99.push(*p99);
    Ok(())
}

/// A count that splits evenly.
pub(crate) fn whole(count: usize, in_flight: usize) -> usize {
    count.div_ceil(in_flight) * in_flight
}

/// The neutral server with what it needs: a signer of answers, and a judge of requests.
pub(crate) struct Server {
    pub(crate) process: Peer,
    pub(crate) words: Vec<OsString>,
    signer: Peer,
    judge: Peer,
    answers: String,
}

impl Server {
    pub(crate) fn start(made: &Made, materials: &Materials, cores: Cores) -> Result<Self, String> {
        let (Some(server), Some(judge)) = (&made.server, &made.judge) else {
            return Err("the neutral server wasn't built".into());
        };
        let files = ["server.pem", "server.key", "answer"].map(|name| materials.file(name).into_os_string());
        let mut process = Peer::start("the neutral server", &Start::of([server]), &files, cores.other)?;
        let port = process.port()?;
        let mut words = materials.words("merchant", "platform", "question", PATH);
        words.push(format!("https://127.0.0.1:{port}").into());
        words.push(materials.file("ca.pem").into());
        let judge = Start::of([judge]);
        let of = |name, whose, body| {
            Peer::start(name, &judge, &materials.words(whose, whose, body, PATH), cores.other)
        };
        let signer = of("the signer of answers", "platform", "answer")?;
        let judge = of("the judge of requests", "merchant", "question")?;
        let answers = materials.file("answers").display().to_string();
        Ok(Self { process, words, signer, judge, answers })
    }

    /// So many answers, signed now.
    pub(crate) fn prepare(&mut self, count: usize) -> Result<(), String> {
        self.signer.ask(&format!("answers {count} {}", self.answers))?;
        self.process.ask(&format!("answers {}", self.answers)).map(drop)
    }

    /// Starts a peer and believes it: its request is genuine, and it takes genuine answers alone.
    pub(crate) fn proved(&mut self, entry: &Entry, cores: Cores) -> Result<Peer, String> {
        let mut peer = Peer::start(&entry.name, &entry.start, &self.words, cores.measured)?;
        self.prepare(2)?;
        if peer.ask("probe")? != "genuine" {
            return Err("it refuses a genuine answer".into());
        }
        let request = self.process.ask("last")?;
        if self.judge.ask(&format!("judge {request}"))? != "genuine" {
            return Err("its request isn't genuine".into());
        }
        self.process.ask("damaged")?;
        let said = peer.ask("probe")?;
        self.process.ask("whole")?;
        if said == "refused" {
            Ok(peer)
        } else {
            Err("it takes an answer whose body isn't the signed one".into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_count_splits_evenly() {
        for (in_flight, count) in LEVELS {
            assert_eq!(count % in_flight, 0);
        }
        assert_eq!(whole(1, 64), 64);
        assert_eq!(whole(65, 64), 128);
    }
}
