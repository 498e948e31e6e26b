//! Why a request is refused, in one word for programs, as `X-Emulator-Reason` and the log say it.

use std::fmt;

macro_rules! reasons {
    ($($(#[$doc:meta])* $reason:ident = $text:literal;)+) => {
        /// The real platform gives none.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Reason {
            $($(#[$doc])* $reason,)+
        }

        impl Reason {
            const ALL: &[Self] = &[$(Self::$reason,)+];

            pub(crate) const fn text(self) -> &'static str {
                match self {
                    $(Self::$reason => $text,)+
                }
            }
        }
    };
}

reasons! {
    AuthorizationMissing = "authorization-missing";
    Header = "header";
    HeaderTwice = "header-twice";
    Field = "field";
    UnknownKey = "unknown-key";
    Signature = "signature";
    Late = "late";
    Early = "early";
    NonceReused = "nonce-reused";
    MerchantMissing = "merchant-missing";
    MerchantUnexpected = "merchant-unexpected";
    MerchantMalformed = "merchant-malformed";
    KeyOfAnotherMerchant = "key-of-another-merchant";
    Query = "query";
    ContentEncoding = "content-encoding";
    Multipart = "multipart";
    MetaMissing = "meta-missing";
    PartTwice = "part-twice";
    /// The wall clock shows a time that can't be signed.
    Clock = "clock";
    Method = "method";
    BodyTooLong = "body-too-long";
    BodyTooSlow = "body-too-slow";
    /// The other side went away, or what came is no HTTP body.
    BodyBroken = "body-broken";
    /// All connections together hold too much.
    Busy = "busy";
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

/// What verifying can find has the same words here.
impl From<paykka_sign::Error> for Reason {
    fn from(error: paykka_sign::Error) -> Self {
        let same = Self::ALL.iter().copied().find(|reason| reason.text() == error.code());
        same.unwrap_or(Self::Signature)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_guides_table_has_every_reason_and_no_other() {
        let guide = include_str!("../../../docs/emulator.md");
        let (_, table) = guide.split_once("| reason | what was wrong |").unwrap();
        let rows = table.lines().skip(2).take_while(|line| line.starts_with('|'));
        let cells = rows.map(|row| row.split('|').nth(1).unwrap());
        let listed: BTreeSet<_> = cells.flat_map(|cell| cell.split('`').skip(1).step_by(2)).collect();
        let all: BTreeSet<_> = Reason::ALL.iter().map(|reason| reason.text()).collect();
        assert_eq!(listed, all);
    }
}
