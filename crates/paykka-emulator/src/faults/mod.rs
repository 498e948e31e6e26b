//! Everything that can go wrong, on command: by a request's header, by rules, by a seeded plan. What a fault does stands
//! where it is done (answers, connections, notifications); here is what there is, how it is written, and who gets it.

mod plan;
mod set;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

pub(crate) use plan::{About, Faults, Owner};
pub use plan::{Chance, FaultPlan, FaultRule};
pub(crate) use set::FaultSet;

/// The header of a request that asks for faults: `X-Emulator-Fault: delay=500, status-after=503`.
pub(crate) const HEADER: &str = "x-emulator-fault";

/// Declares the faults: name on the wire, what it does, whether it takes a number, and for what befalls notifications as it
/// befalls answers (`both`) also how a call asks for it on behalf of its notifications.
macro_rules! faults {
    (
        plain { $($(#[$pdoc:meta])* $plain:ident = $pname:literal;)+ }
        both { $($(#[$bdoc:meta])* $both:ident = $bname:literal, $notice:ident = $notice_name:literal;)+ }
        number { $($(#[$ndoc:meta])* $number:ident = $nname:literal;)+ }
    ) => {
        /// One thing that goes wrong. Written as `name` or `name=number`; several together all happen. Those that begin
        /// with `notify-` befall the notifications of what the call sets going, each with all attempts to deliver it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        #[non_exhaustive]
        pub enum Fault {
            $($(#[$pdoc])* $plain,)+
            $($(#[$bdoc])* $both,)+
            $(
                #[doc = concat!("[`", stringify!($both), "`](Self::", stringify!($both), "), which befalls the call's ")]
                #[doc = "notifications instead of its answer."]
                $notice,
            )+
            $($(#[$ndoc])* $number(u64),)+
        }

        impl Fault {
            /// The names of all faults, those that take a number with `=N`.
            pub const NAMES: &[&str] =
                &[$($pname,)+ $($bname,)+ $($notice_name,)+ $(concat!($nname, "=N"),)+];

            /// What a call's fault does to each of its notifications.
            pub(crate) const fn of_calls_notices(self) -> Option<Self> {
                match self {
                    $(Self::$notice => Some(Self::$both),)+
                    _ if self.is_of_notices_alone() => Some(self),
                    _ => None,
                }
            }

            /// What it does to a notification that it is meant for, under whichever of its names.
            pub(crate) const fn of_notice(self) -> Option<Self> {
                match self {
                    $(Self::$both => Some(self),)+
                    _ => self.of_calls_notices(),
                }
            }
        }

        impl FromStr for Fault {
            type Err = FaultError;

            fn from_str(text: &str) -> Result<Self, FaultError> {
                let (name, number) = match text.trim().split_once('=') {
                    Some((name, number)) => (name.trim(), Some(number.trim())),
                    None => (text.trim(), None),
                };
                let fault = match (name, number) {
                    $(($pname, None) => Some(Self::$plain),)+
                    $(($bname, None) => Some(Self::$both),)+
                    $(($notice_name, None) => Some(Self::$notice),)+
                    $(($nname, Some(number)) => number.parse().map(Self::$number).ok(),)+
                    _ => None,
                };
                fault.ok_or_else(|| FaultError::new(text))?.possible()
            }
        }

        impl fmt::Display for Fault {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    $(Self::$plain => f.write_str($pname),)+
                    $(Self::$both => f.write_str($bname),)+
                    $(Self::$notice => f.write_str($notice_name),)+
                    $(Self::$number(number) => write!(f, "{}={number}", $nname),)+
                }
            }
        }
    };
}

faults! {
    plain {
        /// The connection is reset when the request was read and verified, and nothing is processed.
        ResetBefore = "reset-before";
        /// The request is processed, and the connection reset before the answer.
        ResetAfter = "reset-after";
        /// The answer ends in the middle of its body.
        Truncate = "truncate";
        /// A repeated key is executed again.
        NoDedupe = "no-dedupe";
        /// A repeated key is answered 010004.
        RepeatIsError = "repeat-is-error";
        /// The answer is the last one to another request of the merchant's by the same call, signed afresh; the right one
        /// where there was no other.
        OtherAnswer = "other-answer";
        /// The answer is the merchant's last one by the same call, byte for byte, with its signature; the right one where
        /// there was none.
        ReplayAnswer = "replay-answer";
        /// The answer is 200 with the `ret_code` 010003, without processing.
        RetCodeIn200 = "ret-code-in-200";
        /// The answer is an unsigned 404 in HTML, as of a proxy: without processing.
        Html404 = "html-404";
        /// The answer is an unsigned 403 in HTML, as of a firewall: without processing.
        Html403 = "html-403";
        /// A nonce that was seen is taken again.
        NoNonceMemory = "no-nonce-memory";
        /// The call's notifications are sent twice.
        NotifyTwice = "notify-twice";
        /// The call's notifications change places: each waits until the object's next one was sent, for 5 seconds of
        /// business time at most.
        NotifyReordered = "notify-reordered";
        /// The first attempt of each of the call's notifications is lost.
        NotifyLost = "notify-lost";
    }
    both {
        /// The answer carries no signature.
        Unsigned = "unsigned", NotifyUnsigned = "notify-unsigned";
        /// The answer is signed by another key, under the platform's id. Without a key of
        /// [`EmulatorBuilder::stranger`](crate::EmulatorBuilder::stranger) the signature is damaged instead.
        WrongKey = "wrong-key", NotifyWrongKey = "notify-wrong-key";
        /// The answer is signed over another path.
        WrongPath = "wrong-path", NotifyWrongPath = "notify-wrong-path";
        /// The answer was signed an hour ago.
        Stale = "stale", NotifyStale = "notify-stale";
        /// The answer names a key id that nobody knows.
        UnknownKeyId = "unknown-key-id", NotifyUnknownKeyId = "notify-unknown-key-id";
        /// The answer names the key id of the request, and a notification one of the merchant's.
        EchoKeyId = "echo-key-id", NotifyEchoKeyId = "notify-echo-key-id";
        /// The answer has keys that nobody knows.
        ExtraFields = "extra-fields", NotifyExtraFields = "notify-extra-fields";
        /// The answer's status is one that nobody knows.
        UnknownStatus = "unknown-status", NotifyUnknownStatus = "notify-unknown-status";
        /// The answer tells a success as a failure, and a failure as a success.
        OppositeStatus = "opposite-status", NotifyOppositeStatus = "notify-opposite-status";
        /// The answer speaks of another object under the same number: amounts and other numbers differ.
        ForeignObject = "foreign-object", NotifyForeignObject = "notify-foreign-object";
        /// The answer's body is compressed.
        Gzip = "gzip", NotifyGzip = "notify-gzip";
        /// The answer's header is written as Java's Gson writes it, with `\u003d`.
        Gson = "gson", NotifyGson = "notify-gson";
        /// The answer's header is written as PHP writes it, with `\/`.
        Php = "php", NotifyPhp = "notify-php";
        /// The answer's nonce has 36 characters, as a UUID.
        LongNonce = "long-nonce", NotifyLongNonce = "notify-long-nonce";
    }
    number {
        /// The answer waits so many milliseconds of wall time.
        Delay = "delay";
        /// An error of this HTTP status, signed, without processing; 429 comes with `Retry-After: 1`, 401
        /// with the `ret_code` 010200.
        Status = "status";
        /// An error of this HTTP status, signed, after processing.
        StatusAfter = "status-after";
        /// The right answer, signed, under another HTTP status.
        HttpStatus = "http-status";
        /// The connection is cut, and the request processed so many milliseconds of business time later.
        ProcessLater = "process-later";
        /// An inquiry sees the world as it was so many milliseconds ago.
        Lag = "lag";
        /// The call's notifications wait so many milliseconds of business time.
        NotifyDelayed = "notify-delayed";
    }
}

impl Fault {
    /// Itself, where its number is one that can be had. An answer under 204, 205 or 304 has no body, so none of them could be
    /// the right answer with its signature.
    pub(crate) const fn possible(self) -> Result<Self, FaultError> {
        let wanted = match self {
            Self::Status(400..=599) | Self::StatusAfter(400..=599) => return Ok(self),
            Self::Status(_) | Self::StatusAfter(_) => "400..599",
            Self::HttpStatus(204 | 205 | 304) => "a status whose answers have a body",
            Self::HttpStatus(status) if status < 200 || status > 599 => "200..599",
            _ => return Ok(self),
        };
        Err(FaultError(Problem::Number { fault: self, wanted }))
    }
}

impl Fault {
    /// Whether it is what answers know nothing of.
    const fn is_of_notices_alone(self) -> bool {
        matches!(self, Self::NotifyTwice | Self::NotifyReordered | Self::NotifyLost | Self::NotifyDelayed(_))
    }

    /// Whether the answer is right by itself all the same: an earlier one takes its place, or notifications go wrong instead.
    pub(crate) const fn spares_answer(self) -> bool {
        matches!(self, Self::ReplayAnswer | Self::OtherAnswer) || self.of_calls_notices().is_some()
    }
}

impl From<Fault> for String {
    fn from(fault: Fault) -> Self {
        fault.to_string()
    }
}

impl TryFrom<String> for Fault {
    type Error = FaultError;

    fn try_from(text: String) -> Result<Self, FaultError> {
        text.parse()
    }
}

/// A text that names no fault, one with a number that can't be had, or too many.
///
/// What to do: take a name of [`Fault::NAMES`], with a whole number where it says `=N`; in a header, 32 at most.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaultError(Problem);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Problem {
    Unknown(String),
    Number { fault: Fault, wanted: &'static str },
    TooMany,
}

impl FaultError {
    fn new(text: &str) -> Self {
        Self(Problem::Unknown(text.chars().take(40).flat_map(char::escape_default).collect()))
    }
}

impl fmt::Display for FaultError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Problem::Unknown(text) => {
                write!(f, "`{text}` is no fault; there are {}", Fault::NAMES.join(", "))
            }
            Problem::Number { fault, wanted } => write!(f, "`{fault}` can't be had: give {wanted}"),
            Problem::TooMany => write!(f, "there are more than {MAX_LISTED} faults; name each once"),
        }
    }
}

impl std::error::Error for FaultError {}

/// The faults of all headers of a request, a comma between them. Each is logged, so their number is bounded.
pub(crate) fn parse_lists<'a>(texts: impl Iterator<Item = &'a [u8]>) -> Result<FaultSet, FaultError> {
    let mut faults = Vec::new();
    for text in texts {
        for part in String::from_utf8_lossy(text).split(',').filter(|part| !part.trim().is_empty()) {
            if faults.len() >= MAX_LISTED {
                return Err(FaultError(Problem::TooMany));
            }
            faults.push(part.parse()?);
        }
    }
    Ok(faults.into())
}

/// More than anybody means at once.
const MAX_LISTED: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_guides_table_has_every_fault() {
        let guide = include_str!("../../../../docs/emulator.md");
        let (_, table) = guide.split_once("| fault | what the caller sees |").unwrap();
        let rows = table.lines().skip(2).take_while(|line| line.starts_with('|'));
        let cells: String = rows.map(|row| row.split('|').nth(1).unwrap()).collect();
        let mut listed: Vec<_> = cells.split('`').skip(1).step_by(2).collect();
        let mut all = Fault::NAMES.to_vec();
        listed.sort_unstable();
        all.sort_unstable();
        assert_eq!(listed, all);
    }

    #[test]
    fn every_fault_is_written_as_it_is_read() {
        for name in Fault::NAMES {
            let text = name.replace("=N", "=503");
            let fault: Fault = text.parse().unwrap();
            assert_eq!(fault.to_string(), text);
            assert_eq!(
                serde_json::from_str::<Fault>(&serde_json::to_string(&fault).unwrap()).unwrap(),
                fault
            );
        }
        let parse = |texts: &[&str]| parse_lists(texts.iter().map(|text| text.as_bytes()));
        let both = [Fault::Delay(5), Fault::Gzip];
        assert_eq!(parse(&[" delay=5 ,gzip,", "delay=5"]).unwrap().list(), both);
        assert_eq!(parse(&["gzip,".repeat(32).as_str()]).unwrap().list(), [Fault::Gzip]);
        let too_many = parse(&["gzip,".repeat(32).as_str(), "gzip"]).unwrap_err();
        assert_eq!(too_many.to_string(), "there are more than 32 faults; name each once");
        for bad in ["delay", "gzip=1", "delay=-1", "delay=x", "nothing", "Gzip"] {
            assert!(parse(&[bad]).unwrap_err().to_string().contains("reset-before"), "{bad}");
        }
        for (bad, wanted) in [
            ("status=399", "400..599"),
            ("status-after=600", "400..599"),
            ("http-status=101", "200..599"),
            ("http-status=600", "200..599"),
            ("http-status=204", "a status whose answers have a body"),
            ("http-status=205", "a status whose answers have a body"),
            ("http-status=304", "a status whose answers have a body"),
        ] {
            let expected = format!("`{bad}` can't be had: give {wanted}");
            assert_eq!(parse(&[bad]).unwrap_err().to_string(), expected);
        }
    }
}
