//! Verified notifications through each language's usual server, from a loader on another core that has them signed beforehand.

use crate::Wanted;
use crate::call::{rounds, whole};
use crate::loader;
use crate::making::{Entry, Made, Start};
use crate::materials::{Materials, NOTIFICATIONS};
use crate::peer::{Cores, Peer, in_turns};
use crate::report::{Load, Missing};

const CONNECTIONS: usize = 64;

pub(crate) fn measure(
    made: &Made,
    materials: &Materials,
    cores: Cores,
    wanted: &Wanted,
) -> Result<(Vec<Load>, Vec<Missing>), String> {
    let count = whole(wanted.count(6_400), CONNECTIONS);
    let words = materials.words("platform", "platform", "kilobyte", NOTIFICATIONS);
    let signer = Start::of(made.judge.as_ref());
    let mut signer = Signer {
        process: Peer::start("the signer of notifications", &signer, &words, cores.other)?,
        file: materials.file("notifications").display().to_string(),
    };
    let (mut peers, mut missing) = (Vec::new(), Vec::new());
    for entry in &made.webhook {
        eprintln!("proving and warming {}", entry.name);
        match proved(entry, &words, cores, &mut signer, count) {
            Ok(peer) => peers.push((entry, peer)),
            Err(why) => missing.push(Missing { part: "webhook".into(), peer: entry.name.clone(), why }),
        }
    }
    let load = |entry: &Entry| Load {
        peer: entry.name.clone(),
        library: entry.library.into(),
        is_ours: entry.is_ours,
        in_flight: CONNECTIONS,
        ..Load::default()
    };
    let mut loads: Vec<Load> = peers.iter().map(|(entry, _)| load(entry)).collect();
    let (mut prepared, mut notifications) = (None, Vec::new());
    in_turns(rounds(wanted), peers.len(), |round, turn| {
        if prepared != Some(round) {
            eprintln!("notifications: round {} of {}", round + 1, rounds(wanted));
            // New ones for every round: who had them before would answer without handling them.
            notifications = signer.signed(count)?;
            prepared = Some(round);
        }
        let (Some((_, (peer, port))), Some(load)) = (peers.get(turn), loads.get_mut(turn)) else {
            return Ok(());
        };
        let before = peer.cpu();
        let done = loader::post(*port, &notifications, CONNECTIONS)?;
        if done.accepted != notifications.len() {
            return Err(format!("{} took {} of {count} notifications", peer.name, done.accepted));
        }
        load.cpu.push((peer.cpu() - before) / count as f64);
        load.rate.push(count as f64 / done.seconds);
        load.p50.push(done.at(0.5));
        load.p99.push(done.at(0.99));
        Ok(())
    })?;
    for (load, (_, (peer, _))) in loads.iter_mut().zip(&peers) {
        load.memory = peer.peak_memory();
    }
    Ok((loads, missing))
}

struct Signer {
    process: Peer,
    file: String,
}

impl Signer {
    /// Whole requests.
    fn signed(&mut self, count: usize) -> Result<Vec<Vec<u8>>, String> {
        self.process.ask(&format!("notifications {count} {}", self.file))?;
        let text = std::fs::read_to_string(&self.file).map_err(|error| format!("{}: {error}", self.file))?;
        let requests = text.lines().filter_map(|line| line.split_once(' '));
        Ok(requests.map(|(header, body)| loader::request(header, body)).collect())
    }
}

/// It takes a notification, and refuses it with another body; then it's warmed. The process and its port.
fn proved(
    entry: &Entry,
    words: &[std::ffi::OsString],
    cores: Cores,
    signer: &mut Signer,
    count: usize,
) -> Result<(Peer, u16), String> {
    let mut peer = Peer::start(&entry.name, &entry.start, words, cores.measured)?;
    let port = peer.port()?;
    let genuine = signer.signed(1)?;
    let text = String::from_utf8_lossy(genuine.first().map_or(&[][..], Vec::as_slice)).into_owned();
    let forged = vec![text.replace("SUCCESS", "FAILURE").into_bytes()];
    if loader::post(port, &forged, 1)?.accepted != 0 {
        return Err("it takes a notification whose body isn't the signed one".into());
    }
    if loader::post(port, &genuine, 1)?.accepted != 1 {
        return Err("it refuses a genuine notification".into());
    }
    let warming = signer.signed(count)?;
    loader::post(port, &warming, CONNECTIONS)?;
    Ok((peer, port))
}
