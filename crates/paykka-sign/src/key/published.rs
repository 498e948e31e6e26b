//! Keys that everybody has the private half of, because they stand in this project's vectors, tests and docs. Whoever
//! copies an example into production would accept anybody's signature.

use super::{Fingerprint, VerifyingKey};

/// Whether everybody knows the private half of the key. The modulus decides: who has its factors can make the private
/// half for any exponent.
pub(crate) fn contains(key: &VerifyingKey) -> bool {
    let modulus = Fingerprint::of(key.modulus()).to_string();
    PUBLISHED.contains(&modulus.as_str())
}

/// SHA-256 of the modulus, big-endian without leading zeros; tests hold this list to the files in the repository.
const PUBLISHED: &[&str] = &[
    "58f8974316698d8dbd8af8c1a54823760cf5652bc31ca32bd97a82400b4d4291", // vectors/keys/rsa-2048
    "5b0c86a779949369eb33e627791a9cbd4464e84dc7359eeaa60404a223328e48", // vectors/keys/rsa-3072
    "9e3e3203c85200c54559e65dfd14623e5ba7fed84a3fd4537e0355ea44e4ed33", // vectors/keys/rsa-4096
    "b8dd8d29302afd906f2f7fe4012fda87a79414a424c324d3fee37ee1d2ff6e19", // crates/paykka-sign/testdata/merchant-2048
    "f6e4b1063fc116a571431d3ff7b61d315c2c37c5f2ae8c673895866573f020dd", // crates/paykka-sign/testdata/platform-2048
    "08b60156b75c3523eb8d7966225b857d4b800b5f8668172388fa1cde9da6e9b7", // crates/paykka-sign/testdata/rsa-2048-unbalanced
    "dcc61f86cb9bca57443bf8e99b445d96fd33a4acd655e36d314bd2b030aeae4d", // the other two in crates/paykka-sign/testdata
];
