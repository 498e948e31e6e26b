//! Rust by hand on OpenSSL, as a peer that signs and verifies.

use by_hand::on_openssl::OpenSsl;
use protocol::Setup;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    protocol::serve_crypto(&mut OpenSsl::signing(Setup::from_words(&words)));
}
