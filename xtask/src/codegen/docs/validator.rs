//! Whether `docs/openapi.json` is OpenAPI and describes what goes over the wire, by the word of validators that aren't
//! ours. One that takes everything would say yes, too; so each must also refuse what is damaged.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::OPENAPI;
use crate::process::{self, root};
use crate::python::{self, OPENAPI_SPEC_VALIDATOR};
use crate::tally::{Ending, Tally};

/// With the tests: counts as two of them.
pub(crate) fn check_as_tests() -> Tally {
    let interpreter = OPENAPI_SPEC_VALIDATOR.find_or_install();
    let mut tally = Tally::default();
    for (name, check) in CHECKS {
        let ending = match &interpreter {
            Ok(interpreter) => Ending::of(check(interpreter)),
            Err(lacking) => Ending::Lacking(format!("test {name} can't run: {lacking}")),
        };
        let one = ending.judged();
        if one == Tally::FAILED {
            eprintln!("test {name} failed");
        }
        tally += one;
    }
    tally
}

type Check = fn(&Path) -> Result<bool, String>;

const CHECKS: [(&str, Check); 2] = [("openapi_is_valid", is_valid), ("openapi_fits_bodies", fits_bodies)];

fn is_valid(interpreter: &Path) -> Result<bool, String> {
    let good = fs::read(root().join(OPENAPI)).map_err(|error| format!("{OPENAPI} can't be read: {error}"))?;
    let good: Value =
        serde_json::from_slice(&good).map_err(|error| format!("{OPENAPI} is no JSON: {error}"))?;
    if let Some(complaint) = complaint(interpreter, &good)? {
        return Err(format!("{OPENAPI} isn't valid OpenAPI:\n{complaint}"));
    }
    for damage in &DAMAGES {
        if complaint(interpreter, &damage.done_to(&good)?)?.is_none() {
            return Err(format!("the validator took a document that it should refuse: {}", damage.what));
        }
    }
    eprintln!("{OPENAPI} is valid OpenAPI 3.1, and {} damaged copies were refused", DAMAGES.len());
    Ok(true)
}

fn fits_bodies(interpreter: &Path) -> Result<bool, String> {
    process::run(python::isolated(interpreter).arg("xtask/python/bodies_fit.py"))
}

/// What the validator says against a document; `None` if it takes it.
fn complaint(interpreter: &Path, document: &Value) -> Result<Option<String>, String> {
    let mut validator = python::isolated(interpreter);
    validator.args(["-m", OPENAPI_SPEC_VALIDATOR.module, "--schema", "3.1", "-"]);
    let done = process::finished(&mut validator, document.to_string().as_bytes())?;
    let said = String::from_utf8_lossy(&done.stdout);
    if said.trim() == "stdin: OK" && done.status.success() {
        return Ok(None);
    }
    if said.starts_with("stdin: ") && !done.status.success() {
        return Ok(Some(said.trim().to_owned()));
    }
    let (shown, problem) = (process::shown(&validator), String::from_utf8_lossy(&done.stderr));
    Err(format!("`{shown}` came to no judgement ({}): {said}{problem}", done.status))
}

/// What makes a valid document invalid.
struct Damage {
    what: &'static str,
    pointer: &'static str,
    value: fn() -> Value,
}

const DAMAGES: [Damage; 3] = [
    Damage { what: "`info` is empty", pointer: "/info", value: || json!({}) },
    Damage {
        what: "a schema is of a type that JSON doesn't have",
        pointer: "/components/schemas/ApiError/type",
        value: || json!("thing"),
    },
    Damage {
        what: "a reference leads nowhere",
        pointer: "/components/responses/Failure400",
        value: || json!({"$ref": "#/components/responses/Nothing"}),
    },
];

impl Damage {
    fn done_to(&self, document: &Value) -> Result<Value, String> {
        let mut damaged = document.clone();
        let place = damaged.pointer_mut(self.pointer);
        *place.ok_or_else(|| format!("{OPENAPI} has nothing at {}", self.pointer))? = (self.value)();
        Ok(damaged)
    }
}
