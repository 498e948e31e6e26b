//! `codes`, `operations`, `completions` and the reference: what is known, with how surely.

use crate::desk::{Desk, assert_seen, stdout};

#[test]
fn tables_are_listed_and_searched_with_where_rows_come_from() {
    let desk = Desk::new();
    assert_seen!("codes", desk.seen(&["codes"]));
    assert_seen!("codes_bank", desk.seen(&["codes", "bank", "agric"]));
    assert_seen!("codes_nothing", desk.seen(&["codes", "bank", "no\u{1b}such"]));
    assert_seen!("codes_unknown", desk.seen(&["codes", "curency"]));
    let (_, found) = desk.json(&["codes", "bank", "中国农业银行"]);
    assert_eq!(found["rows"].as_array().unwrap().len(), 1);
    assert!(
        ["D", "I"].contains(&found["rows"][0]["mark"].as_str().unwrap())
            && found["rows"][0]["source"].is_string()
    );
    assert_eq!(desk.json(&["codes"]).1["tables"].as_array().unwrap().len(), 10);
}

#[test]
fn operations_are_listed_with_their_marks() {
    let desk = Desk::new();
    assert_seen!("operations", desk.seen(&["operations"]));
    assert_seen!("operations_payee", desk.seen(&["operations", "payee.create"]));
    assert_seen!("operations_unknown", desk.seen(&["operations", "payment.aply"]));
    assert_seen!("operations_nonsense", desk.seen(&["operations", "zzz"]));
    let (_, all) = desk.json(&["operations"]);
    assert_eq!(all["operations"].as_array().unwrap().len(), 33);
    let (_, one) = desk.json(&["operations", "payment.apply"]);
    assert_eq!((&one["effect"], &one["marks"]["path"]), (&"money".into(), &"D".into()));
    assert!(one["request"].as_array().unwrap().iter().any(|field| field["name"] == "request_id"));
}

#[test]
fn a_body_to_begin_with_has_all_fields_and_what_is_known_of_them() {
    let desk = Desk::new();
    assert_seen!("operations_template", desk.seen(&["operations", "payment.apply", "--template"]));
    assert_seen!(
        "operations_template_zh",
        desk.seen(&["operations", "order.create", "--template", "--lang", "zh"])
    );
    let (_, body) = desk.json(&["operations", "payment.apply", "--template"]);
    assert_eq!((&body["request_id"], &body["amount"]), (&"TEXT".into(), &1.into()));
    assert_eq!(desk.run(&["operations", "--template"]).status.code(), Some(2));
}

#[test]
fn completions_are_scripts_for_each_shell() {
    let desk = Desk::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = stdout(&desk.run(&["completions", shell]));
        assert!(script.contains("diagnose") && script.lines().count() > 100, "{shell}");
    }
}

#[test]
fn the_reference_becomes_man_pages() {
    let desk = Desk::new();
    assert!(desk.run(&["reference", "--man", "man"]).status.success());
    for page in ["paykka.1", "paykka-keys-generate.1", "paykka-diagnose.1"] {
        assert!(desk.read(&format!("man/{page}")).starts_with(".ie"), "{page}");
    }
    assert!(stdout(&desk.run(&["reference"])).contains("## `paykka keys generate`"));
}
