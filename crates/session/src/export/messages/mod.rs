//! Messages of a socket or an event stream: as lines of JSON, as a table, or as a HAR of their one
//! entry. Payloads are written as recorded, or as their protocol or encoding reads them.

mod copy;
mod csv;
mod decoded;
mod fields;
mod lines;

use super::har::{HarExport, HarWriter};
use super::json::Json;
use super::{ExportOptions, PIECE};
use crate::model::{MessageLog, Session};
use crate::protocols::{Analysis, DecodedMessage};
use crate::redact::Redactor;

pub use copy::{CopiedPayloads, MAX_COPIED_BYTES};

/// Messages after which a piece ends, however short they are: decoding one may take long.
const MAX_PIECE_MESSAGES: usize = 256;

/// The format of exported messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessagesFormat {
    JsonLines,
    Csv,
    Har,
}

impl MessagesFormat {
    /// All formats, in the order of the menu.
    pub const ALL: [Self; 3] = [Self::JsonLines, Self::Csv, Self::Har];

    /// Its name on screen.
    pub fn label(self) -> &'static str {
        match self {
            Self::JsonLines => "JSON Lines",
            Self::Csv => "CSV",
            Self::Har => "HAR",
        }
    }

    /// The extension of its files.
    pub fn extension(self) -> &'static str {
        match self {
            Self::JsonLines => "jsonl",
            Self::Csv => "csv",
            Self::Har => "har",
        }
    }
}

/// The messages that are exported, and what is known of them: the same at each call of a writer.
#[derive(Clone, Copy, Debug)]
pub struct MessageSource<'a> {
    pub session: &'a Session,
    /// The index of their row in [`Session::records`].
    pub record: usize,
    pub log: MessageLog<'a>,
    /// What the protocol says of them; `None` where nothing is decoded.
    pub analysis: Option<&'a Analysis>,
}

/// Writes messages piece by piece. The pieces, one behind the other, are the file.
#[derive(Debug)]
pub struct MessagesWriter {
    /// The indexes of the messages, in the order in which they are written.
    indexes: Vec<u32>,
    /// The message that is written next.
    at: usize,
    is_decoded: bool,
    state: State,
    json: Json,
}

#[derive(Debug)]
enum State {
    Lines,
    /// Whether the line with the names of the columns is written.
    Csv {
        has_head: bool,
    },
    Har(Box<HarWriter>),
}

/// Writes messages in pieces: [`MessagesWriter`], which an app may link separately.
pub trait MessagesExport {
    /// Number of messages that are written.
    fn written(&self) -> usize;

    /// Number of credential values that were redacted.
    fn redacted(&self) -> u64;

    /// The next piece; `None` when the file is complete. `decode` reads a message as its protocol
    /// does; it is called where decoded payloads are wanted.
    fn next_piece(
        &mut self,
        source: &MessageSource<'_>,
        decode: &mut dyn FnMut(u32) -> Option<DecodedMessage>,
    ) -> Option<Vec<u8>>;
}

impl MessagesExport for MessagesWriter {
    fn written(&self) -> usize {
        if let State::Har(writer) = &self.state { writer.messages_written() } else { self.at }
    }

    fn redacted(&self) -> u64 {
        if let State::Har(writer) = &self.state {
            writer.omissions().removed
        } else {
            self.json.redactor.count()
        }
    }

    fn next_piece(
        &mut self,
        source: &MessageSource<'_>,
        decode: &mut dyn FnMut(u32) -> Option<DecodedMessage>,
    ) -> Option<Vec<u8>> {
        if let State::Har(writer) = &mut self.state {
            return writer.next_piece(source.session, Some(source.log));
        }
        if let State::Csv { has_head: has_head @ false } = &mut self.state {
            *has_head = true;
            csv::head(&mut self.json);
        } else if self.at >= self.indexes.len() {
            return None;
        }
        let end = self.indexes.len().min(self.at.saturating_add(MAX_PIECE_MESSAGES));
        while self.at < end && self.json.len() < PIECE {
            if let Some(index) = self.indexes.get(self.at) {
                self.message(source, *index, decode);
            }
            self.at += 1;
        }
        Some(self.json.take())
    }
}

impl MessagesWriter {
    /// Writes the messages at those indexes of the row at `record`, in that order. A HAR has the
    /// payloads as recorded in any case.
    pub fn new(
        format: MessagesFormat,
        is_decoded: bool,
        record: usize,
        indexes: Vec<u32>,
        options: ExportOptions,
    ) -> Self {
        let (indexes, state) = match format {
            MessagesFormat::JsonLines => (indexes, State::Lines),
            MessagesFormat::Csv => (indexes, State::Csv { has_head: false }),
            MessagesFormat::Har => {
                let writer = HarWriter::new(vec![record], options).with_messages(indexes);
                (Vec::new(), State::Har(Box::new(writer)))
            }
        };
        Self { indexes, at: 0, is_decoded, state, json: Json::new(Redactor::new(options.sanitize)) }
    }

    fn message(
        &mut self,
        source: &MessageSource<'_>,
        index: u32,
        decode: &mut dyn FnMut(u32) -> Option<DecodedMessage>,
    ) {
        let Some(fields) = fields::Fields::of(source, index) else { return };
        let decoded = if self.is_decoded { Some(decode(index).unwrap_or_default()) } else { None };
        let write = match self.state {
            State::Csv { .. } => csv::write,
            State::Lines | State::Har(_) => lines::write,
        };
        write(&mut self.json, source.log, &fields, decoded.as_ref());
    }
}

#[cfg(test)]
mod tests;
