//! Who gets in: nobody without the token, no page in a browser, nobody from beyond loopback by a published key.

use super::*;

#[tokio::test]
async fn a_port_opens_on_demand_alone_with_a_token_of_128_bits() {
    let without = builder().start().await.unwrap();
    assert_eq!((without.control_url(), without.control_token()), (None, None));
    let (emulator, _) = started(builder()).await;
    let (other, _) = started(builder()).await;
    let token = emulator.control_token().unwrap();
    assert!(token.len() == 32 && token.bytes().all(|byte| byte.is_ascii_hexdigit()));
    assert_ne!(Some(token), other.control_token());
    assert!(!format!("{emulator:?}").contains(token));
    assert!(emulator.control_url().unwrap().starts_with("http://127.0.0.1:"));
    let given = builder().control_token("0123456789abcdef").start().await.unwrap();
    assert_eq!(given.control_token(), Some("0123456789abcdef"));
    for bad in ["short", "0123456789abcde\n", ""] {
        let error = builder().control_token(bad).start().await.unwrap_err();
        assert_eq!(error.to_string(), "the control port's token can't be used");
    }
}

#[tokio::test]
async fn without_the_token_everything_looks_alike() {
    let (emulator, control) = started(builder()).await;
    let token = emulator.control_token().unwrap();
    let (bearer, basic) = (format!("Bearer {token}"), format!("Basic {token}"));
    let wrong = [
        vec![],
        vec!["Bearer ".to_owned()],
        vec![token.to_owned()],
        vec![basic],
        vec![format!("{bearer}0")],
        vec![bearer.chars().take(bearer.len() - 1).collect()],
        vec![format!("Bearer {}", token.to_uppercase())],
        vec![bearer.clone(), bearer],
    ];
    let mut seen = std::collections::HashSet::new();
    for headers in wrong {
        let headers = headers.into_iter().map(|value| ("authorization", value)).collect();
        let thief = Control { url: control.url.clone(), headers };
        for (method, path) in [(Method::GET, "/info"), (Method::PUT, "/info"), (Method::GET, "/nothing")] {
            let (status, error, _) = thief.fails(method, path, "{").await;
            seen.insert((status, error));
        }
    }
    assert_eq!(
        seen.into_iter().collect::<Vec<_>>(),
        [(401, "the control token is missing or wrong".to_owned())]
    );
}

#[tokio::test]
async fn what_a_page_in_a_browser_would_send_is_refused() {
    let (emulator, control) = started(builder()).await;
    let port = control.port().to_owned();
    for host in [format!("localhost:{port}"), format!("[::1]:{port}"), format!("LOCALHOST:{port}")] {
        assert_eq!(Control::of(&emulator).with("host", &host).get("/health").await, ok());
    }
    for host in ["evil.example", "127.0.0.1", "localhost", "127.0.0.1:1", "127.0.0.1.evil.example:", ""] {
        let host = if host.ends_with(':') { format!("{host}{port}") } else { host.to_owned() };
        let rebound = Control::of(&emulator).with("host", &host);
        let (status, error, fix) = rebound.fails(Method::GET, "/health", "").await;
        assert_eq!((status, error.starts_with("Host:")), (403, true), "{host}");
        assert!(fix.contains(&format!("localhost:{port}")));
    }
    for origin in ["http://evil.example", "null", &control.url] {
        let page = Control::of(&emulator).with("origin", origin);
        let (status, error, _) = page.fails(Method::POST, "/reset", "").await;
        assert_eq!((status, error.starts_with("Origin:")), (403, true), "{origin}");
    }
}

#[tokio::test]
async fn it_listens_where_it_was_told_to_and_is_asked_for_by_the_names_that_were_given() {
    let (emulator, control) = started(
        builder()
            .bind([127, 0, 0, 2].into())
            .control_bind([127, 0, 0, 3].into())
            .control_host("Emulator.test")
            .control_host("forwarded.test:4711"),
    )
    .await;
    assert!(emulator.http_url().starts_with("http://127.0.0.2:"));
    assert!(emulator.https_url().starts_with("https://127.0.0.2:"));
    assert!(control.url.starts_with("http://127.0.0.3:"));
    call(&emulator, BALANCE, "{}").await;
    assert_eq!(control.get("/health").await, ok());

    let port = control.port().to_owned();
    for host in [format!("emulator.TEST:{port}"), "forwarded.test:4711".into(), format!("localhost:{port}")] {
        assert_eq!(Control::of(&emulator).with("host", &host).get("/health").await, ok(), "{host}");
    }
    let others = ["emulator.test".to_owned(), format!("forwarded.test:{port}"), format!("127.0.0.2:{port}")];
    for host in others {
        let rebound = Control::of(&emulator).with("host", &host);
        assert_eq!(rebound.fails(Method::GET, "/health", "").await.0, 403, "{host}");
    }
    // A name that was given is no token.
    let thief = Control { url: control.url.clone(), headers: vec![("host", "forwarded.test:4711".into())] };
    assert_eq!(thief.fails(Method::GET, "/health", "").await.0, 401);

    for bad in ["", "a b", "user@name", "name:port", ":80"] {
        let error = builder().control_host(bad).start().await.unwrap_err();
        assert_eq!(error.to_string(), "a name of the control port can't be used", "{bad}");
    }
}

/// The address is one for documents (RFC 5737); the keys are looked at before anything is opened there.
#[tokio::test]
async fn beyond_loopback_nobody_gets_in_with_a_published_key() {
    let error = builder().bind([192, 0, 2, 1].into()).start().await.unwrap_err();
    let cause = std::error::Error::source(&error).unwrap().to_string();
    assert!(cause.contains("published"), "{error}: {cause}");
}

#[tokio::test]
async fn names_are_what_a_header_can_carry() {
    let public = || VerifyingKey::from_bytes(merchant_key().public_key()).unwrap();
    let long = "M".repeat(129);
    for bad in ["M é", "", long.as_str()] {
        let merchant = crate::caller::empty().merchant(bad, "K001", public());
        let account = crate::caller::empty().account(bad, "USD", Amount::from_wire(1));
        let payee = builder().payee(MERCHANT, bad, "USD");
        for (builder, what) in [(merchant, "merchant"), (account, "merchant"), (payee, "payee")] {
            let error = builder.check().unwrap_err();
            assert_eq!(error.to_string(), format!("a {what}'s number can't be used"), "{bad}");
        }
        let emulator = builder().start().await.unwrap();
        assert!(emulator.register(Some(bad), "K2", public()).is_err() && !emulator.keys().contains_key("K2"));
    }
}
