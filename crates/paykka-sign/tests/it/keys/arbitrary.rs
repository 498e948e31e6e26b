//! Whatever a file holds, loading it as a key ends with a key or with an error that says nothing of its content.

use base64ct::{Base64, Encoding};
use paykka_sign::{Error, SigningKey, VerifyingKey};
use proptest::collection::vec;
use proptest::prelude::{
    Just, ProptestConfig, Strategy, TestCaseError, any, prop_assert, prop_oneof, proptest,
};

const PRIVATE: &str = include_str!("../../../testdata/merchant-2048.private.pem");
const PUBLIC: &str = include_str!("../../../testdata/merchant-2048.public.pem");
/// Passphrase `passphrase`, one round of PBKDF2.
const ENCRYPTED: &str = include_str!("../../../testdata/merchant-2048.encrypted.pem");
/// The same passphrase, the least work of scrypt.
const SCRYPT: &str = include_str!("../../../testdata/merchant-2048.scrypt.pem");

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn no_bytes_make_loading_panic(file in prop_oneof![vec(any::<u8>(), 0..300), der_like()]) {
        load(&file)?;
    }

    #[test]
    fn no_text_makes_loading_panic(file in prop_oneof![".{0,200}", text_like()]) {
        load(file.as_bytes())?;
    }

    #[test]
    fn no_damage_makes_loading_panic(
        key in prop_oneof![Just(PRIVATE), Just(PUBLIC), Just(ENCRYPTED), Just(SCRYPT)],
        is_text in any::<bool>(),
        damages in vec((any::<usize>(), 0..40_usize, vec(any::<u8>(), 0..4)), 1..4),
    ) {
        let mut file = if is_text { key.as_bytes().to_vec() } else { der(key) };
        for (start, len, with) in damages {
            let start = start % file.len();
            let end = (start + len).min(file.len());
            file.splice(start..end, with);
            if file.is_empty() {
                break;
            }
        }
        load(&file)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    /// A change of one byte gets furthest. The number of rounds stays as it is: up to ten million are a file's right,
    /// and take their time.
    #[test]
    fn no_byte_makes_opening_panic(at in any::<usize>(), byte in any::<u8>()) {
        let mut file = der(ENCRYPTED);
        let rounds = file.windows(3).position(|window| window == [2, 1, 1]).unwrap();
        let at = at % file.len();
        if !(rounds..rounds + 3).contains(&at) {
            file[at] = byte;
        }
        load(&file)?;
    }

    #[test]
    fn no_byte_makes_opening_by_scrypt_panic(at in any::<usize>(), byte in any::<u8>()) {
        let mut file = der(SCRYPT);
        let at = at % file.len();
        file[at] = byte;
        load(&file)?;
    }
}

/// Without this, the two above could ruin files that never opened.
#[cfg(feature = "encryption")]
#[test]
fn the_encrypted_files_open_as_they_are() {
    for pem in [ENCRYPTED, SCRYPT] {
        SigningKey::from_encrypted_bytes("K001", der(pem), "passphrase").unwrap();
    }
}

/// In each way.
fn load(file: &[u8]) -> Result<(), TestCaseError> {
    let mut errors: Vec<Error> = Vec::new();
    errors.extend(SigningKey::from_bytes("K001", file).err());
    #[cfg(feature = "encryption")]
    errors.extend(SigningKey::from_encrypted_bytes("K001", file, "passphrase").err());
    match VerifyingKey::from_bytes(file) {
        Ok(key) => prop_assert!(VerifyingKey::from_bytes(key.to_pem()).is_ok_and(|again| again == key)),
        Err(error) => errors.push(error),
    }
    for error in errors {
        prop_assert!(error.is_key());
        let said = format!("{error} {error:?}");
        let is_base64 = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/=".contains(byte);
        for run in file.windows(16).filter(|run| run.iter().all(is_base64)) {
            prop_assert!(!said.as_bytes().windows(16).any(|shown| shown == run), "{}", said);
        }
    }
    Ok(())
}

fn der(pem: &str) -> Vec<u8> {
    let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    Base64::decode_vec(&body).unwrap()
}

/// Nested elements with the tags that keys are made of, now and then of the right length.
fn der_like() -> impl Strategy<Value = Vec<u8>> {
    let tag = || {
        prop_oneof![Just(0x30_u8), Just(0x02), Just(0x03), Just(0x04), Just(0x05), Just(0x06), any::<u8>()]
    };
    let leaf = (tag(), vec(any::<u8>(), 0..20)).prop_map(|(tag, content)| element(tag, &content));
    let tree = leaf.prop_recursive(4, 24, 9, move |inner| {
        (tag(), vec(inner, 0..9)).prop_map(|(tag, children)| element(tag, &children.concat()))
    });
    vec(tree, 0..9).prop_map(|children| element(0x30, &children.concat()))
}

fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let len = u16::try_from(content.len()).unwrap_or(u16::MAX);
    let header = match len {
        0..128 => vec![tag, len.to_be_bytes()[1]],
        128..256 => vec![tag, 0x81, len.to_be_bytes()[1]],
        _ => [&[tag, 0x82][..], &len.to_be_bytes()].concat(),
    };
    [&header, content].concat()
}

/// The pieces of PEM text in any order.
fn text_like() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "-----(BEGIN|END) (RSA |ENCRYPTED )?(PRIVATE|PUBLIC) KEY-----",
        "-----|BEGIN |END |\\\\n|\\\\r|\\\\|\u{feff}|\r?\n|Proc-Type: 4,ENCRYPTED",
        "M[A-Za-z0-9+/]{0,70}={0,2}",
        der_like().prop_map(|der| Base64::encode_string(&der)),
    ];
    vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}
