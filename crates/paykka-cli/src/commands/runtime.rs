//! What commands that call the platform run on.

use tokio::runtime::Runtime;

use crate::frame::Failure;
use crate::texts::doctor as texts;

pub(crate) fn runtime() -> Result<Runtime, Failure> {
    Runtime::new().map_err(|error| {
        Failure::broken("runtime", texts::no_runtime(), texts::no_runtime_to_do()).because(&error)
    })
}
