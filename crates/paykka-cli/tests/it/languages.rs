//! The same in Chinese: by `--lang` and by the locale; JSON is the same in both.

use crate::desk::{Desk, assert_seen, stderr, stdout};

#[test]
fn people_who_read_chinese_are_spoken_to_in_chinese() {
    let desk = Desk::new();
    assert_seen!("zh_keys_generate", desk.seen(&["keys", "generate", "m", "--lang", "zh"]));
    assert_seen!(
        "zh_keys_match",
        desk.seen(&["keys", "match", "m.private.pem", "m.public.pem", "--lang=zh"])
    );
    assert_seen!("zh_absent", desk.seen(&["keys", "inspect", "nowhere.pem", "--lang", "zh"]));
    assert_seen!("zh_codes", desk.seen(&["codes", "collection_account", "--lang", "zh"]));
    desk.put("plan.json", "{\n  \"seed\": 1,\n  oops\n}\n");
    assert_seen!("zh_emulate", desk.seen(&["emulate", "--fault-plan", "plan.json", "--lang", "zh"]));
    assert_seen!("zh_help", desk.seen(&["doctor", "--help", "--lang", "zh"]));
    desk.put("body", "{}");
    let parts = ["--path", "/api/v2/merch/account/balance", "--merchant", "M1", "--body-file", "body"];
    let signed =
        desk.run(&[&["sign", "--key-id", "K", "--private-key-file", "m.private.pem"], &parts[..]].concat());
    desk.put("header", signed.stdout);
    desk.put("body", "{}\n");
    let received =
        [&parts[..], &["--header-file", "header", "--public-key-file", "m.public.pem", "--lang", "zh"]]
            .concat();
    assert_seen!("zh_verify", desk.seen(&[&["verify"], &received[..]].concat()));
    assert_seen!("zh_diagnose", desk.seen(&[&["diagnose"], &received[..]].concat()));
}

#[test]
fn the_locale_decides_where_nothing_is_said() {
    let desk = Desk::new();
    let with = |variables: &[(&str, &str)]| {
        let mut command = desk.command(&["codes", "nothing"]);
        command
            .env_remove("LC_ALL")
            .env_remove("LC_MESSAGES")
            .env_remove("LANG")
            .envs(variables.iter().copied());
        stderr(&command.output().unwrap())
    };
    assert!(with(&[]).starts_with("error: "));
    assert!(with(&[("LANG", "zh_CN.UTF-8")]).starts_with("错误："));
    assert!(with(&[("LC_ALL", "en_GB.UTF-8"), ("LANG", "zh_CN.UTF-8")]).starts_with("error: "));
    let json = |lang| stdout(&desk.run(&["codes", "currency", "--format", "json", "--lang", lang]));
    assert_eq!(json("zh"), json("en"));
}
