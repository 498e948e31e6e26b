//! A key file in every other form is the same key, and what no form can hold is refused.

use paykka_sign::{KeyFile, KeyForm, KeyWrapping, SigningKey, VerifyingKey};

const PRIVATE: &[u8] = include_bytes!("../../../testdata/merchant-2048.private.pem");
const PUBLIC: &[u8] = include_bytes!("../../../testdata/merchant-2048.public.pem");
const WRAPPINGS: [KeyWrapping; 3] = [KeyWrapping::Pem, KeyWrapping::Der, KeyWrapping::Base64];

#[test]
fn every_form_leads_to_every_other() {
    let original = KeyFile::from_bytes(PRIVATE).unwrap();
    assert_eq!(original.verifying_key().exponent(), 65_537);
    let private = [KeyForm::Pkcs8, KeyForm::Pkcs1Private];
    let public = [KeyForm::Spki, KeyForm::Pkcs1Public];
    let mut seen = 0;
    for (from, to) in private
        .iter()
        .flat_map(|from| private.iter().chain(&public).map(move |to| (from, to)))
        .chain(public.iter().flat_map(|from| public.iter().map(move |to| (from, to))))
    {
        for wrapping in WRAPPINGS {
            let first = original.write(*from, wrapping).unwrap();
            let file = KeyFile::from_bytes(&first).unwrap();
            assert_eq!((file.form(), file.wrapping()), (*from, wrapping));
            assert_eq!(file.is_private(), private.contains(from));
            assert_eq!(file.verifying_key(), original.verifying_key());
            for other in WRAPPINGS {
                let second = file.write(*to, other).unwrap();
                let back = KeyFile::from_bytes(&second).unwrap();
                assert_eq!((back.form(), back.wrapping()), (*to, other));
                assert_eq!(back.verifying_key(), original.verifying_key());
                seen += 1;
            }
        }
    }
    assert_eq!(seen, (2 * 4 + 2 * 2) * 9);
    // What this project's own files hold was written by OpenSSL.
    assert_eq!(original.write(KeyForm::Pkcs8, KeyWrapping::Pem).unwrap().as_slice(), PRIVATE);
    assert_eq!(original.write(KeyForm::Spki, KeyWrapping::Pem).unwrap().as_slice(), PUBLIC);
}

#[test]
fn what_no_form_can_hold_is_refused() {
    let public = KeyFile::from_bytes(PUBLIC).unwrap();
    for form in [KeyForm::Pkcs8, KeyForm::Pkcs1Private] {
        let error = public.write(form, KeyWrapping::Pem).unwrap_err();
        assert!(error.is_key() && error.to_string().contains("a public key where a private form"), "{error}");
    }
    for form in [KeyForm::EncryptedPkcs8, KeyForm::Certificate] {
        assert!(public.write(form, KeyWrapping::Pem).unwrap_err().is_key());
    }
    // The same words as where the key is used.
    let ec = include_bytes!("../../../testdata/ec.public.pem");
    assert_eq!(
        KeyFile::from_bytes(ec).unwrap_err().to_string(),
        VerifyingKey::from_bytes(ec).unwrap_err().to_string()
    );
    let encrypted = include_bytes!("../../../testdata/merchant-2048.encrypted.pem");
    assert_eq!(
        KeyFile::from_bytes(encrypted).unwrap_err().to_string(),
        SigningKey::from_bytes("K", encrypted).unwrap_err().to_string()
    );
}

#[test]
fn debug_shows_nothing_of_the_key() {
    let shown = format!("{:?}", KeyFile::from_bytes(PRIVATE).unwrap());
    assert_eq!(shown, "KeyFile { form: Pkcs8, wrapping: Pem, .. }");
}

#[cfg(feature = "encryption")]
#[test]
fn a_passphrase_goes_on_and_comes_off() {
    let plain = KeyFile::from_bytes(PRIVATE).unwrap();
    assert!(plain.write_encrypted(KeyWrapping::Pem, "", [7; 32]).unwrap_err().is_key());
    assert!(KeyFile::from_bytes(PUBLIC).unwrap().write_encrypted(KeyWrapping::Pem, "p", [7; 32]).is_err());
    let file = plain.write_encrypted(KeyWrapping::Base64, "right", [7; 32]).unwrap();
    assert!(KeyFile::from_encrypted_bytes(&file, "wrong").unwrap_err().is_key());
    let read = KeyFile::from_encrypted_bytes(&file, "right").unwrap();
    assert_eq!((read.form(), read.wrapping()), (KeyForm::EncryptedPkcs8, KeyWrapping::Base64));
    assert_eq!(read.write(KeyForm::Pkcs8, KeyWrapping::Pem).unwrap().as_slice(), PRIVATE);
    // One that isn't encrypted needs none.
    assert_eq!(KeyFile::from_encrypted_bytes(PRIVATE, "any").unwrap().form(), KeyForm::Pkcs8);
}
