//! What a failure of the wire means: whether a byte had left, and whose fault it looks like.

use std::error::Error as StdError;
use std::io;

use http::Uri;
use hyper_util::client::legacy::Error as HyperError;

use super::proxy::ProxyFailure;
use crate::Error;

/// Scheme, host and port, for messages.
fn target(uri: &Uri) -> String {
    let authority = uri.authority().map_or("", http::uri::Authority::as_str);
    format!("{}://{authority}", uri.scheme_str().unwrap_or_default())
}

/// hyper-util says "connect" for DNS, TCP, proxy and TLS alike, and only then has no byte of the request left; or where hyper
/// never asked for its body. An incomplete message also comes after the server has read everything (measured).
///
/// `has_left`: a copy of the request may have left before this one, where a layer above sends twice.
pub(super) fn classify(error: HyperError, uri: &Uri, is_away: bool, has_left: bool) -> Error {
    if error.is_connect() && !has_left {
        let proxy = causes(&error).find_map(|cause| cause.downcast_ref::<ProxyFailure>());
        match proxy.map(|failure| failure.proxy.clone()) {
            Some(proxy) => Error::proxy(proxy, error),
            None if is_certificate(&error) => Error::certificate(target(uri), error),
            None => Error::connect(target(uri), error),
        }
    } else if is_away {
        Error::interrupted(error)
    } else {
        Error::unsent(error)
    }
}

fn is_certificate(error: &(dyn StdError + 'static)) -> bool {
    causes(error).any(|cause| {
        matches!(cause.downcast_ref::<rustls::Error>(), Some(rustls::Error::InvalidCertificate(_)))
    })
}

/// An error and everything below it.
fn causes<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |&error| {
        // An io::Error that carries another error leaves that one out of its `source()` chain.
        let carried = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        carried.map(|carried| carried as &(dyn StdError + 'static)).or_else(|| error.source())
    })
}
