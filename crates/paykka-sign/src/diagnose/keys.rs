//! Which key made the signature, and by which algorithm.

use base64ct::{Base64, Encoding};
use pkcs8::der::Decode;
use pkcs8::spki::SubjectPublicKeyInfoRef;

use super::search::{Change, Mistake};
use super::{Case, Finding, shown};
use crate::VerifyingKey;
use crate::backend::{self, Scheme};

/// A key at hand, with all the ids under which it stands.
pub(super) struct Known<'c> {
    ids: Vec<&'c str>,
    key: &'c VerifyingKey,
    is_own: bool,
    pkcs1: Vec<u8>,
}

impl<'c> Known<'c> {
    /// The ring's keys, then own ones; each once, in an order that doesn't change from run to run.
    pub(super) fn all(case: &Case<'c>) -> Vec<Self> {
        let mut entries: Vec<_> = case.ring.entries().collect();
        entries.sort_by_key(|(id, _)| *id);
        let ring = entries.into_iter().map(|(id, key)| (id, key, false));
        let own = case.own_keys.iter().map(|key| (None, key, true));
        let mut all: Vec<Self> = Vec::new();
        for (id, key, is_own) in ring.chain(own) {
            match all.iter_mut().find(|known| known.key == key) {
                Some(known) => known.ids.extend(id),
                None => {
                    all.push(Self { ids: id.into_iter().collect(), key, is_own, pkcs1: pkcs1(key) });
                }
            }
        }
        all
    }

    pub(super) fn signature_len(&self) -> usize {
        self.key.bits().div_ceil(8)
    }

    pub(super) fn verify(&self, scheme: Option<Scheme>, message: &[u8], signature: &[u8]) -> bool {
        match scheme {
            None => self.key.verify(message, b"", signature),
            Some(scheme) => backend::verify_as(scheme, &self.pkcs1, message, signature),
        }
    }

    fn describe(&self) -> String {
        let fingerprint = self.key.fingerprint();
        let ids: Vec<String> = self.ids.iter().map(|id| format!("`{}`", shown(id))).collect();
        match ids.as_slice() {
            [] => format!("the key with fingerprint {fingerprint}"),
            _ => format!("the key known as {} (fingerprint {fingerprint})", ids.join(", ")),
        }
    }
}

/// Which key the search begins with, whether the header's id is known, and the mistakes of taking another key.
pub(super) struct Keys<'c> {
    pub(super) first: Option<usize>,
    /// To be reported whatever the search finds, if it isn't reported by then.
    pub(super) unknown_id: Option<Finding>,
    pub(super) mistakes: Vec<Mistake<'c>>,
}

pub(super) fn choose<'c>(all: &[Known<'c>], key_id: &str) -> Keys<'c> {
    let is_named = |known: &Known<'_>| !known.is_own && (known.ids.is_empty() || known.ids.contains(&key_id));
    let named = all.iter().position(is_named);
    let in_ring = all.iter().filter(|known| !known.is_own).count();
    // Where the ring has one key, a wrong id leaves no doubt about which was meant.
    let first = named.or((in_ring == 1).then_some(0));
    let mistakes = all.iter().enumerate().filter(|(index, _)| Some(*index) != first).map(|(index, known)| {
        let finding = match (known.is_own, named) {
            (true, _) => own_key(known),
            (false, Some(_)) => other_key(known, key_id),
            (false, None) => unknown_id(key_id, &format!("the signature is by {}", known.describe())),
        };
        Mistake { weight: 2, finding, change: Change::Key(index) }
    });
    let hint = match first.and_then(|index| all.get(index)) {
        Some(only) => format!("the ring holds {} alone", only.describe()),
        None => format!("the ring holds {in_ring} keys under other ids"),
    };
    let unknown_id = named.is_none().then(|| unknown_id(key_id, &hint));
    Keys { first, unknown_id, mistakes: mistakes.collect() }
}

/// `None` when some key at hand makes signatures of this length.
pub(super) fn wrong_length(all: &[Known<'_>], len: usize) -> Option<Finding> {
    if all.iter().any(|known| known.signature_len() == len) {
        return None;
    }
    let mut bits: Vec<String> = all.iter().map(|known| known.key.bits().to_string()).collect();
    bits.sort();
    bits.dedup();
    let what = format!(
        "the signature has {len} bytes, as of a key of {} bits; the keys at hand have {} bits",
        len.saturating_mul(8),
        bits.join(" and ")
    );
    let fix = "check that the signature isn't cut off and isn't Base64 of something else; then compare the keys' sizes";
    Some(Finding::new("signature-length", what, fix))
}

pub(super) fn algorithms<'c>() -> Vec<Mistake<'c>> {
    let scheme = |weight, code, name: &str, scheme| {
        let what = format!("the signature was made with {name}, not with SHA256withRSA");
        let fix = "sign with RSASSA-PKCS1-v1_5 and SHA-256: `SHA256withRSA`, `RSA-SHA256`, `PKCS1v15` with `SHA256`";
        Mistake::new(weight, code, what, fix, Change::Scheme(scheme))
    };
    vec![
        scheme(2, "algorithm-sha1", "SHA-1 (`SHA1withRSA`)", Scheme::Sha1),
        scheme(2, "algorithm-pss", "RSA-PSS and SHA-256", Scheme::PssSha256),
        scheme(3, "algorithm-sha512", "SHA-512 (`SHA512withRSA`)", Scheme::Sha512),
        scheme(4, "algorithm-sha384", "SHA-384 (`SHA384withRSA`)", Scheme::Sha384),
        scheme(6, "algorithm-pss", "RSA-PSS and SHA-512", Scheme::PssSha512),
        scheme(7, "algorithm-pss", "RSA-PSS and SHA-384", Scheme::PssSha384),
    ]
}

fn own_key(known: &Known<'_>) -> Finding {
    let what =
        format!("the signature is by this side's own key, {}, not by the other side's", known.describe());
    Finding::new(
        "own-key",
        what,
        "check whether own and platform key were swapped in the settings, or whether one's own message came back",
    )
}

fn other_key(known: &Known<'_>, key_id: &str) -> Finding {
    let what =
        format!("the header names key `{}`, but the signature is by {}", shown(key_id), known.describe());
    Finding::new(
        "other-key",
        what,
        "name the id of the key that signs, or sign with the key of that id; check that each key was installed under its own id",
    )
}

fn unknown_id(key_id: &str, hint: &str) -> Finding {
    let what = format!("no key is known under the header's id `{}`; {hint}", shown(key_id));
    Finding::new(
        "key-id-unknown",
        what,
        "install the key of that id, or correct the id in the header or under which the key is installed",
    )
}

/// The key's PKCS#1 DER, out of the PEM text. Empty, and so verifying nothing, if that should ever fail.
fn pkcs1(key: &VerifyingKey) -> Vec<u8> {
    let pem = key.to_pem();
    let base64: String = pem.lines().filter(|line| !line.starts_with("--")).map(str::trim).collect();
    let Ok(der) = Base64::decode_vec(&base64) else { return Vec::new() };
    let Ok(spki) = SubjectPublicKeyInfoRef::from_der(&der) else { return Vec::new() };
    spki.subject_public_key.as_bytes().unwrap_or_default().to_vec()
}
