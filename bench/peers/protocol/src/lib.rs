//! The lines that the runner and a peer written in Rust exchange. Peers in other languages speak the same, each in its own few
//! lines; `bench/peers/README.md` has the whole of it.
//!
//! One process a peer lives through all rounds, so that a language with a compiler at run time is measured warm, and starting
//! isn't measured at all.

use std::hint::black_box;
use std::io::{BufRead, Write};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// How far a message's time may be off, as the project's own receivers have it.
pub const TOLERANCE: Duration = Duration::from_secs(300);

/// What a peer is started with, in this order on its command line.
#[derive(Debug, Clone)]
pub struct Setup {
    pub private_key: Vec<u8>,
    pub public_key: Vec<u8>,
    pub body: Vec<u8>,
    pub path: String,
    pub merchant: String,
    pub key_id: String,
}

impl Setup {
    /// From the words behind the program's name.
    ///
    /// # Panics
    /// If a word is missing or a file can't be read: the runner made both.
    #[must_use]
    pub fn from_words(words: &[String]) -> Self {
        let [private_key, public_key, body, path, merchant, key_id] = words else {
            panic!("six words are wanted: PRIVATE_KEY PUBLIC_KEY BODY PATH MERCHANT KEY_ID")
        };
        let read = |file: &String| std::fs::read(file).unwrap_or_else(|error| panic!("{file}: {error}"));
        Self {
            private_key: read(private_key),
            public_key: read(public_key),
            body: read(body),
            path: path.clone(),
            merchant: merchant.clone(),
            key_id: key_id.clone(),
        }
    }
}

/// A peer that signs and verifies.
pub trait Crypto {
    /// The whole job: string, signature, Base64, JSON, percent encoding, with the time of now and a fresh nonce.
    fn header(&self) -> String;
    /// The whole job: from the header's text and the body to the verdict, the time included.
    fn is_genuine(&self, header: &str) -> bool;
    /// The library's own signature over the same bytes: the floor.
    fn bare_sign(&self);
    /// The library's own verification of them.
    fn bare_verify(&self);
    /// For what one peer alone can do.
    fn other(&mut self, _words: &[&str]) -> Option<String> {
        None
    }
}

/// Answers the runner until it closes standard input.
///
/// # Panics
/// If the runner has gone.
pub fn serve_crypto(peer: &mut impl Crypto) {
    answer_lines(|words| match words {
        ["header"] => peer.header(),
        ["judge", header] => verdict(peer.is_genuine(header)).to_owned(),
        ["sign", count] => seconds(count, || drop(black_box(peer.header()))),
        ["verify", count, header] => seconds(count, || assert!(peer.is_genuine(black_box(header)))),
        ["bare-sign", count] => seconds(count, || peer.bare_sign()),
        ["bare-verify", count] => seconds(count, || peer.bare_verify()),
        other => peer.other(other).unwrap_or_else(|| "unknown".into()),
    });
}

/// One line in, one line out.
///
/// # Panics
/// If the runner has gone.
pub fn answer_lines(mut answer: impl FnMut(&[&str]) -> String) {
    let mut out = std::io::stdout();
    for line in std::io::stdin().lock().lines() {
        let line = line.expect("a line of the runner");
        let words: Vec<&str> = line.split_whitespace().collect();
        writeln!(out, "{}", answer(&words)).expect("the runner listens");
        out.flush().expect("the runner listens");
    }
}

#[must_use]
pub const fn verdict(is_genuine: bool) -> &'static str {
    if is_genuine { "genuine" } else { "refused" }
}

/// The time that so many take.
///
/// # Panics
/// If `count` isn't a number.
pub fn seconds(count: &str, mut once: impl FnMut()) -> String {
    let count: u64 = count.parse().expect("a count");
    let start = Instant::now();
    for _ in 0..count {
        once();
    }
    format!("{:.9}", start.elapsed().as_secs_f64())
}

/// What a load of calls came to: the time for all, and the half and the hundredth of the latencies, in microseconds.
#[must_use]
pub fn load_line(elapsed: Duration, mut latencies: Vec<Duration>) -> String {
    latencies.sort_unstable();
    let at = |share: f64| {
        let index = ((latencies.len() as f64 - 1.0) * share).round() as usize;
        latencies.get(index).copied().unwrap_or_default().as_secs_f64() * 1e6
    };
    format!("{:.9} {:.1} {:.1}", elapsed.as_secs_f64(), at(0.5), at(0.99))
}

/// Unix time in milliseconds.
///
/// # Panics
/// If the clock stands before 1970.
#[must_use]
pub fn now_millis() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock after 1970");
    u64::try_from(since.as_millis()).expect("milliseconds that fit")
}
