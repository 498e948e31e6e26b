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
    "3de5ffd05e0af2c80b88c0ec06b7a52c47583ce7e6ea2e5eeff728f2e6c1505d", // crates/paykka-sign/testdata/rsa-2048-python
    "dcc61f86cb9bca57443bf8e99b445d96fd33a4acd655e36d314bd2b030aeae4d", // the other two in crates/paykka-sign/testdata
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::fs;
    use std::path::{Path, PathBuf};

    use pkcs8::PrivateKeyInfoRef;
    use pkcs8::der::Decode;

    use super::super::shape::{Shape, children};
    use super::super::text;
    use super::*;

    /// A new test key can't be forgotten: whatever in the repository reads as a key must stand in the list, and whatever
    /// stands in the list must be there.
    #[test]
    fn the_list_is_that_of_the_keys_in_the_repository() {
        let mut found: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
        let mut read = 0;
        for file in files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")) {
            read += 1;
            for modulus in candidates(&fs::read(&file).unwrap()).iter().filter_map(|key| modulus(key)) {
                found.entry(Fingerprint::of(&modulus).to_string()).or_default().push(file.clone());
            }
        }
        println!("{} keys in {read} files", found.len());
        for (modulus, files) in &found {
            assert!(PUBLISHED.contains(&modulus.as_str()), "add {modulus} to the list, of {files:#?}");
        }
        let stale: Vec<_> = PUBLISHED.iter().filter(|modulus| !found.contains_key(**modulus)).collect();
        assert!(stale.is_empty() && found.len() == PUBLISHED.len(), "not in the repository: {stale:?}");
    }

    #[test]
    fn keys_are_seen_in_whatever_wrapping() {
        let pem = include_str!("../../testdata/merchant-2048.private.pem");
        let der = text::unwrap(pem.as_bytes()).unwrap();
        let one_line: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
        let wrappings = [
            pem.as_bytes().to_vec(),
            der.to_vec(),
            format!("# Guide\n\n```text\n{pem}```\n").into_bytes(),
            format!("{{\"key\":\"{}\"}}", pem.replace('\n', "\\n")).into_bytes(),
            format!("KEY={one_line} cargo run").into_bytes(),
        ];
        for wrapped in wrappings {
            let found: Vec<_> = candidates(&wrapped).iter().filter_map(|key| modulus(key)).collect();
            assert!(!found.is_empty(), "{}", String::from_utf8_lossy(&wrapped));
        }
    }

    #[test]
    fn what_git_ignores_is_not_of_the_repository() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::write(path(".gitignore"), "/artifacts\n__pycache__/\n").unwrap();
        for name in ["artifacts", "__pycache__", "kept"] {
            fs::create_dir(path(name)).unwrap();
            fs::write(path(name).join("file"), "").unwrap();
        }
        let mut found = files(folder.path());
        found.sort();
        assert_eq!(found, [path(".gitignore"), path("kept/file")]);
    }

    /// A fuzzer leaves keys behind that nobody publishes, so what a folder's `.gitignore` names in it is left out.
    fn files(folder: &Path) -> Vec<PathBuf> {
        let ignored = fs::read_to_string(folder.join(".gitignore")).unwrap_or_default();
        let is_ignored = |name: &str| ignored.lines().any(|line| line.trim_matches('/') == name);
        let mut all = Vec::new();
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let name = entry.file_name();
            match entry.file_type().unwrap() {
                _ if name == ".git" || name == "target" || name.to_str().is_some_and(is_ignored) => {}
                kind if kind.is_dir() => all.extend(files(&entry.path())),
                kind if kind.is_file() => all.push(entry.path()),
                _ => {}
            }
        }
        all
    }

    /// The whole file, each PEM block in it, and each long run of Base64 that begins as a DER sequence does.
    fn candidates(file: &[u8]) -> Vec<Vec<u8>> {
        let mut all = vec![file.to_vec()];
        let text = String::from_utf8_lossy(file);
        for block in text.split("-----BEGIN ").skip(1) {
            let whole = block
                .split_once("-----END ")
                .and_then(|(body, end)| Some((body, end.split_once("-----")?.0)));
            all.extend(
                whole.map(|(body, label)| format!("-----BEGIN {body}-----END {label}-----").into_bytes()),
            );
        }
        let is_base64 = |c: char| c.is_ascii_alphanumeric() || "+/=".contains(c);
        let runs = text.split(|c| !is_base64(c)).filter(|run| run.len() > 200);
        all.extend(runs.filter_map(|run| Some(format!("MII{}", run.split_once("MII")?.1).into_bytes())));
        all
    }

    /// Of private keys the modulus alone is read, since some are here to be refused. Of public keys those count that a
    /// ring would take: who has no private half of the others can't harm with them.
    fn modulus(key: &[u8]) -> Option<Vec<u8>> {
        let der = text::unwrap(key).ok()?;
        let pkcs1 = match Shape::of(&der).ok()? {
            Shape::Pkcs8 => PrivateKeyInfoRef::from_der(&der).ok()?.private_key.as_bytes().to_vec(),
            Shape::Pkcs1Private => der.to_vec(),
            _ => return Some(VerifyingKey::from_bytes(key).ok()?.modulus().to_vec()),
        };
        let numbers = children(&pkcs1).ok()?;
        let modulus = numbers.get(1)?.value();
        Some(modulus.strip_prefix(&[0]).unwrap_or(modulus).to_vec())
    }
}
