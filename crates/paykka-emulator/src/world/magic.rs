//! Words in a request's own texts that steer what becomes of it, since the platform's sandbox can't fail on command. They
//! stand in fields that the platform doesn't judge by itself.

/// Ends an application as `REFUSED`.
pub(super) const REFUSED: &str = "EMU-REFUSED";
/// Ends an application as `AUTH_FAIL`.
pub(super) const AUTH_FAIL: &str = "EMU-AUTH-FAIL";
/// Sends an application or a payee back to be corrected.
pub(super) const REJECTED: &str = "EMU-REJECTED";
/// Makes an assessment's risk high.
pub(super) const RISK_HIGH: &str = "EMU-RISK-HIGH";
/// Sends a receipt back after its check.
pub(super) const CHECK_REJECTED: &str = "EMU-CHECK-REJECTED";
/// Lets a payment fail.
pub(super) const FAILED: &str = "EMU-FAILED";
/// Lets a payment come back after it was paid.
pub(super) const REFUNDED: &str = "EMU-REFUNDED";
