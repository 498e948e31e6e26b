//! First inputs for the fuzz targets. Left to itself a fuzzer doesn't find an RSA signature or a key's encoding, so
//! it would never come past the first check.

use super::foreign::ForeignHeader;
use super::keys::RSA_2048;
use super::message::percent_encoded;
use super::openssl;
use super::signing::{Case, named};
use crate::generated::Generated;

pub(crate) fn files(cases: &[Case], foreign: &[ForeignHeader<'_>]) -> Result<Vec<Generated>, String> {
    let mut files = Vec::new();
    for (name, form) in [
        ("private.der", &["-outform", "DER"][..]),
        ("private-pkcs1.pem", &["-traditional"]),
        ("public.pem", &["-pubout"]),
    ] {
        files.push(seed(&format!("keys/{name}"), openssl::converted(&RSA_2048.private_path(), form)?));
    }
    for name in ["normal", "neither", "body-with-lines", "rsa-3072"] {
        let Case { message, header, .. } = named(cases, name)?;
        let header = percent_encoded(&header.json());
        // As the target takes it apart: at the first three zero bytes, `-` for no merchant.
        let merchant = message.merchant.as_deref().unwrap_or("-");
        let mut whole = format!("{header}\0{}\0{merchant}\0", message.path).into_bytes();
        whole.extend(&message.body);
        files.push(seed(&format!("verify/{name}"), whole));
        files.push(seed(&format!("header/{name}"), header.into_bytes()));
    }
    let mut foreign: Vec<_> = foreign.iter().filter(|it| it.case.name == "nonce-quote-backslash").collect();
    foreign.dedup_by_key(|header| header.language);
    for header in foreign {
        files.push(seed(&format!("header/{}", header.language), header.authorization.clone().into_bytes()));
    }
    Ok(files)
}

fn seed(path: &str, content: Vec<u8>) -> Generated {
    Generated { path: format!("fuzz/corpus-seed/{path}"), content }
}
