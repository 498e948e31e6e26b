//! Looks at the site as a reader does: opens pages in a real browser, types into the search boxes, and takes whatever the console
//! calls an error for one. What was seen stays behind as pictures, for people to look at.

use std::fs;
use std::path::Path;

use base64ct::{Base64, Encoding};
use serde_json::{Value, json};

use super::devtools::Browser;

/// Opened one after the other, and pictured.
const PAGES: [&str; 7] = [
    "index.html",
    "docs/start.html",
    "docs/signing.html",
    "docs/transport.html",
    "docs/coverage.html",
    "SECURITY.html",
    "api/paykka_client/index.html",
];

/// `false` if anything is amiss, which has been said.
pub(super) fn open(site: &Path) -> Result<bool, String> {
    let seen = site.with_file_name("site-seen");
    fs::create_dir_all(&seen).map_err(|error| format!("{} can't be made: {error}", seen.display()))?;
    let mut browser = Browser::start(&seen.join("profile"))?;
    let mut problems = Vec::new();
    for page in PAGES {
        visit(&mut browser, site, page, &mut problems)?;
        picture(&mut browser, &seen, page)?;
    }
    visit(&mut browser, site, "docs/start.html", &mut problems)?;
    let found = searched_in_the_book(&mut browser, "nonce")?;
    picture(&mut browser, &seen, "search")?;
    if !found.iter().any(|link| link.contains("docs/signing.html")) {
        problems.push(format!("the search for `nonce` doesn't find docs/signing.html, but {found:?}"));
    }
    visit(&mut browser, site, "api/paykka_sign/index.html?search=KeyRing", &mut problems)?;
    let found = links(&mut browser, ".search-results a")?;
    picture(&mut browser, &seen, "search-api")?;
    if !found.iter().any(|link| link.contains("struct.KeyRing.html")) {
        problems.push(format!("the search for `KeyRing` doesn't find it, but {found:?}"));
    }
    problems.extend(browser.taken().iter().filter_map(|event| complaint(event, "after a search")));
    for problem in &problems {
        eprintln!("{problem}");
    }
    let word = if problems.is_empty() { "nothing" } else { "the above" };
    eprintln!(
        "{} pages opened and 2 searches made in Chromium: {word} amiss; pictures in {}",
        PAGES.len(),
        seen.display()
    );
    Ok(problems.is_empty())
}

fn visit(browser: &mut Browser, site: &Path, page: &str, problems: &mut Vec<String>) -> Result<(), String> {
    let early = browser.taken();
    let url = format!("file://{}/{page}", site.display());
    let answer = browser.ask("Page.navigate", &json!({ "url": url }))?;
    if let Some(error) = answer.get("errorText") {
        problems.push(format!("{page}: {error}"));
    }
    let events = browser.until("Page.loadEventFired")?;
    problems.extend(early.iter().chain(&events).filter_map(|event| complaint(event, page)));
    Ok(())
}

/// Opens the box by its key, types as a reader does, and waits for what is found.
fn searched_in_the_book(browser: &mut Browser, word: &str) -> Result<Vec<String>, String> {
    for kind in ["keyDown", "keyUp"] {
        browser.ask(
            "Input.dispatchKeyEvent",
            &json!({ "type": kind, "key": "s", "code": "KeyS", "windowsVirtualKeyCode": 83 }),
        )?;
    }
    let is_open = "document.activeElement && document.activeElement.type === 'search'";
    browser.value(&waiting_for(is_open))?;
    browser.ask("Input.insertText", &json!({ "text": word }))?;
    // It searches when a key comes up.
    browser.ask(
        "Input.dispatchKeyEvent",
        &json!({ "type": "keyUp", "key": "e", "code": "KeyE", "windowsVirtualKeyCode": 69 }),
    )?;
    links(browser, "[id$=searchresults] a")
}

/// Where the links lead that come to match.
fn links(browser: &mut Browser, selector: &str) -> Result<Vec<String>, String> {
    browser.value(&waiting_for(&format!("document.querySelector('{selector}')")))?;
    let all =
        browser.value(&format!("[...document.querySelectorAll('{selector}')].map(link => link.href)"))?;
    let all = all.as_array().into_iter().flatten();
    Ok(all.filter_map(|link| link.as_str().map(str::to_owned)).collect())
}

/// A promise that is kept when the expression is true, or after ten seconds without.
fn waiting_for(expression: &str) -> String {
    format!(
        "new Promise(done => {{
            const end = Date.now() + 10000;
            const look = () => ({expression}) || Date.now() > end ? done(true) : requestAnimationFrame(look);
            look();
        }})"
    )
}

fn picture(browser: &mut Browser, folder: &Path, page: &str) -> Result<(), String> {
    // What stands below the window, too, but not all of it: some pages have thousands of lines.
    let height = browser.value("Math.min(document.documentElement.scrollHeight, 2400)")?;
    let clip = json!({ "x": 0, "y": 0, "width": 1200, "height": height, "scale": 1 });
    let how = json!({ "format": "png", "captureBeyondViewport": true, "clip": clip });
    let shot = browser.ask("Page.captureScreenshot", &how)?;
    let text = shot.get("data").and_then(Value::as_str).unwrap_or_default();
    let png =
        Base64::decode_vec(text).map_err(|error| format!("the picture of {page} isn't Base64: {error}"))?;
    let name = page.trim_end_matches(".html").replace('/', "-");
    let place = folder.join(format!("{name}.png"));
    fs::write(&place, png).map_err(|error| format!("{} can't be written: {error}", place.display()))
}

/// What an event of the browser complains of.
fn complaint(event: &Value, page: &str) -> Option<String> {
    let text = |pointer: &str| {
        event.pointer(pointer).map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned))
    };
    let what = match event.get("method")?.as_str()? {
        "Runtime.exceptionThrown" => text("/params/exceptionDetails")?,
        "Runtime.consoleAPICalled" if text("/params/type")? == "error" => text("/params/args")?,
        "Log.entryAdded" if text("/params/entry/level")? == "error" => {
            format!("{} {}", text("/params/entry/text")?, text("/params/entry/url").unwrap_or_default())
        }
        "Network.requestWillBeSent" => {
            let url = text("/params/request/url")?;
            let is_here = ["file:", "data:", "blob:", "about:"].iter().any(|scheme| url.starts_with(scheme));
            (!is_here).then(|| format!("asks another host: {url}"))?
        }
        _ => return None,
    };
    Some(format!("{page}: {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_and_other_hosts_are_complained_of() {
        let event =
            |method: &str, params: Value| complaint(&json!({ "method": method, "params": params }), "p");
        let request = |url: &str| event("Network.requestWillBeSent", json!({ "request": { "url": url } }));
        assert_eq!(request("file:///site/a.css"), None);
        assert_eq!(request("https://a.example/b").unwrap(), "p: asks another host: https://a.example/b");
        let log = |level: &str| {
            event("Log.entryAdded", json!({ "entry": { "level": level, "text": "t", "url": "u" } }))
        };
        assert_eq!((log("info"), log("error").unwrap()), (None, "p: t u".to_owned()));
        let console = |kind: &str| event("Runtime.consoleAPICalled", json!({ "type": kind, "args": [] }));
        assert!(console("log").is_none() && console("error").is_some());
        assert!(event("Runtime.exceptionThrown", json!({ "exceptionDetails": {} })).is_some());
    }

    mod needs_chromium {
        use super::*;
        use crate::process;

        /// What the site must not have, a real browser sees.
        #[test]
        fn a_page_with_errors_is_complained_of_and_a_good_one_is_not() {
            let site = process::target_folder().join("site-of-a-test");
            fs::create_dir_all(&site).unwrap();
            fs::write(site.join("good.html"), "<title>g</title><script>console.log('fine')</script>")
                .unwrap();
            let bad = "<title>b</title><img src=absent.png><script>console.error('broken')</script><script>throw Error('thrown')</script>\
                       <img src='https://elsewhere.example/a.png'>";
            fs::write(site.join("bad.html"), bad).unwrap();
            let mut browser = Browser::start(&site.join("profile")).unwrap();
            let mut problems = Vec::new();
            visit(&mut browser, &site, "good.html", &mut problems).unwrap();
            assert!(problems.is_empty(), "{problems:?}");
            visit(&mut browser, &site, "bad.html", &mut problems).unwrap();
            for seen in
                ["absent.png", "broken", "thrown", "asks another host: https://elsewhere.example/a.png"]
            {
                assert!(
                    problems.iter().any(|problem| problem.contains(seen)),
                    "{seen} isn't in {problems:#?}"
                );
            }
            let mut gone = Vec::new();
            visit(&mut browser, &site, "gone.html", &mut gone).unwrap();
            assert!(gone[0].contains("ERR_FILE_NOT_FOUND"), "{gone:?}");
        }
    }
}
