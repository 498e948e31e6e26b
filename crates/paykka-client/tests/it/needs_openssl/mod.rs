//! What needs OpenSSL: a judge of our signatures that isn't ours, and keys that nobody has published.

mod examples;
mod keys;
mod sent;
