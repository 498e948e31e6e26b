//! The one table of operations. Client, emulator, command line and docs are driven by it, so that a path or a rule
//! is written once, together with how sure it is.

mod table;

use crate::{Notification, NotificationKind, Origin, Schema, WireObject};
pub use table::*;

/// A call that the merchant makes, with its bodies tied to it.
pub trait Operation: Send + Sync + 'static {
    /// The call's row in the table.
    const INFO: OperationInfo;
    /// The request's body; of an upload, the part `meta`.
    type Request: WireObject;
    /// The body of a successful answer.
    type Response: WireObject;

    /// Whether an answer speaks of the object that was asked for, as far as it names one. The platform's signature
    /// doesn't bind an answer to its request, so this must be asked before anything is decided by the answer.
    #[must_use]
    fn answers(request: &Self::Request, response: &Self::Response) -> bool;
}

/// A notification that the platform sends, with its data tied to it.
pub trait Event: Send + Sync + 'static {
    /// The notification's row in the table.
    const INFO: OperationInfo;
    /// Its kind.
    const KIND: NotificationKind;
    /// The envelope's `data`.
    type Data: WireObject;

    /// The data as a notification.
    #[must_use]
    fn notification(data: Self::Data) -> Notification;
}

/// Gets every operation with its types; see [`visit_operations`].
pub trait OperationVisitor {
    /// A call.
    fn call<O: Operation>(&mut self);
    /// A notification.
    fn event<E: Event>(&mut self);
}

/// One row: what is known about an operation, and how surely.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct OperationInfo {
    /// Our name for it, `group.verb`.
    pub name: &'static str,
    /// The path on the wire.
    pub path: &'static str,
    /// A call, or a notification.
    pub role: Role,
    /// Where path, request and response come from.
    pub origin: Origins,
    /// Whether `X-Merch-Id` goes with it.
    pub merchant: MerchantRule,
    /// What a repeat of it would do.
    pub effect: Effect,
    /// How the request's body is written.
    pub encoding: Encoding,
    /// The request's body; of a notification, its data; of an upload, the part `meta`.
    pub request: &'static Schema,
    /// The answer's body. A notification is answered `{}`, which has no schema.
    pub response: Option<&'static Schema>,
}

/// Who sends it. Closed: there are two sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The merchant calls the platform.
    Call,
    /// The platform notifies the merchant.
    Notification,
}

/// Where the parts of an operation come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Origins {
    /// The path.
    pub path: Origin,
    /// The request's body, or the notification's data, as a whole; its fields have marks of their own.
    pub request: Origin,
    /// The answer's body, likewise; of a notification, that it is answered `{}`.
    pub response: Origin,
    /// Whether `X-Merch-Id` goes with it.
    pub merchant: Origin,
}

/// Whether the header `X-Merch-Id` is sent, and with it the fourth line of the string to sign. Closed: it is, it isn't, or
/// it may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MerchantRule {
    /// It isn't sent.
    Never,
    /// It is always sent.
    Required,
    /// It may be absent.
    Optional,
}

/// What happens when the same request arrives twice; retries are decided by this and by nothing else. Which field is the
/// key is our inference (I) throughout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Effect {
    /// Changes nothing.
    Read,
    /// Changes something; `key` is the field that names the change (I: whether the platform de-duplicates isn't
    /// documented).
    Write {
        /// The field that identifies the change.
        key: &'static str,
    },
    /// A repeat leaves a harmless second object: an upload, a quote.
    Spare,
    /// Moves money: never sent again by itself once a byte of it has left.
    Money {
        /// The field that identifies the movement.
        key: &'static str,
        /// The call that tells what became of it.
        resolved_by: &'static str,
    },
    /// A notification: it has no effect on the platform.
    Notice,
}

/// How a request's body is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Encoding {
    /// JSON (D).
    Json,
    /// `multipart/form-data` with the parts `meta` and `file` (the names are I).
    Multipart,
}
