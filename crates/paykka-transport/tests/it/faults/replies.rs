//! The answers of the table.

use std::time::Duration;

use crate::server::{Received, Reply, Signing, renamed as renamed_key, stranger};

/// A success as the platform gives it.
const PAID: &str = r#"{"request_id":"R1","order_no":"P1","status":"PROCESSING"}"#;
/// A refusal as the platform gives it.
const REFUSED: &str = r#"{"ret_code":"010000","ret_msg":"bad request"}"#;

pub(crate) fn paid(to: &Received) -> Reply {
    Reply::signed(to, "200 OK", PAID)
}

pub(crate) fn paid_unsigned(_: &Received) -> Reply {
    Reply::unsigned("200 OK", PAID)
}

pub(crate) fn paid_as_500(to: &Received) -> Reply {
    Reply::signed(to, "500 Internal Server Error", PAID)
}

pub(crate) fn paid_as_429(to: &Received) -> Reply {
    Reply::signed(to, "429 Too Many Requests", PAID)
}

pub(crate) fn refused_as_429(to: &Received) -> Reply {
    Reply::signed(to, "429 Too Many Requests", r#"{"ret_code":"010003"}"#)
}

pub(crate) fn unknown_as_400(to: &Received) -> Reply {
    Reply::signed(to, "400 Bad Request", r#"{"ret_code":"999999"}"#)
}

pub(crate) fn success_as_400(to: &Received) -> Reply {
    Reply::signed(to, "400 Bad Request", r#"{"ret_code":"000000","status":"PROCESSING"}"#)
}

pub(crate) fn another_object(to: &Received) -> Reply {
    Reply::signed(to, "200 OK", PAID.replace("R1", "R2"))
}

pub(crate) fn failure(to: &Received) -> Reply {
    Reply::signed(to, "200 OK", r#"{"ret_code":"010009","ret_msg":"system error"}"#)
}

pub(crate) fn refused_as_200(to: &Received) -> Reply {
    Reply::signed(to, "200 OK", REFUSED)
}

pub(crate) fn forged(to: &Received) -> Reply {
    Reply::signed_by(to, "200 OK", PAID, &Signing { key: stranger, ..Signing::default() })
}

pub(crate) fn renamed(to: &Received) -> Reply {
    Reply::signed_by(to, "200 OK", PAID, &Signing { key: renamed_key, ..Signing::default() })
}

pub(crate) fn of_another_path(to: &Received) -> Reply {
    let signing = Signing { path: Some("/api/v2/merch/account/balance"), ..Signing::default() };
    Reply::signed_by(to, "200 OK", PAID, &signing)
}

pub(crate) fn changed(to: &Received) -> Reply {
    Reply::signed(to, "200 OK", PAID).with_body(PAID.replace("PROCESSING", "SUCCESS"))
}

pub(crate) fn stale(to: &Received) -> Reply {
    Reply::signed_by(to, "200 OK", PAID, &Signing { age: Duration::from_secs(3600), ..Signing::default() })
}

pub(crate) fn gzip(to: &Received) -> Reply {
    Reply::signed(to, "200 OK", PAID).header("Content-Encoding", "gzip")
}

pub(crate) fn too_large(to: &Received) -> Reply {
    Reply::signed(to, "200 OK", vec![b' '; 100 * 1024])
}

pub(crate) fn busy_now(to: &Received) -> Reply {
    Reply::signed(to, "429 Too Many Requests", r#"{"ret_code":"010001"}"#).header("Retry-After", "0")
}

pub(crate) fn busy_for_long(to: &Received) -> Reply {
    Reply::signed(to, "429 Too Many Requests", r#"{"ret_code":"010001"}"#).header("Retry-After", "60")
}

pub(crate) fn busy_unsigned(_: &Received) -> Reply {
    Reply::unsigned("429 Too Many Requests", "slow down").header("Retry-After", "0")
}

pub(crate) fn rate_limited(to: &Received) -> Reply {
    Reply::signed(to, "400 Bad Request", r#"{"ret_code":"010001"}"#)
}

pub(crate) fn timeout(_: &Received) -> Reply {
    Reply::unsigned("408 Request Timeout", "")
}

pub(crate) fn html_404(_: &Received) -> Reply {
    Reply::unsigned("404 Not Found", "<html>nothing here</html>").header("Content-Type", "text/html")
}

pub(crate) fn html_403(_: &Received) -> Reply {
    Reply::unsigned("403 Forbidden", "<html>not for you</html>").header("Content-Type", "text/html")
}

pub(crate) fn unauthorised(_: &Received) -> Reply {
    Reply::unsigned("401 Unauthorized", r#"{"ret_code":"010100"}"#)
}

pub(crate) fn unauthorised_otherwise(_: &Received) -> Reply {
    Reply::unsigned("401 Unauthorized", "a proxy wants a password")
}

pub(crate) fn refused(to: &Received) -> Reply {
    Reply::signed(to, "400 Bad Request", REFUSED)
}

pub(crate) fn speechless(to: &Received) -> Reply {
    Reply::signed(to, "400 Bad Request", "{}")
}

pub(crate) fn early_hints(_: &Received) -> Reply {
    Reply::unsigned("103 Early Hints", "")
}

pub(crate) fn switching(_: &Received) -> Reply {
    Reply::unsigned("101 Switching Protocols", "").header("Connection", "upgrade").header("Upgrade", "other")
}

/// To this very path: whoever followed would be seen.
pub(crate) fn elsewhere(to: &Received) -> Reply {
    Reply::unsigned("302 Found", "").header("Location", to.path.clone())
}

pub(crate) fn elsewhere_signed(to: &Received) -> Reply {
    Reply::signed(to, "302 Found", "{}").header("Location", to.path.clone())
}

pub(crate) fn down(_: &Received) -> Reply {
    Reply::unsigned("503 Service Unavailable", "down")
}

pub(crate) fn down_signed(to: &Received) -> Reply {
    Reply::signed(to, "503 Service Unavailable", r#"{"ret_code":"010009"}"#)
}
