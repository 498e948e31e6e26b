//! Which headers are the stack's alone. A header of a call or of a layer must change neither what is sent nor where it goes,
//! and what is signed must be what stands there.

use http::header::{
    ACCEPT_ENCODING, AUTHORIZATION, CONNECTION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, EXPECT, HOST,
    TE, TRAILER, TRANSFER_ENCODING, UPGRADE,
};
use http::{HeaderMap, HeaderName};

use crate::Error;
use crate::sign_verify::MERCHANT_HEADER;

/// Those that nobody gives who hands a request to the stack.
const OF_THE_MESSAGE: [HeaderName; 10] = [
    HOST,
    CONTENT_LENGTH,
    TRANSFER_ENCODING,
    CONNECTION,
    UPGRADE,
    EXPECT,
    TE,
    TRAILER,
    ACCEPT_ENCODING,
    CONTENT_ENCODING,
];

/// Those that the stack writes itself.
const OF_THE_SIGNATURE: [HeaderName; 3] = [AUTHORIZATION, CONTENT_TYPE, MERCHANT_HEADER];

/// # Errors
/// [`Error::is_config`], naming the header, for one that says how the message is sent, or to whom.
pub(crate) fn check_headers(headers: &HeaderMap) -> Result<(), Error> {
    let is_taken = |name: &&HeaderName| OF_THE_MESSAGE.contains(name) || name.as_str().starts_with("proxy-");
    headers.keys().find(is_taken).map_or(Ok(()), |name| Err(refused(name)))
}

/// As [`check_headers`], and for those that the stack writes.
pub(crate) fn check_own_headers(headers: &HeaderMap) -> Result<(), Error> {
    check_headers(headers)?;
    let own = OF_THE_SIGNATURE.into_iter().find(|name| headers.contains_key(name));
    own.map_or(Ok(()), |name| Err(refused(&name)))
}

fn refused(name: &HeaderName) -> Error {
    Error::config_of(
        format!("the header `{name}` is the stack's own"),
        "leave it out; the merchant number is given by `Call::merchant`",
    )
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn headers_of_the_message_and_of_the_signature_are_refused() {
        let with = |name: &HeaderName| HeaderMap::from_iter([(name.clone(), HeaderValue::from_static("x"))]);
        let proxy = HeaderName::from_static("proxy-authorization");
        for name in OF_THE_MESSAGE.iter().chain([&proxy]) {
            let error = check_headers(&with(name)).unwrap_err();
            assert!(error.is_config() && error.to_string().contains(name.as_str()), "{error}");
            assert!(check_own_headers(&with(name)).is_err());
        }
        for name in &OF_THE_SIGNATURE {
            assert!(check_headers(&with(name)).is_ok() && check_own_headers(&with(name)).is_err());
        }
        assert!(check_own_headers(&with(&HeaderName::from_static("x-own"))).is_ok());
    }
}
