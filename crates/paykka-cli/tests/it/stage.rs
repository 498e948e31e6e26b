//! A desk beside an emulator: keys on both sides, and profiles that lead there.

use std::fs;

use crate::desk::Desk;
use crate::emulator::Running;

pub(crate) const MERCHANT: &str = "M24061911365700670";

/// An emulator whose keys lie on the desk.
pub(crate) fn stage(more: &[&str]) -> (Desk, Running) {
    let desk = Desk::with_keys();
    let path = |name: &str| desk.path(name).to_str().unwrap().to_owned();
    let (merchant_key, platform_key) = (path("merchant.public.pem"), path("platform.private.pem"));
    let (account, payee) = (format!("{MERCHANT}:USD:1000000"), format!("{MERCHANT}:B1:USD"));
    let words = [
        "--merchant",
        MERCHANT,
        "--merchant-key-id",
        "K001",
        "--merchant-key",
        &merchant_key,
        "--platform-key",
        &platform_key,
        "--account",
        &account,
        "--payee",
        &payee,
        "--log",
        "off",
    ];
    let emulator = Running::start(words.iter().chain(more));
    (desk, emulator)
}

/// With the profile `emulator`, which is plain HTTP.
pub(crate) fn stage_with_profile(more: &[&str]) -> (Desk, Running) {
    let (desk, emulator) = stage(more);
    profile(&desk, "emulator", &[("base_url", &emulator.text("http"))]);
    (desk, emulator)
}

pub(crate) fn profile(desk: &Desk, name: &str, lines: &[(&str, &str)]) {
    let standard = [
        ("environment", "emulator"),
        ("key_id", "K001"),
        ("private_key_file", "merchant.private.pem"),
        ("platform_key_file", "platform.public.pem"),
        ("merchant_id", MERCHANT),
    ];
    let unless_said = standard.iter().filter(|(key, _)| lines.iter().all(|(said, _)| said != key));
    let lines: String = unless_said.chain(lines).map(|(key, value)| format!("{key} = {value:?}\n")).collect();
    let folder = desk.path(".config/paykka");
    fs::create_dir_all(&folder).unwrap();
    let file = folder.join("config.toml");
    let before = fs::read_to_string(&file).unwrap_or_default();
    fs::write(&file, format!("{before}[{name}]\n{lines}\n")).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    }
}
