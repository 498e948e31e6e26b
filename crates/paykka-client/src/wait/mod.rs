//! Waiting until something is decided: asking again with growing pauses, or at once when a notification says that there is
//! news. What is asked is the inquiry, always, so that one kind of answer decides.

mod awaited;
mod notifier;
mod waiting;

pub use awaited::Awaited;
pub use notifier::Notifier;
pub use waiting::Waiting;
