//! Any bytes as an `Authorization` value: never a panic, and what is read can be written and read again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use paykka_sign::Authorization;

fuzz_target!(|value: &[u8]| {
    if let Ok(authorization) = Authorization::parse(value) {
        let written = authorization.to_header();
        assert_eq!(Authorization::parse(written.as_bytes()).unwrap(), authorization);
    }
});
