//! The control port's calls about merchants: whose keys are known, what they own, and what befalls it.

use axum::response::Response;
use paykka_model::{Amount, NotificationKind};
use paykka_sign::VerifyingKey;
use serde::Deserialize;
use serde_json::json;

use super::problem::Problem;
use super::request::{Json, Named, Running, check_currency, check_name, known_merchant};
use super::{answer, done};
use crate::Landing;

pub(super) async fn list(Running(emulator): Running) -> Response {
    answer(&json!({ "merchants": emulator.merchants(), "keys": emulator.keys() }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Registered {
    /// Without one the key hands in applications.
    #[serde(default)]
    merchant: Option<String>,
    key_id: String,
    public_key_pem: String,
}

pub(super) async fn register(
    Running(emulator): Running,
    Json(new): Json<Registered>,
) -> Result<Response, Problem> {
    if let Some(merchant) = &new.merchant {
        check_name("merchant", merchant)?;
    }
    check_name("key_id", &new.key_id)?;
    let key = VerifyingKey::from_bytes(&new.public_key_pem).map_err(|error| {
        let fix = "give an RSA public key or a certificate, as PEM or bare Base64";
        Problem::invalid(format!("`public_key_pem`: {error}"), fix)
    })?;
    let registered = emulator.register(new.merchant.as_deref(), &new.key_id, key);
    registered.map_err(|error| {
        if error.is_conflict() {
            let fix = "register it under another `key_id`; GET /merchants lists those that are there";
            return Problem::conflict(format!("`key_id`: {}", error.cause()), fix);
        }
        Problem::invalid(format!("`public_key_pem`: {}", error.cause()), "give the merchant's own key")
    })?;
    Ok(done())
}

pub(super) async fn revoke(
    Running(emulator): Running,
    Named(key_id): Named<String>,
) -> Result<Response, Problem> {
    let fix = "GET /merchants lists the keys";
    emulator.revoke(&key_id).map_err(|error| Problem::not_found(error.cause(), fix))?;
    Ok(done())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Account {
    currency: String,
    balance: Amount,
}

pub(super) async fn open_account(
    Running(emulator): Running,
    Named(merchant): Named<String>,
    Json(account): Json<Account>,
) -> Result<Response, Problem> {
    known_merchant(&emulator, &merchant)?;
    check_currency(&account.currency)?;
    emulator.open_account(&merchant, &account.currency, account.balance).map_err(|error| {
        let fix = "give minor units that leave the account at zero or above";
        Problem::invalid(format!("`balance`: {}", error.cause()), fix)
    })?;
    Ok(answer(&json!({ "balance": emulator.balance(&merchant, &account.currency) })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewPayee {
    beneficiary_id: String,
    currency: String,
}

pub(super) async fn add_payee(
    Running(emulator): Running,
    Named(merchant): Named<String>,
    Json(payee): Json<NewPayee>,
) -> Result<Response, Problem> {
    known_merchant(&emulator, &merchant)?;
    check_name("beneficiary_id", &payee.beneficiary_id)?;
    check_currency(&payee.currency)?;
    emulator.add_payee(&merchant, &payee.beneficiary_id, &payee.currency);
    Ok(done())
}

pub(super) async fn objects(
    Running(emulator): Running,
    Named(merchant): Named<String>,
) -> Result<Response, Problem> {
    known_merchant(&emulator, &merchant)?;
    Ok(answer(&emulator.objects(&merchant)))
}

pub(super) async fn ledger(
    Running(emulator): Running,
    Named(merchant): Named<String>,
) -> Result<Response, Problem> {
    known_merchant(&emulator, &merchant)?;
    let (entries, balances) = (emulator.ledger(&merchant), emulator.balances(&merchant));
    Ok(answer(&json!({ "entries": entries, "balances": balances })))
}

pub(super) async fn check_ledgers(Running(emulator): Running) -> Result<Response, Problem> {
    let unsound = |error: crate::Error| Problem::defect(&format!("{error}: {}", error.cause()));
    emulator.check_ledgers().map_err(unsound)?;
    Ok(done())
}

pub(super) async fn land(
    Running(emulator): Running,
    Named(merchant): Named<String>,
    Json(landing): Json<Landing>,
) -> Result<Response, Problem> {
    known_merchant(&emulator, &merchant)?;
    check_currency(&landing.currency)?;
    if landing.amount.to_wire() <= 0 {
        return Err(Problem::invalid("`amount`: must be above zero", "give minor units"));
    }
    let number = emulator.land(&merchant, landing).map_err(|error| {
        let fix = "let the merchant apply for an account of this currency, and advance the clock";
        Problem::conflict(error.cause(), fix)
    })?;
    Ok(answer(&json!({ "recv_order_no": number })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewStatus {
    status: String,
}

/// `kind` is the first word of the notification that tells of such objects: `payment`, `trade_settle`, `order`, ….
pub(super) async fn set_status(
    Running(emulator): Running,
    Named((merchant, kind, object)): Named<(String, String, String)>,
    Json(new): Json<NewStatus>,
) -> Result<Response, Problem> {
    known_merchant(&emulator, &merchant)?;
    let word = |kind: NotificationKind| kind.info().name.split('.').next().unwrap_or_default();
    let found = NotificationKind::ALL.iter().copied().find(|known| word(*known) == kind);
    let Some(kind) = found else {
        let known: Vec<_> = NotificationKind::ALL.iter().map(|kind| word(*kind)).collect();
        let fix = format!("give one of {}", known.join(", "));
        return Err(Problem::not_found("there is no such kind of objects", &fix));
    };
    if !(1..=32).contains(&new.status.len()) || new.status.chars().any(char::is_control) {
        return Err(Problem::invalid(
            "`status`: must have 1..32 bytes and no control characters",
            "give a status of the kind, or one that nobody knows",
        ));
    }
    let set = emulator.set_status(kind, &merchant, &object, &new.status);
    set.map_err(|error| {
        let fix = "GET /merchants/{merchant}/objects lists what there is, and in which state";
        let problem = if error.is_not_found() { Problem::not_found } else { Problem::conflict };
        problem(error.cause(), fix)
    })?;
    Ok(done())
}
