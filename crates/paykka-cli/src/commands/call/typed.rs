//! What the model's types say of a body that was given, and of the answer to it.

use paykka_model::{Event, Operation, OperationInfo, OperationVisitor, WireObject, decode, visit_operations};

use crate::frame::Message;
use crate::texts::calls as texts;

/// What can be said of a request beforehand.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Advice {
    /// Whether it can't be right.
    pub(super) stops: bool,
    pub(super) lines: Vec<String>,
}

pub(super) fn advise(info: &OperationInfo, body: &[u8]) -> Advice {
    let mut adviser = Adviser { name: info.name, body, advice: Advice::default() };
    visit_operations(&mut adviser);
    adviser.advice
}

/// Why the answer isn't what was asked for; `None` where it is.
pub(super) fn judge(info: &OperationInfo, body: &[u8], answer: &[u8]) -> Option<Message> {
    let mut judge = Judge { name: info.name, body, answer, doubt: None };
    visit_operations(&mut judge);
    judge.doubt
}

struct Adviser<'a> {
    name: &'static str,
    body: &'a [u8],
    advice: Advice,
}

impl OperationVisitor for Adviser<'_> {
    fn call<O: Operation>(&mut self) {
        if O::INFO.name != self.name {
            return;
        }
        self.advice = match decode::<O::Request>(self.body) {
            Err(error) => Advice { stops: true, lines: vec![error.to_string()] },
            Ok(request) => {
                let found = request.validate();
                let lines = found.all().iter().map(ToString::to_string).collect();
                Advice { stops: !found.is_ok(), lines }
            }
        };
    }

    fn event<E: Event>(&mut self) {}
}

struct Judge<'a> {
    name: &'static str,
    body: &'a [u8],
    answer: &'a [u8],
    doubt: Option<Message>,
}

impl OperationVisitor for Judge<'_> {
    fn call<O: Operation>(&mut self) {
        if O::INFO.name != self.name {
            return;
        }
        self.doubt = match (decode::<O::Request>(self.body), decode::<O::Response>(self.answer)) {
            (_, Err(error)) => Some(texts::odd_answer(&error)),
            (Ok(request), Ok(answer)) if !O::answers(&request, &answer) => Some(texts::other_object()),
            // What was asked for isn't known where the request is none.
            (_, Ok(_)) => None,
        };
    }

    fn event<E: Event>(&mut self) {}
}
