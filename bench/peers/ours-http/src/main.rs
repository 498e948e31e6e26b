//! paykka-client and paykka-webhook as peers. The first word says what is wanted: `call`, `webhook` or `growth`.

mod call;
mod growth;
mod webhook;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match words.split_first() {
        Some((word, rest)) if word == "call" => call::serve(rest),
        Some((word, rest)) if word == "webhook" => webhook::serve(rest),
        Some((word, [])) if word == "growth" => growth::serve(),
        _ => panic!("`call`, `webhook` or `growth` is wanted"),
    }
}

/// All peers have one core, so one thread does all.
fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
}
