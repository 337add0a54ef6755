//! Rows from the events of network plugins and of Sentry's recorder.

use std::collections::HashMap;

use super::error::EventError;
use super::event::Event;
use super::origins::{Origins, earlier};
use super::recording::{extend_to, name_producer};
use super::request::{CapturedRequest, Clock, Navigation};
use super::sentry::Span;
use crate::formats::common::fields::FromObject;
use crate::formats::common::part::Part;
use crate::model::{EpochMs, Record, Session};

/// The requests so far.
#[derive(Debug, Default)]
pub(super) struct Network {
    origins: Origins,
    /// The last navigation of each window, and its position among the records.
    navigations: HashMap<u16, (Navigation, usize)>,
}

/// The number of the next row. Other files may have rows already.
fn next_number(session: &Session) -> u32 {
    session.records.last().map_or(1, |last| last.number.saturating_add(1))
}

fn note_wrong_size(session: &mut Session, event: &Event<'_>, row: u32) {
    event.note(session, format!("a size of the request of row {row} is not a number"));
}

impl Network {
    /// Reads a `rrweb/network@1` event: a row for each of its requests.
    pub(super) fn requests(&mut self, session: &mut Session, event: &Event<'_>) {
        let payload = event.data.field("payload");
        let Some(requests) = payload.and_then(|payload| payload.field("requests")).filter(|r| r.is_array())
        else {
            return event.note(session, "its payload has no requests");
        };
        let mut has_request = false;
        for (index, request) in requests.elements().enumerate() {
            match self.request(session, event, request) {
                Ok(Taken::Row) => has_request = true,
                // It is shown in the details of the row.
                Ok(Taken::ServerTiming) if has_request => {}
                Ok(Taken::ServerTiming) => event.note(
                    session,
                    format!("request {} is omitted: a server timing without its request", index + 1),
                ),
                Err(why) => event.note(session, format!("request {} is omitted: {why}", index + 1)),
            }
        }
    }

    /// Reads a `posthog/network@1` event: one performance entry of the browser, which need not be a
    /// request.
    pub(super) fn timing(&mut self, session: &mut Session, event: &Event<'_>) {
        name_producer(session, "PostHog");
        let Some(payload) = event.data.field("payload").filter(|payload| payload.is_object()) else {
            return event.note(session, "its payload is not an object");
        };
        let is_request = !CapturedRequest::from_object(payload.text()).is_other_timing();
        if is_request && let Err(why) = self.request(session, event, payload) {
            event.note(session, why.to_string());
        }
    }

    /// Reads a `performanceSpan` of Sentry's recorder.
    pub(super) fn span(session: &mut Session, event: &Event<'_>) {
        name_producer(session, "Sentry");
        let Some(payload) = event.data.field("payload").filter(|payload| payload.is_object()) else {
            return event.note(session, "its payload is not an object");
        };
        let span = Span::from_object(payload.text());
        if span.is_request() {
            let record = span.record(next_number(session), payload.span());
            if span.has_implausible_duration() {
                session.implausible.durations.add(record.number);
            }
            if span.has_wrong_size() {
                note_wrong_size(session, event, record.number);
            }
            extend_to(session, record.start);
            session.extend_to(span.end());
            session.records.push(record);
        }
    }

    fn request(
        &mut self,
        session: &mut Session,
        event: &Event<'_>,
        part: Part<'_>,
    ) -> Result<Taken, EventError> {
        if !part.is_object() {
            return Err(EventError::NotAnObject);
        }
        let request = &CapturedRequest::from_object(part.text());
        if request.is_posthog() {
            name_producer(session, "PostHog");
        }
        if request.is_server_timing() {
            return Ok(Taken::ServerTiming);
        }
        let navigation = request.navigation();
        if let Some(navigation) = &navigation
            && self.update_navigation(session, event, request, navigation, part)
        {
            return Ok(Taken::Row);
        }
        let start = self.start(session, event, request);
        let record = request.record(next_number(session), part.span(), start);
        if record.url.is_empty() {
            event.note(session, format!("the request of row {} has no URL", record.number));
        }
        if request.has_wrong_size() {
            note_wrong_size(session, event, record.number);
        }
        if let Some(navigation) = navigation {
            self.navigations.insert(event.window, (navigation, session.records.len()));
        }
        add(session, request, record);
        Ok(Taken::Row)
    }

    /// Updates the row of a navigation that is reported a second time, when it has ended. Returns
    /// whether it has a row.
    fn update_navigation(
        &mut self,
        session: &mut Session,
        event: &Event<'_>,
        request: &CapturedRequest<'_>,
        navigation: &Navigation,
        part: Part<'_>,
    ) -> bool {
        let Some((known, index)) = self.navigations.get_mut(&event.window) else { return false };
        let Some(row) = session.records.get_mut(*index).filter(|_| navigation.is(known)) else {
            return false;
        };
        *row = request.record(row.number, part.span(), row.start);
        *known = navigation.clone();
        let end = row.end();
        if request.clock() == Clock::Unknown {
            self.origins.observe(event.window, event.time, request.latest());
        } else {
            session.extend_to(end);
        }
        true
    }

    /// The start of a request, by its own clock or estimated.
    fn start(
        &mut self,
        session: &mut Session,
        event: &Event<'_>,
        request: &CapturedRequest<'_>,
    ) -> Option<EpochMs> {
        match request.clock() {
            Clock::None => None,
            Clock::Known(start) => Some(start),
            Clock::Unknown => {
                if self.origins.note_once(event.window) {
                    event.note(
                        session,
                        "the recording does not say when the clock of this page's requests began: their times are estimated",
                    );
                }
                self.origins.request(session, event.window, event.time, request.start(), request.latest())
            }
        }
    }

    /// A new page begins in a window.
    pub(super) fn new_page(&mut self, session: &mut Session, window: u16) {
        self.origins.new_page(session, window);
        if self.navigations.get(&window).is_some_and(|(navigation, _)| !navigation.has_origin()) {
            self.navigations.remove(&window);
        }
    }

    pub(super) fn finish(&mut self, session: &mut Session) {
        self.origins.finish(session);
    }
}

/// What an element of `requests` was read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Taken {
    Row,
    ServerTiming,
}

fn add(session: &mut Session, request: &CapturedRequest<'_>, record: Record) {
    if request.has_implausible_duration(record.start) {
        session.implausible.durations.add(record.number);
    }
    session.started_at = earlier(session.started_at, record.start);
    // An estimated request never ends after its event, and the estimate may still become earlier.
    if request.clock() != Clock::Unknown {
        session.extend_to(record.end().or(record.start));
    }
    session.records.push(record);
}
