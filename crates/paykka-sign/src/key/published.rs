//! Keys that everybody has the private half of, because they stand in this project's vectors, tests and docs. Whoever
//! copies an example into production would accept anybody's signature.

use super::Fingerprint;

/// Whether the key with this fingerprint is known to everybody.
pub(crate) fn contains(key: Fingerprint) -> bool {
    PUBLISHED.iter().any(|published| {
        // Compared as text, so that the list reads as the tools print it.
        *published == key.to_string()
    })
}

/// SHA-256 of SPKI DER; a test holds this list to the files in the repository.
const PUBLISHED: &[&str] = &[
    "5bc669b4c4fdcfd1c63001ae459d0e5428b56572d7de7fd5b16b07404eaac5e7", // vectors/keys/rsa-2048.public.pem
    "e4270dbf1b44bc77e31165107690c55ff6f00ab6cd3f6fa97a6194bf928c3a0d", // vectors/keys/rsa-3072.public.pem
    "a374010bde73265793dba9955161b457a6480a48e75a481dec2c4cc307b3f0c1", // vectors/keys/rsa-4096.public.pem
    "902b9e1285206fd800061410a3903c20db7b48a0b13a2be5ec2516dd9db5bcf5", // crates/paykka-sign/testdata/merchant-2048.public.pem
    "94f61c160d9d768fb19f0cb3bf23b2e06112516268f90242db03c8abfe8db953", // crates/paykka-sign/testdata/platform-2048.public.pem
];
