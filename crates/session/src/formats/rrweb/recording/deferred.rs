//! Packed events among plain ones: unpacked when the file has ended.

use super::super::error::EventError;
use super::super::event::Event;
use super::super::packed;
use super::{EntryContext, MAX_DEPTH, Recording, inside};
use crate::formats::common::part::Part;
use crate::formats::{LoadError, append};
use crate::model::{DomEventKind, EpochMs, Session, Span};
use json_spans::syntax_error;

#[derive(Debug)]
pub(super) struct Deferred {
    pub(super) packed: Packed,
    pub(super) number: u64,
    pub(super) byte: u64,
}

#[derive(Debug)]
pub(super) enum Packed {
    /// A string that contains an event.
    Event { string: Span, window: Option<Box<str>> },
    /// The data of an event that is listed already.
    Data { string: Span, json_prefix: String, kind: DomEventKind, time: Option<EpochMs>, window: u16 },
}

impl Recording {
    pub(super) fn unpack(
        &mut self,
        session: &mut Session,
        file: &str,
        deferred: Deferred,
    ) -> Result<(), LoadError> {
        let Deferred { packed, number, byte } = deferred;
        let drop = |session: &mut Session, why: EventError| {
            session.notes.push(format!("event {number}"), Some(byte), format!("dropped: {why}"));
        };
        match packed {
            Packed::Event { string, window } => {
                let text = session.bytes.slice(string).into_owned();
                let unpacked = match packed::unpack_event(inside(&text)) {
                    Ok(unpacked) => unpacked,
                    Err(why) => {
                        drop(session, why.into());
                        return Ok(());
                    }
                };
                let at = session.bytes.len() as u32;
                append(session, file, &unpacked)?;
                self.elements = number - 1;
                self.element_at = at;
                self.element_byte = byte;
                let part = Part::new(&unpacked, at);
                if part.is_object() {
                    let buffer = std::mem::take(&mut session.bytes);
                    let context = EntryContext { buffer: &buffer, window: window.as_deref() };
                    self.object(session, part, context, MAX_DEPTH - 1);
                    session.bytes = buffer;
                } else {
                    drop(session, EventError::NotAnEvent);
                }
            }
            Packed::Data { string, json_prefix, kind, time, window } => {
                let text = session.bytes.slice(string).into_owned();
                let unpacked = packed::unpack_gzip(inside(&text)).map_err(EventError::from).and_then(checked);
                let unpacked = match unpacked {
                    Ok(unpacked) => unpacked,
                    Err(why) => {
                        let note = format!("its data is omitted: {why}");
                        session.notes.push(format!("event {number}"), Some(byte), note);
                        return Ok(());
                    }
                };
                // Appended as the complete event with its data unpacked.
                let event = [json_prefix.as_bytes(), &unpacked, b"}"].concat();
                let at = session.bytes.len() as u32;
                append(session, file, &event)?;
                let source = Span { start: at, len: event.len() as u32 };
                let data = Part::new(&unpacked, at + json_prefix.len() as u32).trimmed();
                self.read(session, kind, &Event { number, byte, time, window, data, source });
            }
        }
        Ok(())
    }
}

fn checked(json: Vec<u8>) -> Result<Vec<u8>, EventError> {
    match syntax_error(&json) {
        None => Ok(json),
        Some(fault) => Err(EventError::InvalidJson(fault)),
    }
}
