//! Notifications on their way at a desk, whoever signed them: how one is posted to a receiver, what the receiver should answer,
//! and how they are kept in a file. `listen`, `trigger` and `replay` share it, so that what one records the other posts.

mod answer;
mod post;
mod record;

pub(crate) use answer::{Due, Verdict, shown, verdict_json};
pub(crate) use post::{Answered, Target, TrustArgs, Unanswered};
pub(crate) use record::{Recorded, Recorder, VERIFIED};
