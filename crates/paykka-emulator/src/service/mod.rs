//! From bytes to bytes: a request is read within limits, judged by the gate, played by the world, and answered, with all
//! that goes wrong on command in between.

mod answer;
mod exchange;
mod intake;
mod last;
mod players;
mod twist;
mod upload;

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;

pub(crate) use self::answer::gzip;
pub(crate) use self::exchange::Deferred;
pub(crate) use self::intake::{Held, Intake, Shared};
pub(crate) use self::last::LastAnswers;
pub(crate) use self::twist::twist;
pub(crate) use self::upload::sha256;
use crate::platform::Platform;

/// Serves every call of the operation table at its path; what else is asked for is an unsigned 404, by setting a signed
/// one.
pub(crate) fn router(platform: &Arc<Platform>) -> Router {
    let platform = Arc::clone(platform);
    Router::new().fallback(move |request: Request| exchange::serve(Arc::clone(&platform), request))
}
