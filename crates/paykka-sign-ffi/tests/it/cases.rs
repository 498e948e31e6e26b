//! `vectors/` for languages without JSON: one line a case, as `bindings/c/tests/cases.h` describes it.

use std::fmt::Write;
use std::fs;

use base64ct::{Base64, Encoding};
use paykka_sign_ffi::PaykkaResult;
use serde_json::Value;
use tempfile::NamedTempFile;

use crate::compiler::root;

/// What a program says that went through all of them.
pub(crate) const ALL: &str = "21 signed, 158 judged\n";

/// The file with all cases: each of `signing.json` is signed and judged, those of the other two files are judged.
pub(crate) fn file() -> NamedTempFile {
    let signing = read("signing.json");
    let mut lines = String::new();
    for key in list(&signing, "keys") {
        let path = |name: &str| root().join("vectors").join(text(&key[name])).to_str().unwrap().to_owned();
        let (private_key, public_key) = (path("private_key"), path("public_key"));
        line(
            &mut lines,
            &[Some(b"key"), bytes(&key["key_id"]), Some(private_key.as_bytes()), Some(public_key.as_bytes())],
        );
    }
    for case in list(&signing, "cases") {
        sign(&mut lines, case);
        judge(&mut lines, case, case, case["timestamp"].as_str().unwrap(), "0", PaykkaResult::Ok);
    }
    for case in list(&read("refused.json"), "cases") {
        let (now, tolerance) = (case["now_millis"].to_string(), case["tolerance_millis"].to_string());
        judge(&mut lines, case, case, &now, &tolerance, result(&case["code"]));
    }
    for header in list(&read("foreign_headers.json"), "headers") {
        let case = list(&signing, "cases").iter().find(|case| case["name"] == header["case"]).unwrap();
        judge(&mut lines, header, case, text(&header["timestamp"]), "0", PaykkaResult::Ok);
    }
    let file = NamedTempFile::new().unwrap();
    fs::write(file.path(), lines).unwrap();
    file
}

/// What programs count is compared with this, so it must be what there is: neither a case that is left out nor one that is
/// new goes unseen.
#[test]
fn all_is_what_the_files_hold() {
    let count = |file: &str, key: &str| list(&read(file), key).len();
    let signed = count("signing.json", "cases");
    let judged = signed + count("refused.json", "cases") + count("foreign_headers.json", "headers");
    assert_eq!(ALL, format!("{signed} signed, {judged} judged\n"));
}

fn sign(lines: &mut String, case: &Value) {
    let string = case.get("string_to_sign_base64").map(decoded);
    let body = body(case);
    let fields = [
        Some(&b"sign"[..]),
        bytes(&case["name"]),
        bytes(&case["key_id"]),
        bytes(&case["path"]),
        bytes(&case["timestamp"]),
        bytes(&case["nonce"]),
        bytes(&case["merchant"]),
        Some(&body),
        string.as_deref(),
        bytes(&case["authorization"]),
    ];
    line(lines, &fields);
}

/// The header of one, and the message of the other.
fn judge(
    lines: &mut String,
    header: &Value,
    message: &Value,
    now: &str,
    tolerance: &str,
    result: PaykkaResult,
) {
    let name = header.get("name").or_else(|| header.get("how"));
    let number = (result as u32).to_string();
    let body = body(message);
    let fields = [
        Some(&b"judge"[..]),
        name.and_then(bytes),
        Some(number.as_bytes()),
        bytes(&header["authorization"]),
        bytes(&message["path"]),
        bytes(&message["merchant"]),
        Some(&body),
        Some(now.as_bytes()),
        Some(tolerance.as_bytes()),
    ];
    line(lines, &fields);
}

fn result(code: &Value) -> PaykkaResult {
    match code.as_str() {
        None => PaykkaResult::Ok,
        Some("header") => PaykkaResult::Header,
        Some("field") => PaykkaResult::Field,
        Some("unknown-key") => PaykkaResult::UnknownKey,
        Some("signature") => PaykkaResult::Signature,
        Some("early") => PaykkaResult::Early,
        Some("late") => PaykkaResult::Late,
        Some(other) => panic!("`{other}` is new in vectors/refused.json: say here which result it is"),
    }
}

fn line(lines: &mut String, fields: &[Option<&[u8]>]) {
    for (index, field) in fields.iter().enumerate() {
        lines.push_str(if index == 0 { "" } else { " " });
        match field {
            None => lines.push('-'),
            Some(bytes) => {
                lines.push('x');
                bytes.iter().for_each(|byte| write!(lines, "{byte:02x}").unwrap());
            }
        }
    }
    lines.push('\n');
}

fn body(case: &Value) -> Vec<u8> {
    let Some(fill) = case.get("body_fill") else { return decoded(&case["body_base64"]) };
    let len = usize::try_from(fill["len"].as_u64().unwrap()).unwrap();
    decoded(&fill["base64"]).into_iter().cycle().take(len).collect()
}

fn read(name: &str) -> Value {
    serde_json::from_slice(&fs::read(root().join("vectors").join(name)).unwrap()).unwrap()
}

fn list<'a>(document: &'a Value, key: &str) -> &'a [Value] {
    document[key].as_array().unwrap()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn bytes(value: &Value) -> Option<&[u8]> {
    value.as_str().map(str::as_bytes)
}

fn decoded(value: &Value) -> Vec<u8> {
    Base64::decode_vec(text(value)).unwrap()
}
