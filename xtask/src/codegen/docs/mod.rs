//! What is known of the platform, as documents: `docs/coverage.md` for people and `docs/openapi.json` for programs; and the
//! client's methods with their docs. All are made of what `paykka-model` says about itself, so that none can claim more than the code does.

use crate::generated::Generated;

mod bodies;
mod calls;
mod coverage;
mod description;
#[cfg(test)]
mod fixture;
mod node;
mod openapi;
mod validator;

use description::Description;
pub(crate) use validator::check_as_tests;

const COVERAGE: &str = "docs/coverage.md";
const OPENAPI: &str = "docs/openapi.json";
const CALLS: &str = "crates/paykka-client/src/calls/generated.rs";

pub(crate) fn files() -> Result<Vec<Generated>, String> {
    let description = Description::of_the_model()?;
    let coverage = coverage::render(&description)?;
    let openapi = openapi::render(&description)?;
    Ok(vec![
        Generated { path: COVERAGE.into(), content: coverage.into_bytes() },
        Generated { path: OPENAPI.into(), content: openapi.into_bytes() },
        Generated { path: CALLS.into(), content: calls::render(&description)?.into_bytes() },
    ])
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;

    use serde_json::Value;

    use super::*;
    use crate::process::root;

    fn committed(path: &str) -> String {
        fs::read_to_string(root().join(path)).unwrap()
    }

    #[test]
    fn all_operations_stand_in_both_documents() {
        let page = committed(COVERAGE);
        let in_page: BTreeSet<String> = page
            .lines()
            .filter_map(|line| line.strip_prefix("| ")?.split_once(" | `"))
            .filter(|(number, _)| number.parse::<u32>().is_ok())
            .map(|(_, rest)| rest.split('`').next().unwrap().to_owned())
            .collect();
        let document: Value = serde_json::from_str(&committed(OPENAPI)).unwrap();
        let calls = document["paths"].as_object().unwrap();
        let notifications = document["webhooks"].as_object().unwrap();
        assert_eq!((calls.len(), notifications.len()), (24, 9));
        let items = calls.values().chain(notifications.values());
        let in_document: BTreeSet<String> =
            items.map(|item| item["post"]["operationId"].as_str().unwrap().to_owned()).collect();
        assert_eq!(in_page.len(), 33);
        assert_eq!(in_page, in_document);
    }
}
