//! The sockets of a session, and the search over one of them.

use std::collections::HashMap;

use session::filter::{MessageFilter, Messages};
use session::formats::{LoadError, MessagesReader};
use session::model::{EpochMs, MessageColumns, MessageLog, SegmentedBuffer, Truncation, format_count};
use session::protocols::{AllProtocols, Analysis, Analyze, Handshake, Library, Sample, SocketEnd};

use crate::packed::unpack;
use crate::result::{Hit, Readability, SocketResult};
use crate::snippet::{Snippets, Terms};
use crate::source::SocketSource;

/// Messages of a socket that are quoted; of more the number is known.
pub const MAX_HITS: usize = 5;
/// Bytes of messages that are kept for the next query; sockets that are searched beyond that are
/// sent again. A page's memory holds the session itself too.
const MAX_KEPT_BYTES: u64 = 256 << 20;
/// Messages that are decoded only to name the hits: about 10 ms for a socket.
const MAX_NAMED_MESSAGES: usize = 4096;

/// Keeps the sockets that were sent to it, by row, and searches them.
#[derive(Debug, Default)]
pub struct Searcher {
    sockets: HashMap<u32, Socket>,
}

#[derive(Debug)]
struct Socket {
    handshake: Handshake<'static>,
    content: Content,
    /// Why nothing, or not everything, could be read.
    problem: Readability,
    analyzer: Option<Box<dyn Analyze>>,
    is_analyzed: bool,
}

#[derive(Debug)]
enum Content {
    File(Box<MessagesReader>),
    Packed(Box<PackedMessages>),
}

#[derive(Debug, Default)]
struct PackedMessages {
    bytes: SegmentedBuffer,
    columns: MessageColumns,
}

impl Content {
    fn log(&self) -> MessageLog<'_> {
        match self {
            Self::File(reader) => reader.log(),
            Self::Packed(packed) => MessageLog { bytes: &packed.bytes, columns: &packed.columns },
        }
    }
}

impl Searcher {
    /// Begins a socket, in place of one that had the same row.
    pub fn open(&mut self, row: u32, source: SocketSource) {
        let content = match source.file {
            Some(file) => Content::File(Box::new(MessagesReader::new(file))),
            None => Content::Packed(Box::default()),
        };
        let socket = Socket {
            handshake: source.handshake,
            content,
            problem: Readability::Complete,
            analyzer: None,
            is_analyzed: false,
        };
        self.sockets.insert(row, socket);
    }

    /// Reads the next piece of a socket's messages file. What cannot be read is part of the result.
    pub fn feed(&mut self, row: u32, piece: &[u8]) {
        let Some(socket) = self.sockets.get_mut(&row) else { return };
        if let (Content::File(reader), Readability::Complete) = (&mut socket.content, &socket.problem)
            && let Err(error) = reader.feed(piece)
        {
            socket.problem = unreadable(&error);
        }
    }

    /// Appends messages that [`pack`](crate::pack) made.
    pub fn add_packed(&mut self, row: u32, packed: &[u8]) {
        let Some(socket) = self.sockets.get_mut(&row) else { return };
        if let Content::Packed(messages) = &mut socket.content
            && unpack(packed, &mut messages.bytes, &mut messages.columns).is_err()
        {
            socket.problem = Readability::Truncated("The messages do not fit into memory".to_owned());
        }
    }

    /// Ends the messages of a socket. `broken` is the reason if their file is incomplete.
    pub fn finish(&mut self, row: u32, broken: Option<&str>) {
        let Some(socket) = self.sockets.get_mut(&row) else { return };
        if let (Content::File(reader), Readability::Complete) = (&mut socket.content, &socket.problem) {
            match reader.finish(broken) {
                Ok(None) => {}
                Ok(Some(truncation)) => socket.problem = Readability::Truncated(truncated(&truncation)),
                Err(error) => socket.problem = unreadable(&error),
            }
        }
    }

    /// Searches a socket. A query that is not a valid filter is searched as text. `start` is the
    /// start of the session, `zone` the offset of a time's wall clock from UTC in minutes.
    pub fn search(
        &mut self,
        row: u32,
        query: &str,
        start: Option<EpochMs>,
        zone: fn(EpochMs) -> i32,
    ) -> SocketResult {
        let kept: u64 = self.sockets.values().map(Socket::kept_bytes).sum();
        let Some(socket) = self.sockets.get_mut(&row) else {
            return SocketResult::unreadable("The messages were not read");
        };
        let mut result = socket.search(query, start, zone);
        result.is_kept = kept <= MAX_KEPT_BYTES;
        if !result.is_kept {
            self.sockets.remove(&row);
        }
        result
    }
}

impl Socket {
    fn search(&mut self, query: &str, start: Option<EpochMs>, zone: fn(EpochMs) -> i32) -> SocketResult {
        if let Readability::Unreadable(reason) = &self.problem {
            return SocketResult::unreadable(reason.clone());
        }
        let filter =
            MessageFilter::parse(query).unwrap_or_else(|_| MessageFilter::as_text(query)).in_zone(zone);
        if filter.uses_analysis() {
            self.analyze(usize::MAX);
        }
        let (mut matches, mut first) = (0, Vec::new());
        let log = self.content.log();
        let is_match = filter.matching(Messages { log, analysis: self.analysis(), start });
        for index in (0..log.len()).filter(|index| is_match(*index)) {
            matches += 1;
            if first.len() < MAX_HITS {
                first.push(index);
            }
        }
        drop(is_match);
        let last = first.last().map_or(0, |last| last + 1);
        if last <= MAX_NAMED_MESSAGES {
            self.analyze(last);
        }
        let terms = Terms::of(filter.expression());
        let hits = first.into_iter().filter_map(|index| self.hit(index, &terms)).collect();
        let messages = self.content.log().len() as u64;
        SocketResult { messages, matches, hits, readability: self.problem.clone(), is_kept: true }
    }

    fn hit(&self, index: usize, terms: &Terms) -> Option<Hit> {
        const MAX_EVENT_CHARS: usize = 120;
        let log = self.content.log();
        let message = log.columns.get(index)?;
        let event = self.analysis().and_then(|analysis| analysis.event(index as u32)).unwrap_or_default();
        let Snippets { masked, with_credentials } = Snippets::of(&message, &log.raw(&message), terms);
        Some(Hit {
            number: index as u32 + 1,
            kind: message.kind,
            time: message.time,
            event: session::encodings::one_line(event, MAX_EVENT_CHARS),
            snippet: masked,
            with_credentials,
        })
    }

    /// Bytes of the messages, as the file has them and decoded.
    fn kept_bytes(&self) -> u64 {
        let decoded = self.analysis().map_or(0, Analysis::decoded_bytes);
        self.content.log().bytes.len() + decoded as u64
    }

    fn analysis(&self) -> Option<&Analysis> {
        self.analyzer.as_ref().map(|analyzer| analyzer.analysis())
    }

    /// Analyzes the first messages, up to `count`, as the messages table does.
    fn analyze(&mut self, count: usize) {
        let log = self.content.log();
        let analyzer = self.analyzer.get_or_insert_with(|| {
            let sample = Sample::of(log);
            let protocol = AllProtocols.recognize(&self.handshake, &sample).map(|found| found.protocol);
            AllProtocols.analyzer(protocol, &self.handshake, &sample, None)
        });
        let has_more = analyzer.advance(log, count.saturating_sub(analyzer.analysis().len()));
        if !has_more && !self.is_analyzed {
            // Only decides which heartbeats stay visible when they are hidden.
            let end = SocketEnd { is_closed: false, time: None };
            analyzer.finish(log, end);
            self.is_analyzed = true;
        }
    }
}

fn unreadable(error: &LoadError) -> Readability {
    Readability::Unreadable(format!("{} ({})", error.what(), error.place))
}

fn truncated(truncation: &Truncation) -> String {
    match truncation.element {
        Some(element) => format!("The messages are cut off at message {}", format_count(element)),
        None => format!("The messages are cut off: {}", truncation.reason),
    }
}

#[cfg(test)]
mod tests;
