//! What the platform signs, answers and notifications alike, with the deviations that faults ask for. The ordinary way is
//! paykka-sign's; what it refuses to write (foreign ids, long nonces) is put together here.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use base64ct::{Base64, Encoding};
use paykka_sign::{KeyRing, Nonce, Parts, SIGN_TYPE, Signer, Timestamp, authorize, string_to_sign};

use crate::Error;
use crate::clock::WallClock;
use crate::faults::{Fault, FaultSet};

/// The platform's key and the clock by which it signs.
pub(crate) struct Signing {
    signer: RwLock<Arc<dyn Signer>>,
    stranger: Option<Arc<dyn Signer>>,
    wall: WallClock,
    /// Whether this machine alone is answered. Elsewhere nobody may take for the platform's what anybody could have signed.
    is_on_loopback: bool,
}

/// Where a signature deviates from what it should be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Deviation {
    wrong_key: bool,
    wrong_path: bool,
    stale: bool,
    long_nonce: bool,
    /// Another id than the platform's own.
    key_id: Option<String>,
    escapes: Escapes,
}

/// How the header's JSON is escaped.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Escapes {
    #[default]
    None,
    Gson,
    Php,
}

impl Signing {
    pub(crate) fn new(
        signer: Arc<dyn Signer>,
        stranger: Option<Arc<dyn Signer>>,
        wall: WallClock,
        is_on_loopback: bool,
    ) -> Result<Self, Error> {
        check(&*signer, is_on_loopback)?;
        Ok(Self { signer: RwLock::new(signer), stranger, wall, is_on_loopback })
    }

    /// The value of `Authorization` for a message, signed now with a fresh nonce. `None` where the operating system gives
    /// no randomness, the clock shows no time, or a signer elsewhere fails.
    pub(crate) async fn header(&self, parts: &Parts<'_>, deviation: &Deviation) -> Option<String> {
        let (signer, now) = (self.signer(), self.now()?);
        if *deviation == Deviation::default() {
            return Some(authorize(&*signer, parts, now, &fresh_nonce()?).await.ok()?.to_header());
        }
        self.deviant_header(&*signer, parts, now, deviation).await
    }

    pub(crate) fn signer(&self) -> Arc<dyn Signer> {
        Arc::clone(&self.signer.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Signs with another key from now on.
    pub(crate) fn rotate(&self, signer: Arc<dyn Signer>) -> Result<(), Error> {
        check(&*signer, self.is_on_loopback)?;
        *self.signer.write().unwrap_or_else(PoisonError::into_inner) = signer;
        Ok(())
    }

    /// The time by which signatures are made and judged.
    pub(crate) fn now(&self) -> Option<Timestamp> {
        Timestamp::try_from((self.wall)()).ok()
    }

    async fn deviant_header(
        &self,
        signer: &dyn Signer,
        parts: &Parts<'_>,
        now: Timestamp,
        deviation: &Deviation,
    ) -> Option<String> {
        let nonce = fresh_nonce()?;
        let nonce = if deviation.long_nonce { as_uuid(nonce.as_str()) } else { nonce.as_str().to_owned() };
        let other_path = format!("{}/elsewhere", parts.path);
        let path = if deviation.wrong_path { &other_path } else { parts.path };
        let age = if deviation.stale { STALE } else { Duration::ZERO };
        let age = u64::try_from(age.as_millis()).unwrap_or(u64::MAX);
        let timestamp = Timestamp::from_unix_millis(now.as_unix_millis().saturating_sub(age)).ok()?;
        let string = string_to_sign(&Parts { path, ..*parts }, timestamp, &nonce).ok()?;
        let by = self.stranger.as_deref().filter(|_| deviation.wrong_key);
        let mut signature = by.unwrap_or(signer).sign_string(&string).await.ok()?;
        if deviation.wrong_key && by.is_none() {
            // In the middle, so that the number stays below the modulus.
            let middle = signature.len() / 2;
            signature.get_mut(middle).into_iter().for_each(|byte| *byte ^= 1);
        }
        let key_id = deviation.key_id.as_deref().unwrap_or_else(|| signer.key_id());
        // Ids are visible ASCII, which may hold what JSON escapes.
        let key_id = serde_json::to_string(key_id).ok()?;
        let signature = Base64::encode_string(&signature);
        let json = format!(
            r#"{{"sign_type":"{SIGN_TYPE}","timestamp":"{timestamp}","nonce":"{nonce}","key_id":{key_id},"signature":"{signature}"}}"#
        );
        Some(percent_encoded(&deviation.escapes.of(&json)))
    }
}

impl Deviation {
    /// What the faults say of a signature; `reader` is the key id of who will read it, where there is one.
    pub(crate) fn of(faults: &FaultSet, reader: Option<&str>) -> Self {
        let key_id = if faults.has(Fault::UnknownKeyId) {
            Some("EMU-UNKNOWN-KEY".to_owned())
        } else {
            reader.filter(|_| faults.has(Fault::EchoKeyId)).map(str::to_owned)
        };
        let escapes = match (faults.has(Fault::Gson), faults.has(Fault::Php)) {
            (true, _) => Escapes::Gson,
            (false, true) => Escapes::Php,
            (false, false) => Escapes::None,
        };
        Self {
            wrong_key: faults.has(Fault::WrongKey),
            wrong_path: faults.has(Fault::WrongPath),
            stale: faults.has(Fault::Stale),
            long_nonce: faults.has(Fault::LongNonce),
            key_id,
            escapes,
        }
    }
}

impl Escapes {
    fn of(self, json: &str) -> String {
        match self {
            Self::None => json.to_owned(),
            Self::Gson => json.replace('=', "\\u003d"),
            Self::Php => json.replace('/', "\\/"),
        }
    }
}

/// As merchants' keys are looked at.
fn check(signer: &dyn Signer, is_on_loopback: bool) -> Result<(), Error> {
    let ring = KeyRing::builder().key(signer.key_id(), signer.verifying_key().clone());
    let ring = if is_on_loopback { ring.for_loopback() } else { ring };
    let checked = ring.build().map(drop);
    checked.map_err(|error| Error::new("the platform's key can't be used", error))
}

/// Beyond any window that somebody would set.
const STALE: Duration = Duration::from_secs(3600);

fn fresh_nonce() -> Option<Nonce> {
    let mut entropy = [0; 16];
    getrandom::fill(&mut entropy).ok()?;
    Some(Nonce::from_entropy(entropy))
}

/// 32 digits with the four dashes of a UUID.
fn as_uuid(digits: &str) -> String {
    let dashed = digits.char_indices().flat_map(|(index, digit)| {
        let dash = matches!(index, 8 | 12 | 16 | 20).then_some('-');
        dash.into_iter().chain([digit])
    });
    dashed.collect()
}

fn percent_encoded(text: &str) -> String {
    text.bytes().fold(String::with_capacity(text.len() * 2), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
        out
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that fails by panic says so")]
mod tests {
    use std::time::SystemTime;

    use paykka_sign::SigningKey;

    use super::*;

    #[test]
    fn the_platform_takes_no_published_key_where_others_than_this_machine_are_answered() {
        let pem = include_bytes!("../../paykka-sign/testdata/platform-2048.private.pem");
        let signer: Arc<dyn Signer> = Arc::new(SigningKey::from_bytes("P1", pem).unwrap());
        let signing = |is_on_loopback| {
            Signing::new(Arc::clone(&signer), None, Arc::new(SystemTime::now), is_on_loopback)
        };
        let local = signing(true).unwrap();
        local.rotate(Arc::clone(&signer)).unwrap();
        let open = Signing { is_on_loopback: false, ..local };
        for refused in [signing(false).map(drop), open.rotate(Arc::clone(&signer))] {
            let cause = refused.unwrap_err().cause();
            assert!(cause.contains("published"), "{cause}");
        }
    }

    #[test]
    fn a_long_nonce_looks_like_a_uuid() {
        let uuid = as_uuid("00112233445566778899aabbccddeeff");
        assert_eq!(uuid, "00112233-4455-6677-8899-aabbccddeeff");
    }

    #[test]
    fn escapes_are_those_of_the_others_libraries() {
        let json = r#"{"signature":"ab/c=="}"#;
        assert_eq!(Escapes::Gson.of(json), r#"{"signature":"ab/c\u003d\u003d"}"#);
        assert_eq!(Escapes::Php.of(json), r#"{"signature":"ab\/c=="}"#);
        assert_eq!(percent_encoded("{a/b}-_."), "%7Ba%2Fb%7D-_.");
    }
}
