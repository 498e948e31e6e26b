//! The committed header is the generated one.

#[expect(dead_code, reason = "the example's `main` isn't run here")]
#[path = "../../examples/header.rs"]
mod generator;

#[test]
fn is_up_to_date() {
    let generated = String::from_utf8(generator::header().unwrap()).unwrap();
    let committed = include_str!("../../include/paykka_sign.h");
    assert!(
        generated == committed,
        "include/paykka_sign.h is out of date; write it with `cargo xtask header`"
    );
}
