//! OpenSSL's command line, as a shell script would use it: it signs whatever bytes it is given.

use std::process::Command;
use std::time::SystemTime;

use base64ct::{Base64, Encoding};

use super::{BODY, BY_OPENSSL, Broken, MERCHANT, PATH, desk, judge};
use crate::desk::Desk;

#[test]
fn what_shell_scripts_do_wrong_is_found() {
    let desk = desk();
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_millis();
    let (time, seconds) = (now.to_string(), (now / 1000).to_string());
    let five = |lines: [&str; 5], by: &str| lines.join(by);
    let right = five([PATH, &time, NONCE, MERCHANT, BODY], "\n");
    let pss: &[&str] = &["-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:digest"];
    // What was signed and how, with the code of what is wrong.
    let cases: [(&str, &str, &str, &[&str]); 17] = [
        ("", &right, "-sha256", &[]),
        ("final-newline", &format!("{right}\n"), "-sha256", &[]),
        ("lines-joined-by-crlf", &five([PATH, &time, NONCE, MERCHANT, BODY], "\r\n"), "-sha256", &[]),
        ("lines-joined-by-literal", &five([PATH, &time, NONCE, MERCHANT, BODY], "\\n"), "-sha256", &[]),
        ("lines-joined-by-nothing", &five([PATH, &time, NONCE, MERCHANT, BODY], ""), "-sha256", &[]),
        ("method-line", &format!("POST\n{right}"), "-sha256", &[]),
        ("merchant-line-dropped", &[PATH, &time, NONCE, BODY].join("\n"), "-sha256", &[]),
        ("merchant-not-signed", &five([PATH, &time, NONCE, "", BODY], "\n"), "-sha256", &[]),
        ("timestamp-signed-in-seconds", &five([PATH, &seconds, NONCE, MERCHANT, BODY], "\n"), "-sha256", &[]),
        ("field-order", &five([PATH, NONCE, &time, MERCHANT, BODY], "\n"), "-sha256", &[]),
        ("wechat-form", &format!("POST\n{PATH}\n{time}\n{NONCE}\n{BODY}\n"), "-sha256", &[]),
        ("path-with-host", &format!("https://open-fat.cb.paykka.com{right}"), "-sha256", &[]),
        ("path-with-query", &right.replacen(PATH, &format!("{PATH}?a=1"), 1), "-sha256", &[]),
        ("body-not-signed", &[PATH, &time, NONCE, MERCHANT].join("\n"), "-sha256", &[]),
        ("algorithm-sha1", &right, "-sha1", &[]),
        ("algorithm-sha512", &right, "-sha512", &[]),
        ("algorithm-pss", &right, "-sha256", pss),
    ];
    let cases: Vec<Broken> = cases
        .iter()
        .map(|(code, signed, digest, options)| Broken {
            code: (*code).to_owned(),
            path: PATH.to_owned(),
            merchant: Some(MERCHANT.to_owned()),
            body: BODY.as_bytes().to_vec(),
            header: header(&time, &signature(&desk, signed, digest, options)),
        })
        .collect();
    assert_eq!(judge(&desk, &cases), BY_OPENSSL);
}

/// What one does with what the command wrote.
#[test]
fn keys_that_were_converted_are_read_by_openssl() {
    let desk = desk();
    desk.put("passphrase", "open sesame");
    let convert = |to, out| ["keys", "convert", "merchant.private.pem", "--to", to, "--out", out];
    assert!(desk.run(&convert("pkcs1", "pkcs1.pem")).status.success());
    let words = [&convert("encrypted", "locked.pem")[..], &["--new-passphrase-file", "passphrase"]].concat();
    assert!(desk.run(&words).status.success());
    assert!(desk.run(&convert("spki", "spki.pem")).status.success());
    for arguments in [
        "rsa -in pkcs1.pem -pubout",
        "pkey -in locked.pem -passin pass:opensesame -pubout",
        "pkey -pubin -in spki.pem",
    ] {
        let words = arguments.split(' ').map(|word| word.replace("opensesame", "open sesame"));
        let output = Command::new("openssl").args(words).current_dir(desk.path("")).output().unwrap();
        assert!(output.status.success(), "{arguments}: {output:?}");
        assert_eq!(
            String::from_utf8(output.stdout).unwrap(),
            desk.read("merchant.public.pem"),
            "{arguments}"
        );
    }
}

/// A platform may well hand its key out so.
#[test]
fn a_certificate_is_read_for_its_key() {
    let desk = desk();
    let arguments = [
        "req",
        "-x509",
        "-key",
        "platform.private.pem",
        "-subj",
        "/CN=platform",
        "-days",
        "1",
        "-out",
        "cert.pem",
    ];
    let made = Command::new("openssl").args(arguments).current_dir(desk.path("")).output().unwrap();
    assert!(made.status.success(), "{made:?}");
    let (status, said) = desk.json(&["keys", "inspect", "cert.pem"]);
    assert_eq!((status, &said["form"], &said["private"]), (0, &"X.509 certificate".into(), &false.into()));
    assert_eq!(desk.json(&["keys", "match", "platform.private.pem", "cert.pem"]).0, 0);
    let converted = desk.run(&["keys", "convert", "cert.pem", "--to", "spki"]);
    assert_eq!(String::from_utf8(converted.stdout).unwrap(), desk.read("platform.public.pem"));
}

const NONCE: &str = "a1B2c3D4e5F6";

fn signature(desk: &Desk, signed: &str, digest: &str, options: &[&str]) -> String {
    desk.put("signed", signed);
    let mut command = Command::new("openssl");
    command.args(["dgst", digest, "-sign", "merchant.private.pem"]).args(options).arg("signed");
    let output = command.current_dir(desk.path("")).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    Base64::encode_string(&output.stdout)
}

fn header(time: &str, signature: &str) -> String {
    let json = format!(
        r#"{{"sign_type":"SHA256_WITH_RSA","timestamp":"{time}","nonce":"{NONCE}","key_id":"K001","signature":"{signature}"}}"#
    );
    let encoded = json.bytes().map(|byte| match byte {
        b'-' | b'_' | b'.' => char::from(byte).to_string(),
        _ if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    });
    encoded.collect()
}
