//! A layer's call in one future: handed on, or refused before it was. The layers that do nothing else while a call is under way
//! share it, since a box for each of them is what a call through many layers would cost most.

use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use crate::Error;
use crate::error::BoxError;

pin_project! {
    #[project = BegunProj]
    pub(crate) enum Begun<F> {
        Refused { error: Option<Error> },
        HandedOn { #[pin] call: F },
    }
}

impl<F> Begun<F> {
    pub(crate) const fn refused(error: Error) -> Self {
        Self::Refused { error: Some(error) }
    }

    pub(crate) const fn handed_on(call: F) -> Self {
        Self::HandedOn { call }
    }
}

impl<F, T, E> Future for Begun<F>
where
    F: Future<Output = Result<T, E>>,
    E: Into<BoxError>,
{
    type Output = Result<T, Error>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.project() {
            BegunProj::HandedOn { call } => call.poll(cx).map_err(Error::from_below),
            // After its end nobody polls it.
            BegunProj::Refused { error } => {
                error.take().map_or(Poll::Pending, |error| Poll::Ready(Err(error)))
            }
        }
    }
}
