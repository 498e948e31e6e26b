//! One request and its answer, step by step: read, signature, faults, nonce, faults before, world, faults after,
//! signature.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::Request;
use axum::response::Response;
use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::request::Parts as Head;
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use paykka_model::{Effect, FileMeta, OperationInfo, RetCode, decode};
use paykka_sign::{Authorization, Parts, Timestamp};
use serde_json::Value;

use super::answer::{Reply, html, on_the_wire, refused, reset, with_reason};
use super::intake::{Held, Shared, Size, cut};
use super::last::Last;
use super::players::{Plays, Route, find};
use super::twist::twisted;
use super::upload;
use crate::faults::{self, About, Fault, FaultError, FaultSet, Owner};
use crate::gate::{Admitted, Gate, Incoming, sent_merchant};
use crate::log::{LoggedRequest, Signed};
use crate::platform::{Platform, locked};
use crate::reason::Reason;
use crate::server::Reset;
use crate::signing::Deviation;
use crate::world::{Call, Failure, Player, World, mixed};

pub(crate) async fn serve(platform: Arc<Platform>, request: Request) -> Response {
    let started = Instant::now();
    let (head, body) = request.into_parts();
    let route = find(head.uri.path());
    let (response, id) = if route.is_some() && head.method != Method::POST {
        let id = log(&platform, &head, route, &Bytes::new(), Some(Reason::Method), &FaultSet::default());
        (wrong_method(), id)
    } else {
        let is_upload = route.is_some_and(|route| matches!(route.plays, Plays::Upload));
        let size = if is_upload {
            // Whoever takes it apart copies it.
            Size { kept: platform.max_file().saturating_add(MAX_BODY), dropped: MAX_DROPPED, copies: 2 }
        } else {
            Size { kept: MAX_BODY, dropped: 0, copies: 1 }
        };
        match platform.intake.read(body, size).await {
            Ok(held) => Exchange { platform: &platform, head, route, held }.answer().await,
            Err(reason) => cut_off(&platform, &head, route, reason),
        }
    };
    let is_cut = response.extensions().get::<Reset>().is_some();
    platform.log.end(id, (!is_cut).then(|| response.status().as_u16()), started.elapsed());
    response
}

/// No documented call comes near it; of an upload, what may stand around the file.
const MAX_BODY: usize = 1024 * 1024;

/// Of a file that is too large, so that this can be said under a signature. Beyond it nobody is listened to.
const MAX_DROPPED: usize = 64 * 1024 * 1024;

struct Exchange<'a> {
    platform: &'a Arc<Platform>,
    head: Head,
    route: Option<&'static Route>,
    held: Held,
}

/// What is left to do when a request was let in.
struct Task {
    admitted: Admitted,
    faults: FaultSet,
    /// `None` for a path that nothing is served at.
    job: Option<Job>,
}

/// A request whose connection was cut, and which is processed later all the same.
pub(crate) struct Deferred {
    merchant: Option<String>,
    key_id: String,
    faults: FaultSet,
    job: Job,
    /// Of the memory, for as long as the body waits.
    _share: Shared,
}

#[derive(Clone)]
enum Job {
    Json(Player, Bytes),
    Upload { meta: Bytes, file: Option<Bytes>, sha256: String },
}

impl Exchange<'_> {
    /// The answer, and the request's number in the log.
    async fn answer(self) -> (Response, u64) {
        if self.route.is_none() && !self.platform.signs_not_found() {
            let id = log(self.platform, &self.head, None, &self.held.bytes, None, &FaultSet::default());
            return (Reply::failure(nothing_here()).unsigned(), id);
        }
        let upload = match self.route {
            Some(Route { plays: Plays::Upload, .. }) => {
                Some(upload::parts(&self.head.headers, &self.held).await)
            }
            _ => None,
        };
        let (signed, file, damage) = match upload {
            Some(Err(_)) if self.held.is_cut => {
                return cut_off(self.platform, &self.head, self.route, Reason::BodyTooLong);
            }
            Some(Ok(parts)) => (parts.meta, parts.file, None),
            Some(Err(reason)) => (self.held.bytes.clone(), None, Some(reason)),
            None => (self.held.bytes.clone(), None, None),
        };
        let (mut faults, fault_error) = self.faults_of_header();
        let admitted = match (damage, self.platform.signing.now()) {
            (Some(reason), _) => Err(reason),
            (None, None) => Err(Reason::Clock),
            (None, Some(now)) => self.admit(now, &signed, &mut faults),
        };
        let refusal = admitted.as_ref().err().copied();
        let id = log(self.platform, &self.head, self.route, &signed, refusal, &faults);
        let response = match admitted {
            Ok(admitted) => {
                let job = self.route.map(|route| Job::new(route.plays, signed, file));
                self.perform(Task { admitted, faults, job }, fault_error).await
            }
            Err(reason) => self.refuse(id, reason, signed),
        };
        (response, id)
    }

    async fn perform(&self, task: Task, fault_error: Option<FaultError>) -> Response {
        if let Some(error) = fault_error {
            let failure = Failure::invalid(format!("X-Emulator-Fault: {error}"));
            return self.signed(Reply::failure(failure), &task, false).await;
        }
        let Some(job) = &task.job else {
            return self.signed(Reply::failure(nothing_here()), &task, false).await;
        };
        // Of an upload, whoever could be verified has sent what could be taken apart.
        if matches!(job, Job::Json(..)) && !is_json(&self.head.headers) {
            let failure = Failure::invalid("Content-Type: must be application/json");
            return self.signed(Reply::failure(failure), &task, false).await;
        }
        if task.faults.has(Fault::ResetBefore) {
            return reset();
        }
        if let Some(by) =
            task.faults.find(|fault| if let Fault::ProcessLater(by) = fault { Some(by) } else { None })
        {
            self.platform.defer(by, self.deferred(&task, job));
            return reset();
        }
        let page = [(Fault::Html404, StatusCode::NOT_FOUND), (Fault::Html403, StatusCode::FORBIDDEN)];
        if let Some((_, status)) = page.into_iter().find(|(fault, _)| task.faults.has(*fault)) {
            wait(&task.faults).await;
            return html(status);
        }
        if let Some(reply) = instead(&task.faults) {
            return self.signed(reply, &task, false).await;
        }
        let deferred = self.deferred(&task, job);
        let played = self.platform.with_world(|world, now| deferred.play(&self.platform.gate, world, now));
        let played = self.platform.audited(played);
        let reply = match played {
            Ok(body) => Reply { status: StatusCode::OK, body: body.into() },
            Err(failure) => Reply::failure(failure),
        };
        let after = task
            .faults
            .find(|fault| if let Fault::StatusAfter(status) = fault { Some(status) } else { None });
        let reply = after.map_or(reply, Reply::on_command);
        self.signed(reply, &task, true).await
    }

    /// The answer with all that goes wrong after processing; `is_played` where it is the world's own.
    async fn signed(&self, reply: Reply, task: &Task, is_played: bool) -> Response {
        let faults = &task.faults;
        wait(faults).await;
        let (name, request) =
            (self.operation().map_or("", |operation| operation.name), task.admitted.request.value());
        let merchant = task.admitted.request.merchant();
        if is_played
            && faults.has(Fault::ReplayAnswer)
            && let Some(last) = self.platform.last.replay(name, merchant)
        {
            return on_the_wire(last.reply, last.authorization, faults);
        }
        let other = if is_played && faults.has(Fault::OtherAnswer) {
            self.platform.last.other(name, merchant, request)
        } else {
            None
        };
        let is_own = is_played && other.is_none() && faults.list().iter().all(|fault| fault.spares_answer());
        let reply = twisted(other.map_or(reply, |last| last.reply), request, faults);
        if faults.has(Fault::Unsigned) {
            return on_the_wire(reply, None, faults);
        }
        let deviation = Deviation::of(faults, Some(task.admitted.request.key_id()));
        // Signed over the request's path and merchant (I) and the bytes that are sent.
        let parts = Parts { path: task.admitted.request.path(), merchant, body: &reply.body[..] };
        let header = self.platform.signing.header(&parts, &deviation).await;
        let Some(authorization) = header.and_then(|header| HeaderValue::try_from(header).ok()) else {
            // No randomness, or a signer elsewhere that failed; an unsigned 500 claims nothing.
            let failure =
                Failure { ret_code: RetCode::Unknown, ret_msg: "the emulator can't sign".to_owned() };
            return Reply::failure(failure).unsigned();
        };
        if is_own {
            let last = Last {
                merchant: merchant.map(str::to_owned),
                // A copy, since a slice would keep alive all that was read with it.
                request: Bytes::copy_from_slice(request),
                reply: reply.clone(),
                authorization: Some(authorization.clone()),
            };
            self.platform.last.keep(name, last);
        }
        on_the_wire(reply, Some(authorization), faults)
    }

    /// Rules and plan are asked before the nonce is judged, which a fault may forgive; but only what is let in uses them up.
    fn admit(&self, now: Timestamp, signed: &Bytes, faults: &mut FaultSet) -> Result<Admitted, Reason> {
        let admitted = self.platform.gate.admit(Incoming {
            operation: self.operation(),
            path: self.head.uri.path(),
            has_query: self.head.uri.query().is_some(),
            headers: &self.head.headers,
            signed: signed.clone(),
            now,
        })?;
        let is_let_in = |drawn: &FaultSet| {
            let is_new = self.platform.gate.is_new(&admitted, now);
            is_new || faults.has(Fault::NoNonceMemory) || drawn.has(Fault::NoNonceMemory)
        };
        let drawn = match self.operation() {
            Some(operation) => {
                let about = About {
                    operation: operation.name,
                    owner: owner_of(&admitted),
                    key: &key_of(operation, signed),
                };
                // Both under the one lock, so that two requests can't have a rule's last time.
                locked(&self.platform.faults).of_call(&about, is_let_in)
            }
            None => Some(FaultSet::default()).filter(is_let_in),
        };
        faults.extend(drawn.ok_or(Reason::NonceReused)?);
        Ok(admitted)
    }

    fn refuse(&self, id: u64, reason: Reason, signed: Bytes) -> Response {
        tracing::info!(
            request = id,
            operation = self.operation().map(|operation| operation.name),
            %reason,
            "request refused"
        );
        self.platform.explain(id, reason, &self.head, signed, &self.held);
        refused(reason)
    }

    /// What the request asks for, and what it asks for in vain.
    fn faults_of_header(&self) -> (FaultSet, Option<FaultError>) {
        let values = self.head.headers.get_all(faults::HEADER).iter();
        match faults::parse_lists(values.map(HeaderValue::as_bytes)) {
            Ok(faults) => (faults, None),
            Err(error) => (FaultSet::default(), Some(error)),
        }
    }

    fn deferred(&self, task: &Task, job: &Job) -> Deferred {
        Deferred {
            merchant: task.admitted.merchant.clone(),
            key_id: task.admitted.request.key_id().to_owned(),
            faults: task.faults.clone(),
            job: job.clone(),
            _share: Shared::clone(&self.held.share),
        }
    }

    fn operation(&self) -> Option<&'static OperationInfo> {
        self.route.map(|route| &route.operation)
    }
}

impl Deferred {
    /// The answer's JSON. What is to befall notifications befalls those of what this sets going, and no others.
    pub(crate) fn play(&self, gate: &Gate, world: &mut World, now: u64) -> Result<Vec<u8>, Failure> {
        let faults = self.faults.of_notices();
        let fate = (!faults.is_empty()).then(|| Arc::new(faults));
        world.fated(fate, |world| self.play_job(gate, world, now))
    }

    fn play_job(&self, gate: &Gate, world: &mut World, now: u64) -> Result<Vec<u8>, Failure> {
        let call = Call {
            merchant: self.merchant.as_deref(),
            key_id: &self.key_id,
            signs_for: &|merchant| gate.signs_for(&self.key_id, merchant),
            now,
            behaviour: self.faults.behaviour(),
            is_again: false,
        };
        match &self.job {
            Job::Json(player, body) => player(world, &call, body),
            Job::Upload { meta, file, sha256 } => {
                let meta: FileMeta = decode(meta)?;
                meta.validate().into_result()?;
                let file = file.clone().ok_or_else(|| Failure::invalid("file: the part is missing"))?;
                let stored = world.upload(&call, meta, file, sha256)?;
                serde_json::to_vec(&stored)
                    .map_err(|error| Failure { ret_code: RetCode::Unknown, ret_msg: error.to_string() })
            }
        }
    }
}

impl Job {
    /// The digest is made here, where no lock is held.
    fn new(plays: Plays, signed: Bytes, file: Option<Bytes>) -> Self {
        match plays {
            Plays::Json(player) => Self::Json(player, signed),
            Plays::Upload => {
                let sha256 = file.as_deref().map(upload::sha256).unwrap_or_default();
                Self::Upload { meta: signed, file, sha256 }
            }
        }
    }
}

/// The answer to a body that wasn't read, and the request's number in the log.
fn cut_off(
    platform: &Platform,
    head: &Head,
    route: Option<&'static Route>,
    reason: Reason,
) -> (Response, u64) {
    let id = log(platform, head, route, &Bytes::new(), Some(reason), &FaultSet::default());
    (cut(reason), id)
}

/// Keeps a request in the log; its number.
fn log(
    platform: &Platform,
    head: &Head,
    route: Option<&'static Route>,
    signed: &Bytes,
    refused: Option<Reason>,
    faults: &FaultSet,
) -> u64 {
    let authorization = head.headers.get(AUTHORIZATION);
    let read = authorization.and_then(|value| Authorization::parse(value.as_bytes()).ok());
    let merchant = sent_merchant(&head.headers).ok().flatten();
    let path = head.uri.path();
    let lines = read.as_ref().map(|read| {
        format!("{path}\n{}\n{}\n{}", read.timestamp(), read.nonce(), merchant.unwrap_or_default())
    });
    platform.log.begin(LoggedRequest {
        id: 0,
        received_at: platform.signing.now().map_or(0, Timestamp::as_unix_millis),
        business_time: platform.clock.unix_millis(),
        took: None,
        operation: route.map(|route| route.operation.name),
        path: path.chars().take(256).collect(),
        merchant: merchant.map(|merchant| merchant.chars().take(128).collect()),
        key_id: read.map(|read| read.key_id().to_owned()),
        refused: refused.map(Reason::text),
        faults: faults.list().to_vec(),
        status: None,
        diagnosis: None,
        signed: Signed { head: lines, body: signed.clone() },
    })
}

/// Whether the headers say so (D), with parameters or without.
fn is_json(headers: &HeaderMap) -> bool {
    let mut types = headers.get_all(CONTENT_TYPE).iter();
    let (Some(first), None) = (types.next(), types.next()) else { return false };
    let essence = first.to_str().ok().and_then(|value| value.split(';').next());
    essence.is_some_and(|essence| essence.trim().eq_ignore_ascii_case("application/json"))
}

fn wrong_method() -> Response {
    let ret_msg = "method: must be POST";
    let reply = Reply::error(StatusCode::METHOD_NOT_ALLOWED, RetCode::InvalidParameters, ret_msg);
    with_reason(reply.unsigned(), Reason::Method)
}

fn nothing_here() -> Failure {
    Failure { ret_code: RetCode::NotFound, ret_msg: "nothing is served at this path".to_owned() }
}

/// As long as an answer is to be delayed.
async fn wait(faults: &FaultSet) {
    let delay = faults.find(|fault| if let Fault::Delay(delay) = fault { Some(delay) } else { None });
    if let Some(delay) = delay {
        tokio::time::sleep(Duration::from_millis(delay)).await;
    }
}

/// What is answered without processing.
fn instead(faults: &FaultSet) -> Option<Reply> {
    let status = faults.find(|fault| if let Fault::Status(status) = fault { Some(status) } else { None });
    let refusal = faults
        .has(Fault::RetCodeIn200)
        .then(|| Reply::error(StatusCode::OK, RetCode::InvalidState, "an error under 200, on command"));
    status.map(Reply::on_command).or(refusal)
}

fn owner_of(admitted: &Admitted) -> Owner<'_> {
    admitted.merchant.as_deref().map_or(Owner::KeyId(admitted.request.key_id()), Owner::Merchant)
}

/// What a request is about, so that a plan befalls the same things in every run: the value of the key that names the
/// change, or else a digest of the body.
fn key_of(operation: &OperationInfo, signed: &[u8]) -> String {
    let (Effect::Write { key } | Effect::Money { key, .. }) = operation.effect else { return digest(signed) };
    let body: Option<Value> = serde_json::from_slice(signed).ok();
    let value = body.as_ref().and_then(|body| body.get(key)).and_then(Value::as_str);
    value.filter(|value| value.len() <= 64).map_or_else(|| digest(signed), str::to_owned)
}

fn digest(bytes: &[u8]) -> String {
    let digest = bytes.iter().fold(0, |digest, byte| mixed(digest ^ u64::from(*byte)));
    format!("{digest:016x}")
}
