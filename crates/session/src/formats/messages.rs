//! Reads the messages file of a socket while it arrives.

use super::common::ending::FileEnd;
use super::common::message;
use super::common::message::{MessageFilter, Ownership};
use super::common::text_encoding::TextDecoder;
use super::sniffer::ContentSniffer;
use super::{LoadError, LoadFailure};
use crate::formats::common::records::RecordScanner;
use crate::model::plausible::MessageClock;
use crate::model::{
    Limit, LoadNotes, MAX_MESSAGES, Message, MessageColumns, MessageLog, MessagesFile, SegmentedBuffer,
    SmallTimes, Span, TimeRange, Truncation, plural,
};
use json_spans::ScanEnd;

/// Reads the messages of one socket. They can be shown at any time.
#[derive(Debug)]
pub struct MessagesReader {
    file: MessagesFile,
    bytes: SegmentedBuffer,
    columns: MessageColumns,
    notes: LoadNotes,
    decoder: TextDecoder,
    sniffer: ContentSniffer,
    scanner: RecordScanner,
    found: Vec<Span>,
    elements: u64,
    /// Number of elements that are not messages.
    dropped: u64,
    clock: SampledClock,
}

/// The clock of a file's messages, inferred from the first ones, so that rows can be shown before
/// the file has ended.
#[derive(Debug)]
enum SampledClock {
    /// The recorded times so far.
    Sampling(Vec<f64>),
    Known(MessageClock),
    /// Not inferred: each time is read by itself. If the socket's start is known, times far from it
    /// are unknown.
    Given(Option<MessageClock>),
}

/// Number of messages from which the clock is inferred.
const MAX_SAMPLE: usize = 256;

impl MessagesReader {
    pub fn new(file: MessagesFile) -> Self {
        // A file that sockets share is partitioned by time, before the socket of a message is
        // known.
        let is_shared = file.named.is_some() || file.share != TimeRange::default();
        let is_given = is_shared || file.clock.is_some() || file.small_times != SmallTimes::Seconds;
        let clock = if is_given || file.start.is_none() {
            SampledClock::Given(file.start.map(MessageClock::of_dates))
        } else {
            SampledClock::Sampling(Vec::new())
        };
        Self {
            file,
            bytes: SegmentedBuffer::default(),
            columns: MessageColumns::default(),
            notes: LoadNotes::default(),
            decoder: TextDecoder::default(),
            sniffer: ContentSniffer::default(),
            scanner: RecordScanner::default(),
            found: Vec::new(),
            elements: 0,
            dropped: 0,
            clock,
        }
    }

    /// The messages so far.
    pub fn log(&self) -> MessageLog<'_> {
        MessageLog { bytes: &self.bytes, columns: &self.columns }
    }

    pub fn notes(&self) -> &LoadNotes {
        &self.notes
    }

    /// Adds a load note about the file.
    pub fn note(&mut self, text: &str) {
        self.notes.push(self.file.path.as_ref(), None, text);
    }

    /// Reads the next piece.
    ///
    /// # Errors
    /// When the file is too large, has too many messages, or is not a messages file.
    pub fn feed(&mut self, piece: &[u8]) -> Result<(), LoadError> {
        let mut decoder = std::mem::take(&mut self.decoder);
        let fed = self.feed_text(&decoder.decode(piece));
        self.decoder = decoder;
        fed
    }

    fn feed_text(&mut self, piece: &[u8]) -> Result<(), LoadError> {
        self.sniffer.take(&self.file.path, piece)?;
        self.bytes.append(piece).map_err(|why| LoadError::not_appended(&self.file.path, why))?;
        let mut found = std::mem::take(&mut self.found);
        self.scanner.feed(&self.bytes, piece, &mut found);
        for span in found.drain(..) {
            self.take(span);
        }
        self.found = found;
        self.estimate_clock();
        if self.elements > MAX_MESSAGES {
            let limit = Limit { max: MAX_MESSAGES, things: "messages" };
            return Err(LoadFailure::TooMany(limit).at(&*self.file.path));
        }
        Ok(())
    }

    /// Ends the input. `broken` is the reason if that was before the file's end. Returns where the
    /// file was truncated.
    ///
    /// # Errors
    /// When nothing in the file could be read as a message.
    pub fn finish(&mut self, broken: Option<&str>) -> Result<Option<Truncation>, LoadError> {
        let rest = std::mem::take(&mut self.decoder).finish();
        self.feed_text(&rest)?;
        let mut found = Vec::new();
        let end = self.scanner.finish(&self.bytes, &mut found);
        for span in found {
            self.take(span);
        }
        self.settle_clock();
        self.note_clock();
        let unreadable = self.elements > 0 && self.dropped == self.elements;
        if unreadable && broken.is_none() {
            let first = self.notes.listed().first().map(|note| note.text.clone()).unwrap_or_default();
            let place = format!("{}: {first}", self.file.path);
            return Err(LoadFailure::NotMessages.at(place));
        }
        let element = (end != ScanEnd::Complete).then_some(self.elements + 1);
        let end = FileEnd { file: &self.file.path, start: 0, len: self.bytes.len(), scan: end, broken };
        Ok(end.truncation("message", element))
    }

    fn take(&mut self, span: Span) {
        let span = self.without_mark(span);
        if self.bytes.slice(span).iter().all(u8::is_ascii_whitespace) {
            return;
        }
        self.elements += 1;
        let owner = MessageFilter {
            socket_id: self.file.socket_id.as_deref(),
            named: self.file.named.as_ref(),
            small_times: self.file.small_times,
            is_event_stream: self.file.is_event_stream,
        };
        match message::read(&self.bytes, span, owner) {
            Ok(read) => {
                let is_ours = match read.claim {
                    Ownership::Ours(share) => share.contains(read.message.time),
                    Ownership::Unclaimed => self.file.share.contains(read.message.time),
                    Ownership::Foreign => false,
                };
                if !is_ours {
                    return;
                }
                if let Some(fault) = read.fault {
                    self.note_at(span, fault.to_owned());
                }
                self.columns.push_event(self.corrected(read.message), read.event);
                self.set_time(read.recorded_time);
            }
            Err(why) => {
                self.dropped += 1;
                self.note_at(span, format!("dropped: {why}"));
            }
        }
    }

    /// Sets the time of the last message by the clock.
    fn set_time(&mut self, recorded: f64) {
        let last = self.columns.len() - 1;
        match &mut self.clock {
            SampledClock::Sampling(sample) => {
                sample.push(recorded);
                self.columns.set_recorded_time(last, recorded);
            }
            SampledClock::Known(clock) => self.columns.set_time(last, recorded, clock),
            SampledClock::Given(Some(clock)) => {
                if let Some(time) = self.columns.time(last) {
                    self.columns.set_time(last, time.ms(), clock);
                }
            }
            SampledClock::Given(None) => {}
        }
        if self.columns.len() == MAX_SAMPLE {
            self.settle_clock();
        }
    }

    /// Sets the times of the sample by the clock that fits the messages so far, and returns that
    /// clock.
    fn estimate_clock(&mut self) -> Option<MessageClock> {
        let SampledClock::Sampling(sample) = &self.clock else { return None };
        let clock = MessageClock::of(sample, self.file.start, self.file.length);
        self.columns.reset_times(sample, &clock);
        Some(clock)
    }

    /// Ends the sample: its clock is that of all messages.
    fn settle_clock(&mut self) {
        if let Some(clock) = self.estimate_clock() {
            self.clock = SampledClock::Known(clock);
        }
    }

    fn note_clock(&mut self) {
        let (path, columns) = (self.file.path.as_ref(), &self.columns);
        if columns.has_estimated_times() {
            let text = "the times are on another clock than the rest of the recording; estimated from the socket's start, \
                        the times between messages are as recorded";
            self.notes.push(path, None, text);
        }
        let unknown = columns.implausible_times();
        if unknown > 0 {
            let messages = plural(unknown, "message");
            let text = format!(
                "{messages}: the recorded time is not within a day before and a month after the socket's start; shown as \
                 unknown"
            );
            self.notes.push(path, None, text);
        }
    }

    fn note_at(&mut self, span: Span, text: String) {
        self.notes.push(format!("message {}", self.elements), Some(span.start.into()), text);
    }

    fn corrected(&self, message: Message) -> Message {
        match self.file.clock {
            Some(clock) => Message { time: message.time.and_then(|time| clock.correct(time)), ..message },
            None => message,
        }
    }

    /// The span without a byte order mark.
    fn without_mark(&self, span: Span) -> Span {
        let marked = span.start == 0 && self.bytes.slice(span).starts_with(b"\xEF\xBB\xBF");
        if marked { Span::between(3, span.end().into()) } else { span }
    }
}
