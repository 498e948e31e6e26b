//! `--keep`: the emulator stays, and whoever watched the demo can go on from where it ended. What that takes lies in a folder
//! that is there as long as the emulator is.

use std::path::Path;

use serde_json::json;

use super::keys::{Keys, MERCHANT_KEY_ID, PLATFORM_KEY_ID};
use super::report::{BoxError, Facts, Report, Stopped};
use super::world::World;
use crate::frame::Ending;
use crate::frame::Lang;
use crate::inputs::output::{Readers, write};
use crate::texts::demo as texts;

pub(crate) async fn keep(world: &World, keys: &Keys, report: &mut Report) -> Result<(), Stopped> {
    // Before anybody is told that it is there.
    let ending = Ending::listen().map_err(|error| report.failed("keep", &error))?;
    let folder = match furnish(world, keys) {
        Ok(folder) => folder,
        Err(error) => return Err(report.failed("keep", &*error)),
    };
    let config = folder.path().join(CONFIG);
    let shown = config.display().to_string();
    let command = format!("paykka call balance.inquiry --config {shown} --profile demo");
    let facts = Facts::new(texts::kept())
        .line(texts::platform(), world.emulator.https_url())
        .line(texts::control(), world.emulator.control_url().unwrap_or_default())
        .line(texts::token_file(), folder.path().join(TOKEN).display().to_string())
        .line(texts::try_this(), command.clone())
        .result(json!({
            "platform_url": world.emulator.https_url(),
            "control_url": world.emulator.control_url(),
            "control_token_file": folder.path().join(TOKEN),
            "config": shown,
            "profile": "demo",
            "command": command,
        }));
    report.say("kept", &facts);
    // Else nobody could find it.
    if report.is_heard() {
        ending.wait().await;
    }
    Ok(())
}

const CONFIG: &str = "config.toml";
const TOKEN: &str = "control-token";

/// Keys, certificate and settings, for their owner alone.
fn furnish(world: &World, keys: &Keys) -> Result<tempfile::TempDir, BoxError> {
    let folder = tempfile::Builder::new().prefix("paykka-demo-").tempdir()?;
    let path = |name: &str| folder.path().join(name);
    let put = |name: &str, text: &str| -> Result<(), BoxError> {
        write(&path(name), text.as_bytes(), Readers::Owner, false)
            .map_err(|failure| failure.text(Lang::En).into())
    };
    put("merchant.private.pem", keys.merchant_pem())?;
    put("platform.public.pem", &world.emulator.public_key_pem())?;
    put("ca.pem", world.emulator.ca_pem())?;
    put(TOKEN, world.emulator.control_token().unwrap_or_default())?;
    let quoted = |path: &Path| serde_json::to_string(&path.to_string_lossy());
    let settings = format!(
        "[demo]\nenvironment = \"emulator\"\nbase_url = \"{}\"\nmerchant_id = \"{}\"\nkey_id = \"{MERCHANT_KEY_ID}\"\n\
         private_key_file = {}\nplatform_key_id = \"{PLATFORM_KEY_ID}\"\nplatform_key_file = {}\nca_file = {}\n",
        world.emulator.https_url(),
        world.client.merchant().unwrap_or_default(),
        quoted(&path("merchant.private.pem"))?,
        quoted(&path("platform.public.pem"))?,
        quoted(&path("ca.pem"))?,
    );
    put(CONFIG, &settings)?;
    Ok(folder)
}
