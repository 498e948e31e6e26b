//! Posting a notification to a receiver, byte for byte and with its own headers alone: once, to one address, with a deadline.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use bytes::{Buf, Bytes};
use clap::Args;
use http::header::{self, HeaderMap, HeaderName};
use http::uri::{PathAndQuery, Uri};
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Limited};
use paykka_transport::{ReceivedBody, Roots, SentBody, Wire, WireSettings};
use tower_service::Service;

use crate::frame::{Failure, Message, with_causes};
use crate::inputs::Source;
use crate::texts::notices as texts;

/// Who vouches for a receiver over TLS.
#[derive(Debug, Args)]
pub(crate) struct TrustArgs {
    /// File with certificates, as PEM, that vouch for the receiver beside those that this machine trusts
    #[arg(long, value_name = "FILE")]
    ca_file: Option<PathBuf>,
}

impl TrustArgs {
    /// The receiver at a URL that stands behind `flag`.
    pub(crate) fn target(&self, flag: &str, url: &str) -> Result<Target, Failure> {
        let uri = receiver(url).ok_or_else(|| {
            // It may hold a password.
            let what =
                if url.contains('@') { texts::url_with_user(&flag) } else { texts::bad_url(&flag, &url) };
            Failure::input("url", what, texts::bad_url_to_do())
        })?;
        let settings = match &self.ca_file {
            _ if uri.scheme_str() != Some("https") => WireSettings::default().without_tls(),
            None => WireSettings::default(),
            Some(file) => {
                let pem = Source::File(file.clone()).read()?;
                WireSettings::default().roots(Roots::PlatformAnd(pem))
            }
        };
        let wire = Wire::new(&settings).map_err(|error| {
            Failure::input("ca-file", texts::no_trust(), texts::no_trust_to_do()).because(&error)
        })?;
        Ok(Target { uri, wire })
    }
}

/// User and password in an address would be shown, so there are none.
fn receiver(url: &str) -> Option<Uri> {
    let uri: Uri = url.parse().ok()?;
    let is_plain = !uri.authority()?.as_str().contains('@') && !url.contains('#');
    (is_plain && matches!(uri.scheme_str(), Some("http" | "https"))).then_some(uri)
}

/// A receiver.
#[derive(Clone)]
pub(crate) struct Target {
    uri: Uri,
    wire: Wire,
}

/// What a receiver answered.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Answered {
    pub(crate) status: StatusCode,
    /// Whether the body is `{}`, as the platform has it (D).
    pub(crate) is_documented: bool,
    pub(crate) took: Duration,
}

/// Why nothing was answered.
#[derive(Debug)]
pub(crate) struct Unanswered {
    pub(crate) what: Message,
    /// In a library's words.
    pub(crate) details: String,
    pub(crate) to_do: Message,
}

impl Target {
    /// The path that the address has, which is signed where nothing else is said.
    pub(crate) fn path(&self) -> &str {
        self.uri.path()
    }

    /// The address with `suffix` behind its path.
    pub(crate) fn url(&self, suffix: &str) -> String {
        self.uri_of(suffix).to_string()
    }

    /// Posts once; nothing is tried again, and no redirection is followed.
    pub(crate) async fn post(
        &self,
        suffix: &str,
        headers: &HeaderMap,
        body: Bytes,
    ) -> Result<Answered, Unanswered> {
        let started = Instant::now();
        let mut request = Request::new(SentBody::from(body));
        *request.method_mut() = http::Method::POST;
        *request.uri_mut() = self.uri_of(suffix);
        *request.headers_mut() = end_to_end(headers);
        let answering = async {
            let response = call(self.wire.clone(), request).await?;
            let status = response.status();
            let body = Limited::new(response.into_body(), MOST_OF_AN_ANSWER).collect().await;
            // One that is too long, or breaks off, has a status all the same.
            let is_documented = body.is_ok_and(|body| is_empty_object(body.aggregate()));
            Ok(Answered { status, is_documented, took: started.elapsed() })
        };
        match tokio::time::timeout(PATIENCE, answering).await {
            Ok(answered) => answered,
            Err(_) => Err(Unanswered {
                what: texts::no_answer_in_time(&PATIENCE.as_secs()),
                details: String::new(),
                to_do: texts::no_answer_in_time_to_do(),
            }),
        }
    }

    fn uri_of(&self, suffix: &str) -> Uri {
        if suffix.is_empty() {
            return self.uri.clone();
        }
        let path = format!("{}{suffix}", self.uri.path().trim_end_matches('/'));
        let mut parts = self.uri.clone().into_parts();
        parts.path_and_query = PathAndQuery::try_from(path).ok().or(parts.path_and_query);
        Uri::from_parts(parts).unwrap_or_else(|_| self.uri.clone())
    }
}

async fn call(mut wire: Wire, request: Request<SentBody>) -> Result<Response<ReceivedBody>, Unanswered> {
    // It is ready whenever it is asked.
    wire.call(request).await.map_err(|error| {
        let (what, to_do) = if error.is_certificate() {
            (texts::not_trusted(), texts::not_trusted_to_do())
        } else if error.is_connect() {
            (texts::not_connected(), texts::not_connected_to_do())
        } else {
            (texts::broken_off(), texts::broken_off_to_do())
        };
        Unanswered { what, details: with_causes(&error), to_do }
    })
}

/// What belongs to one connection stays there (RFC 9110, 7.6.1); host and length are those of the connection to come.
fn end_to_end(headers: &HeaderMap) -> HeaderMap {
    let named = headers.get_all(header::CONNECTION).iter();
    let named: Vec<String> = named
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|name| name.trim().to_ascii_lowercase())
        .collect();
    let stays =
        |name: &HeaderName| OF_ONE_HOP.contains(&name.as_str()) || named.iter().any(|it| name.as_str() == it);
    let passed = headers.iter().filter(|(name, _)| !stays(name));
    passed.map(|(name, value)| (name.clone(), value.clone())).collect()
}

fn is_empty_object(mut body: impl Buf) -> bool {
    let bytes = body.copy_to_bytes(body.remaining());
    bytes.trim_ascii() == b"{}"
}

const OF_ONE_HOP: &[&str] = &[
    "connection",
    "content-length",
    "expect",
    "host",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// How long a receiver may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Nothing but `{}` is expected.
const MOST_OF_AN_ANSWER: usize = 64 * 1024;

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;
    use crate::frame::Lang;

    fn target(url: &str) -> Option<Target> {
        TrustArgs { ca_file: None }.target("--to", url).ok()
    }

    #[tokio::test(start_paused = true)]
    async fn a_receiver_that_says_nothing_is_given_up() {
        let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let target = target(&format!("http://{}/", silent.local_addr().unwrap())).unwrap();
        let unanswered = target.post("", &HeaderMap::new(), Bytes::from_static(b"{}")).await.unwrap_err();
        assert_eq!(unanswered.what.is(Lang::En), "the receiver didn't answer within 10 s");
    }

    #[test]
    fn what_belongs_to_one_connection_stays_there() {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("connection", "close, X-Mine"),
            ("x-mine", "1"),
            ("te", "trailers"),
            ("host", "h"),
            ("content-length", "9"),
            ("authorization", "a"),
            ("x-forwarded-for", "b"),
        ] {
            headers.append(name, HeaderValue::from_static(value));
        }
        let mut left: Vec<String> = end_to_end(&headers).keys().map(ToString::to_string).collect();
        left.sort();
        assert_eq!(left, ["authorization", "x-forwarded-for"]);
    }

    #[test]
    fn addresses_are_taken_whole_and_without_passwords() {
        for bad in ["", "/hooks", "host/hooks", "ftp://h/", "http://u:p@h/", "http://h/#a", "http:///a"] {
            assert!(target(bad).is_none(), "{bad}");
        }
        let target = target("http://127.0.0.1:1/a/?b=c").unwrap();
        assert_eq!((target.path(), target.url("")), ("/a/", "http://127.0.0.1:1/a/?b=c".to_owned()));
        assert_eq!(target.url("/x/y?z"), "http://127.0.0.1:1/a/x/y?z");
    }
}
