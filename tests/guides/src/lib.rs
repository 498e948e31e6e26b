//! The Rust of the guides, each block of which is compiled, and run where it says so. It stands in a package of its own, since the
//! guides lie outside of every crate's folder, and what is published must build without them.

/// A page whose blocks are doc tests.
macro_rules! page {
    ($name:ident, $file:literal) => {
        #[cfg(doctest)]
        #[doc = include_str!(concat!("../../../", $file))]
        struct $name;
    };
}

page!(Readme, "README.md");
page!(Client, "docs/client.md");
page!(Emulator, "docs/emulator.md");
page!(ExactlyOnce, "docs/exactly-once.md");
page!(Faq, "docs/faq.md");
page!(Inbox, "docs/inbox.md");
page!(Operations, "docs/operations.md");
page!(Signing, "docs/signing.md");
page!(Transport, "docs/transport.md");
page!(Webhooks, "docs/webhooks.md");
