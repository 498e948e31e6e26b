//! Settings from an environment and from a profile: each works, all that is wrong is told at once by the name that its
//! source has for it, and nothing of a secret is told.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use paykka_client::{ClientBuilder, Environment, Error};
use paykka_emulator::{Fault, FaultRule};
use paykka_model::BalanceInquiryRequest;
use paykka_sign::{SigningKey, VerifyingKey};
use tempfile::TempDir;
use tokio::io::AsyncWriteExt;

use crate::world::{MERCHANT, MERCHANT_PEM, MERCHANT_PUBLIC_PEM, PLATFORM_PUBLIC_PEM, platform_ring};

/// A public key whose private half isn't published anywhere.
fn unpublished() -> String {
    let body: String = PLATFORM_PUBLIC_PEM.lines().filter(|line| !line.starts_with('-')).collect();
    let mut body = body.into_bytes();
    body[200] = if body[200] == b'A' { b'B' } else { b'A' };
    assert!(VerifyingKey::from_bytes(body.clone()).is_ok());
    String::from_utf8(body).unwrap()
}

pub(crate) struct Files {
    folder: TempDir,
}

impl Files {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn put(&self, name: &str, text: &str) -> String {
        let path = self.path(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

/// The least that makes a client.
pub(crate) fn enough(files: &Files) -> BTreeMap<&'static str, String> {
    [
        ("base_url", "https://example.invalid".to_owned()),
        ("key_id", "K001".to_owned()),
        ("private_key_file", files.put("own.pem", MERCHANT_PEM)),
        ("platform_key_file", files.put("platform.pem", &unpublished())),
        ("platform_key_id", "P001".to_owned()),
        ("merchant_id", MERCHANT.to_owned()),
    ]
    .into()
}

pub(crate) fn of_environment(settings: &BTreeMap<&'static str, String>) -> ClientBuilder {
    ClientBuilder::from_variables(|name| {
        let name = name.strip_prefix("PAYKKA_").unwrap().to_lowercase();
        settings.get(name.as_str()).cloned()
    })
}

fn of_profile(files: &Files, settings: &BTreeMap<&'static str, String>) -> ClientBuilder {
    let lines: String = settings.iter().map(|(key, value)| format!("{key} = {value:?}\n")).collect();
    let path = files.put("profiles.toml", &format!("[other]\nkey_id = \"K9\"\n[live]\n{lines}"));
    ClientBuilder::from_profile(path, "live")
}

/// The same settings from both sources: what is said in the end, of the environment and of the profile.
fn both(files: &Files, settings: &BTreeMap<&'static str, String>) -> [Result<(), Error>; 2] {
    [of_environment(settings).build().map(drop), of_profile(files, settings).build().map(drop)]
}

/// Adds settings, or with an empty text takes one away, and returns both sources' messages.
fn refused(changes: &[(&'static str, &str)]) -> [String; 2] {
    let files = Files::new();
    let mut settings = enough(&files);
    for (name, value) in changes {
        if value.is_empty() {
            settings.remove(name)
        } else {
            settings.insert(name, (*value).to_owned())
        };
    }
    both(&files, &settings).map(|ended| {
        let error = ended.unwrap_err();
        assert!(error.is_config() && !error.outcome_unknown());
        assert!(!format!("{error:?}").contains("MII"), "{error:?}");
        error.to_string()
    })
}

#[test]
fn the_least_and_everything_makes_a_client_from_both_sources() {
    let files = Files::new();
    let mut settings = enough(&files);
    both(&files, &settings).into_iter().for_each(Result::unwrap);
    settings.extend([
        ("ca_file", files.put("ca.pem", paykka_emulator::LocalCa::new().unwrap().pem())),
        ("timeout_ms", "5000".to_owned()),
        ("connect_timeout_ms", "1000".to_owned()),
        ("clock_tolerance_ms", "60000".to_owned()),
        ("response_header", "x-signature".to_owned()),
        ("proxy", "http://user:secret@proxy.invalid:3128".to_owned()),
    ]);
    both(&files, &settings).into_iter().for_each(Result::unwrap);
    // Texts of keys in the place of files; and whole numbers as such.
    settings.remove("private_key_file");
    settings.remove("platform_key_file");
    settings.insert("private_key", MERCHANT_PEM.to_owned());
    settings.insert("platform_key", unpublished());
    both(&files, &settings).into_iter().for_each(Result::unwrap);
    let number = files
        .put("n.toml", &fs::read_to_string(files.path("profiles.toml")).unwrap().replace("\"5000\"", "5000"));
    assert!(fs::read_to_string(&number).unwrap().contains("timeout_ms = 5000"));
    ClientBuilder::from_profile(number, "live").build().unwrap();
}

#[test]
fn everything_that_is_wrong_is_told_at_once_by_its_sources_name() {
    let wrong: [(&'static str, &str); 9] = [
        ("base_url", "http://example.invalid"),
        ("private_key_file", "/nonexistent/own.pem"),
        ("platform_key_file", "/nonexistent/platform.pem"),
        ("merchant_id", "two words"),
        ("timeout_ms", "soon"),
        ("connect_timeout_ms", "0"),
        ("clock_tolerance_ms", "-1"),
        ("response_header", "no header"),
        ("ca_file", "/nonexistent/ca.pem"),
    ];
    let [environment, profile] = refused(&wrong);
    for (name, _) in wrong {
        let variable = format!("PAYKKA_{}: ", name.to_uppercase());
        assert!(environment.lines().any(|line| line.starts_with(&variable)), "{variable}{environment}");
        assert!(profile.lines().any(|line| line.starts_with(&format!("{name}: "))), "{name} {profile}");
    }
    assert_eq!((environment.lines().count(), profile.lines().count()), (9, 9), "{environment}\n{profile}");
    let [environment, _] = refused(&[
        ("base_url", ""),
        ("key_id", ""),
        ("private_key_file", ""),
        ("platform_key_file", ""),
        ("platform_key_id", ""),
    ]);
    assert_eq!(environment.lines().count(), 3, "{environment}");
    for says in ["set PAYKKA_BASE_URL", "PAYKKA_PRIVATE_KEY_FILE", "PAYKKA_PLATFORM_KEY_FILE"] {
        assert!(environment.contains(says), "{environment}");
    }
}

#[test]
fn settings_that_make_no_pair_are_told_once() {
    let [environment, profile] = refused(&[("key_id", "")]);
    assert_eq!(environment, "PAYKKA_PRIVATE_KEY_FILE is set, and PAYKKA_KEY_ID isn't; both are needed");
    assert_eq!(profile, "private_key_file is set, and key_id isn't; both are needed");
    let [environment, _] = refused(&[("private_key_file", "")]);
    assert_eq!(environment, "PAYKKA_KEY_ID is set, and PAYKKA_PRIVATE_KEY_FILE isn't; both are needed");
    let [environment, _] = refused(&[("private_key", MERCHANT_PEM)]);
    assert_eq!(environment, "PAYKKA_PRIVATE_KEY and PAYKKA_PRIVATE_KEY_FILE are both set; keep one");
    let [environment, _] = refused(&[("platform_key_file", "")]);
    assert_eq!(
        environment,
        "PAYKKA_PLATFORM_KEY_ID is set, and PAYKKA_PLATFORM_KEY_FILE isn't; both are needed"
    );
    // What is given in code wins.
    let files = Files::new();
    let mut settings = enough(&files);
    settings.remove("key_id");
    let key = || SigningKey::from_bytes("K001", MERCHANT_PEM).unwrap();
    of_environment(&settings).signing_key(key()).build().unwrap();
    of_environment(&BTreeMap::new())
        .base_url("https://example.invalid")
        .signing_key(key())
        .platform_key_file("P001", files.put("p.pem", &unpublished()))
        .build()
        .unwrap();
}

#[test]
fn keys_in_the_wrong_place_are_named_and_not_shown() {
    let files = Files::new();
    let (public, private) =
        (files.put("public.pem", MERCHANT_PUBLIC_PEM), files.put("private.pem", MERCHANT_PEM));
    let [environment, profile] = refused(&[("private_key_file", &public), ("platform_key_file", &private)]);
    for (text, own, platform) in [
        (environment, "PAYKKA_PRIVATE_KEY_FILE: ", "PAYKKA_PLATFORM_KEY_FILE: "),
        (profile, "private_key_file: ", "platform_key_file: "),
    ] {
        let of = |name: &str| text.lines().find(|line| line.starts_with(name)).unwrap().to_owned();
        assert!(
            of(own).contains("a public key where the private key is wanted") && of(own).contains(&public)
        );
        assert!(of(platform).contains("a private key where the public key is wanted"), "{text}");
    }
    // A key's text in the place of a file's name isn't a file, and mustn't be shown as one.
    let damaged = MERCHANT_PEM.replace("MII", "MIJ");
    let [environment, _] = refused(&[
        ("private_key_file", ""),
        ("private_key", &damaged),
        ("platform_key", "rubbish-rubbish"),
        ("platform_key_file", ""),
    ]);
    assert!(environment.contains("PAYKKA_PRIVATE_KEY: the key can't be used"), "{environment}");
    assert!(environment.contains("PAYKKA_PLATFORM_KEY: the key can't be used"), "{environment}");
    assert!(!environment.contains(MERCHANT_PEM.lines().nth(3).unwrap()) && !environment.contains("rubbish"));
}

#[cfg(unix)]
#[test]
fn a_folder_in_the_place_of_a_key_file_is_named() {
    let files = Files::new();
    let folder = files.folder.path().to_str().unwrap();
    let [environment, _] = refused(&[("private_key_file", folder)]);
    assert!(environment.starts_with("PAYKKA_PRIVATE_KEY_FILE: the file") && environment.contains(folder));
}

#[test]
fn a_keys_text_where_a_files_name_belongs_is_not_shown() {
    let [environment, profile] = refused(&[
        ("private_key_file", MERCHANT_PEM),
        ("platform_key_file", MERCHANT_PEM),
        ("ca_file", MERCHANT_PEM),
    ]);
    for text in [environment, profile] {
        assert!(!text.contains(MERCHANT_PEM.lines().nth(3).unwrap()), "{text}");
        assert!(
            text.to_lowercase().contains("private_key_file: ") && text.to_lowercase().contains("ca_file: ")
        );
    }
}

#[test]
fn a_profiles_secrets_are_not_told() {
    let files = Files::new();
    for (toml, says) in [
        ("[live]\nprivate_key = \"SECRET\nkey_id = 1", "line 2 isn't TOML"),
        ("[live]\nprivate_key = SECRET", "line 2 isn't TOML"),
        ("private_key = \"SECRET\"\n[test]", "there is no such profile; there are: private_key, test"),
        ("[live]\nprivate_key = [\"SECRET\"]", "`private_key` must be a text or a whole number"),
        ("[live]\nprivat_key = \"SECRET\"", "`privat_key` isn't known; known are: environment, base_url, "),
        ("[live]\nresponse_policy = \"off\"", "`response_policy` isn't known"),
        ("[live]\ndangerously_take_unsigned = \"payment.apply\"", "`dangerously_take_unsigned` isn't known"),
    ] {
        let path = files.put("bad.toml", toml);
        let builder = ClientBuilder::from_profile(&path, "live");
        assert!(!format!("{builder:?}").contains("SECRET"));
        let error = builder.build().unwrap_err();
        assert!(error.to_string().contains(says) && error.to_string().contains(&path), "{error}");
        assert!(!format!("{error} {error:?}").contains("SECRET"), "{error}");
    }
    fs::write(files.path("binary.toml"), b"[live]\n\xff").unwrap();
    let error = ClientBuilder::from_profile(files.path("binary.toml"), "live").build().unwrap_err();
    assert!(error.to_string().contains("isn't UTF-8"), "{error}");
    let error = ClientBuilder::from_profile("/nonexistent.toml", "live").build().unwrap_err();
    assert!(error.to_string().contains("the file `/nonexistent.toml` can't be read"), "{error}");
}

#[test]
fn passwords_of_proxies_and_addresses_are_not_told() {
    for proxy in
        ["ftp://user:SECRET@proxy", "http://user:SECRET@", "http://user:SECRET@host:port", "SECRET SECRET"]
    {
        for text in refused(&[("proxy", proxy)]) {
            assert!(text.to_lowercase().contains("proxy: ") && !text.contains("SECRET"), "{text}");
        }
    }
    let files = Files::new();
    let mut settings = enough(&files);
    settings.insert("proxy", "http://user:SECRET@proxy.invalid:3128".to_owned());
    let builder = of_environment(&settings);
    assert!(!format!("{builder:?}").contains("SECRET"));
    assert!(!format!("{:?}", builder.build().unwrap()).contains("SECRET"));
    settings.insert("base_url", "https://user:SECRET@example.invalid".to_owned());
    let builder = of_environment(&settings);
    assert!(!format!("{builder:?}").contains("SECRET"), "{builder:?}");
    let error = builder.build().unwrap_err();
    assert!(error.to_string().contains("holds a user name"), "{error}");
    assert!(!format!("{error} {error:?}").contains("SECRET"));
}

#[cfg(unix)]
#[test]
fn a_variable_that_isnt_unicode_is_an_error_and_not_absent() {
    use std::os::unix::ffi::OsStringExt;
    let files = Files::new();
    let settings = enough(&files);
    let builder = ClientBuilder::from_variables(|name| {
        if name == "PAYKKA_PROXY" {
            return Some(OsString::from_vec(b"http://\xff".to_vec()));
        }
        settings.get(name.strip_prefix("PAYKKA_").unwrap().to_lowercase().as_str()).map(OsString::from)
    });
    assert_eq!(builder.build().unwrap_err().to_string(), "PAYKKA_PROXY: isn't UTF-8");
}

#[test]
fn an_empty_variable_counts_as_absent() {
    let files = Files::new();
    let mut settings = enough(&files);
    settings.extend([
        ("private_key", String::new()),
        ("timeout_ms", String::new()),
        ("proxy", String::new()),
    ]);
    of_environment(&settings).build().unwrap();
}

/// Deadline, header and roots are those that were said, seen from the other end.
#[tokio::test]
async fn settings_have_their_effect() {
    let emulator = crate::world::emulator().await;
    let files = Files::new();
    let mut settings = enough(&files);
    settings.insert("base_url", emulator.https_url());
    settings.insert("ca_file", files.put("ca.pem", emulator.ca_pem()));
    let ask = async |settings: &BTreeMap<&'static str, String>| {
        let client = of_profile(&files, settings).platform_keys(platform_ring()).build().unwrap();
        client.balance().inquiry(&BalanceInquiryRequest::new()).max_attempts(1).await
    };
    let answer = ask(&settings).await.unwrap();
    assert_eq!(answer.request().merchant(), Some(MERCHANT));
    assert_eq!(answer.request().authorization().key_id(), "K001");

    let with = |name: &'static str, value: &str| {
        let mut settings = settings.clone();
        settings.insert(name, value.to_owned());
        settings
    };
    let error = ask(&with("response_header", "x-signature")).await.unwrap_err();
    assert!(error.is_unsigned(), "{error}");
    let mut without = settings.clone();
    without.remove("ca_file");
    assert!(ask(&without).await.unwrap_err().is_certificate());

    // Answers that were signed an hour ago.
    let rule = FaultRule { operation: None, fault: Fault::Stale, times: None };
    emulator.add_rule(rule).unwrap();
    assert!(ask(&with("clock_tolerance_ms", "60000")).await.unwrap_err().is_refused());
    assert!(ask(&with("clock_tolerance_ms", "7200000")).await.is_ok());

    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut slow = with("timeout_ms", "200");
    slow.insert("base_url", format!("http://{}", silent.local_addr().unwrap()));
    let begin = std::time::Instant::now();
    assert!(ask(&slow).await.unwrap_err().is_timeout());
    assert!(begin.elapsed() < Duration::from_secs(30));
}

#[tokio::test]
async fn a_proxy_that_is_set_is_gone_through() {
    let proxy = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let files = Files::new();
    let mut settings = enough(&files);
    settings.insert("proxy", format!("http://user:SECRET@{}", proxy.local_addr().unwrap()));
    let client = of_environment(&settings).build().unwrap();
    let refusing = tokio::spawn(async move {
        let (mut stream, _) = proxy.accept().await.unwrap();
        let (head, _) = crate::relay::read_message(&mut stream).await;
        stream.write_all(b"HTTP/1.1 407 No\r\ncontent-length: 0\r\n\r\n").await.unwrap();
        String::from_utf8(head).unwrap()
    });
    let error = client.balance().inquiry(&BalanceInquiryRequest::new()).max_attempts(1).await.unwrap_err();
    assert!(error.is_proxy() && error.is_connect() && !error.outcome_unknown(), "{error}");
    assert!(!format!("{error} {error:?}").contains("SECRET"), "{error:?}");
    let head = refusing.await.unwrap();
    assert!(head.starts_with("CONNECT example.invalid:443 HTTP/1.1\r\n"), "{head}");
    assert!(head.to_lowercase().contains("proxy-authorization: basic "), "{head}");
}

#[test]
fn one_key_in_two_environments_is_an_error() {
    let files = Files::new();
    let (own, platform) = (files.put("own.pem", MERCHANT_PEM), files.put("platform.pem", &unpublished()));
    let profile = |name: &str, environment: &str, own: &str, platform: &str| {
        format!(
            "[{name}]\nbase_url = \"https://example.invalid\"\nkey_id = \"K1\"\nprivate_key_file = {own:?}\nplatform_key_file = {platform:?}\n{environment}\n"
        )
    };
    let built = |first: &str, second: &str, other_own: &str, other_platform: &str| {
        let text =
            profile("one", first, &own, &platform) + &profile("two", second, other_own, other_platform);
        let path = files.put("profiles.toml", &text);
        ClientBuilder::from_profile(path, "one").build().map_err(|error| error.to_string())
    };
    let (sandbox, production) = ("environment = \"sandbox\"", "environment = \"production\"");

    let refused = built(sandbox, production, &own, "nowhere").unwrap_err();
    let fingerprint = SigningKey::from_bytes("K", MERCHANT_PEM).unwrap().fingerprint().to_string();
    assert!(refused.starts_with("private_key_file: the key "), "{refused}");
    assert!(
        refused.contains(&fingerprint) && refused.contains("in production in the profile `two`"),
        "{refused}"
    );
    let refused = built(production, sandbox, "nowhere", &platform).unwrap_err();
    assert!(refused.starts_with("platform_key_file: the key "), "{refused}");
    // A key's text is the same key.
    let inline = format!("environment = \"emulator\"\nplatform_key = {:?}", unpublished());
    let text = profile("one", sandbox, &own, &platform) + "[two]\n" + &inline;
    let path = files.put("profiles.toml", &text);
    assert!(ClientBuilder::from_profile(path, "one").build().is_err());

    // In one environment, or in none, a key may stand twice.
    let client = built(sandbox, sandbox, &own, &platform).unwrap();
    assert_eq!(client.setup().unwrap().environment(), Some(Environment::Sandbox));
    assert_eq!(client.setup().unwrap().own_key().fingerprint().to_string(), fingerprint);
    assert_eq!(client.setup().unwrap().platform_keys().len(), 1);
    assert_eq!(
        (client.setup().unwrap().base_url(), client.setup().unwrap().key_id()),
        ("https://example.invalid", "K1")
    );
    assert_eq!(client.setup().unwrap().proxy(), None);
    let proxied = format!("{sandbox}\nproxy = \"http://user:SECRET@proxy.invalid:3128\"");
    let client = built(&proxied, sandbox, &own, &platform).unwrap();
    assert_eq!(client.setup().unwrap().proxy(), Some("http://proxy.invalid:3128"));
    built(sandbox, "", &own, &platform).unwrap();
    built("", production, &own, &platform).unwrap();
    let refused = built("environment = \"live\"", production, "", "").unwrap_err();
    assert_eq!(refused, "environment: must be `sandbox`, `production` or `emulator`");
    assert!("live".parse::<Environment>().unwrap_err().is_config());
    assert_eq!("emulator".parse::<Environment>().unwrap(), Environment::Emulator);
}
