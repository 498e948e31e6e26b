//! What is said of a call that gave no answer, and what to do about it.

use paykka_client::Error;
use paykka_model::{Effect, OperationInfo};
use serde_json::Value;

use crate::frame::{Failure, Message, pretty};
use crate::texts::{calls as texts, doctor};

/// The command's failure for a call's error.
pub(crate) fn failed(info: &OperationInfo, body: &[u8], error: &Error) -> Failure {
    let name = &info.name;
    if error.outcome_unknown() {
        let failure = Failure::unknown("outcome-unknown", texts::unknown(name), unknown_to_do(info, body));
        return failure.because(error).details(platforms_words(error));
    }
    let failure = if error.is_unauthorised() {
        Failure::no("unauthorised", doctor::inquiry_refused(), doctor::inquiry_refused_to_do())
    } else if let Some(code) = error.ret_code() {
        Failure::no("refused", texts::refused(name, &code.as_str()), refused_to_do(error))
    } else if error.is_config() {
        Failure::input("call", texts::unmade(name), texts::unmade_to_do())
    } else if error.is_proxy() {
        Failure::broken("proxy", doctor::proxy_bad(), doctor::proxy_to_do())
    } else if error.is_certificate() {
        Failure::broken("certificate", doctor::tls_bad(), doctor::tls_to_do())
    } else if error.is_connect() {
        Failure::broken("connect", doctor::reach_bad(), doctor::reach_to_do())
    } else if error.is_timeout() || error.is_interrupted() {
        Failure::broken("interrupted", doctor::reach_slow(), doctor::reach_to_do())
    } else if error.is_unsigned() {
        Failure::broken("unsigned", doctor::inquiry_unsigned(), doctor::inquiry_unsigned_to_do())
    } else if error.is_refused() {
        Failure::broken("unverified", doctor::inquiry_wrong(), doctor::inquiry_wrong_to_do())
    } else {
        Failure::broken("answer", doctor::inquiry_other(), doctor::inquiry_other_to_do())
    };
    failure.because(error).details(platforms_words(error))
}

/// How to find out what became of it.
pub(super) fn unknown_to_do(info: &OperationInfo, body: &[u8]) -> Message {
    let value: Value = serde_json::from_slice(body).unwrap_or_default();
    let number = |key: &str| value.get(key).and_then(Value::as_str).unwrap_or("?").to_owned();
    match info.effect {
        Effect::Money { key, resolved_by } => texts::unknown_money(&resolved_by, &key, &number(key)),
        Effect::Write { key } => texts::unknown_write(&key, &number(key)),
        _ => texts::unknown_other(),
    }
}

fn refused_to_do(error: &Error) -> Message {
    if error.is_invalid_parameters() {
        texts::parameters_to_do()
    } else if error.is_not_found() {
        texts::not_found_to_do()
    } else if error.is_rate_limited() {
        texts::too_many_to_do()
    } else if error.is_invalid_state() || error.is_integrity_violation() {
        texts::state_to_do()
    } else if error.is_file_too_large() {
        texts::too_large_to_do()
    } else if error.is_not_permitted() {
        texts::permission_to_do()
    } else {
        texts::code_to_do()
    }
}

/// Verified ones; of an answer that isn't, nobody should read anything.
fn platforms_words(error: &Error) -> Vec<String> {
    match (error.api(), error.raw()) {
        (Some(_), Some(body)) => pretty(body).lines().map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}
