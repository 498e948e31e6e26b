//! Bodies of `va.apply` (I), `va.inquiry` and `va.notification` (D): accounts on which buyers' money arrives.

use std::fmt;

use serde::Deserialize;
use serde::de::value::SeqAccessDeserializer;
use serde::de::{Deserializer, Error, SeqAccess, Visitor};

use super::RequestId;
use crate::open_enum::open_enum;
use crate::schema::wire;
use crate::{Country, Currency};

wire! {
    /// Request of `va.apply` (I).
    VaApplyRequest {
        required {
            /// The caller's own unique number.
            request_id: RequestId = I.len(1, 32).shown();
            /// Which currencies the account is to take.
            currencies: Vec<Currency> = I;
            /// Where the account is to be.
            country_code: Country = I.shown();
        }
        optional {
            /// Which kind of account.
            r#type as "type": VaType = I.shown();
        }
        with extra
    }
}

wire! {
    /// Answer of `va.apply` (I).
    VaApplyResponse {
        optional {
            /// The request's own number.
            request_id: String = I.shown();
            /// Where it stands.
            status: VaStatus = I.shown();
        }
    }
}

wire! {
    /// Request of `va.inquiry` (D).
    VaInquiryRequest {
        required {
            /// The number under which the account was applied for.
            request_id: RequestId = D.len(1, 32).shown();
        }
    }
}

wire! {
    /// Data of `va.notification` (D) and answer of `va.inquiry` (I). The page's own sample uses older names of three keys;
    /// they are read, too.
    VaState {
        required {
            /// The number under which the account was applied for.
            request_id: String = D.len(1, 32).shown();
        }
        optional {
            /// Whose account it is.
            merch_id: String = D.len(1, 20).shown();
            /// Where it stands.
            status: VaStatus = D.shown();
            /// Which currencies it takes. One text is read as one of them (I).
            #[serde(deserialize_with = "one_or_many")]
            currencies or "currency": Vec<Currency> = D;
            /// Where it is.
            country_code: Country = D.shown();
            /// Which kind of account.
            r#type as "type" or "account_type": VaType = D.shown();
            /// The account's number.
            account_no: String = D;
            /// The bank's code.
            bic_swift_code or "bic": String = D;
            /// The bank's name.
            bank_name: String = D;
            /// The bank's address.
            bank_address: String = D;
            /// The bank's number for transfers inside its country.
            routing_number: String = D;
        }
    }
}

/// The older sample's key is in the singular, so a text may stand there.
fn one_or_many<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<Currency>>, D::Error> {
    struct OneOrMany;

    impl<'de> Visitor<'de> for OneOrMany {
        type Value = Option<Vec<Currency>>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an array of currencies")
        }

        fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
            Ok(None)
        }

        fn visit_str<E: Error>(self, currency: &str) -> Result<Self::Value, E> {
            Ok(Some(vec![currency.into()]))
        }

        fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Self::Value, A::Error> {
            Vec::deserialize(SeqAccessDeserializer::new(items)).map(Some)
        }
    }

    deserializer.deserialize_any(OneOrMany)
}

open_enum! {
    /// Where an account stands.
    VaStatus, UnknownVaStatus {
        /// Applied for.
        Init = "INIT", I, Pending;
        /// Takes money.
        Enabled = "ENABLED", D, Succeeded;
    }
}

open_enum! {
    /// Which kind of account.
    VaType, UnknownVaType {
        /// For transfers inside its country.
        Local = "LOCAL", D;
    }
}
