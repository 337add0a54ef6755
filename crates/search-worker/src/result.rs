//! What a search found in one socket.

use session::model::{EpochMs, MessageKind};

use crate::packed::{kind_code, kind_of};
use crate::snippet::Snippet;
use crate::wire::{Malformed, Read, Reader, Writer};

/// What a search found in one socket.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SocketResult {
    /// Number of messages that were searched.
    pub messages: u64,
    /// Number of messages that match.
    pub matches: u64,
    /// The first of them, in file order.
    pub hits: Vec<Hit>,
    pub readability: Readability,
    /// Whether the searcher still has the messages; if not, they are sent again for another query.
    pub is_kept: bool,
}

/// How much of a socket's messages could be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Readability {
    #[default]
    Complete,
    /// Only the beginning was read, and why.
    Truncated(String),
    /// Nothing was read, and why.
    Unreadable(String),
}

/// A message that matches.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// Its number in file order, from 1.
    pub number: u32,
    pub kind: MessageKind,
    pub time: Option<EpochMs>,
    /// The event name that its protocol gives it; empty if it has none, or if that is not known.
    pub event: String,
    /// The part of the message around the match, with credentials hidden.
    pub snippet: Snippet,
    /// The same with credentials, where some are hidden.
    pub with_credentials: Option<Snippet>,
}

impl SocketResult {
    /// A socket whose messages could not be read.
    pub fn unreadable(reason: impl Into<String>) -> Self {
        Self { readability: Readability::Unreadable(reason.into()), ..Self::default() }
    }

    /// Whether the messages could be read, at least in part.
    pub fn is_searched(&self) -> bool {
        !matches!(self.readability, Readability::Unreadable(_))
    }

    /// The result as bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Writer::default();
        let (code, reason) = match &self.readability {
            Readability::Complete => (0, ""),
            Readability::Truncated(reason) => (1, reason.as_str()),
            Readability::Unreadable(reason) => (2, reason.as_str()),
        };
        out.number(self.messages).number(self.matches).byte(u8::from(self.is_kept)).byte(code).text(reason);
        for hit in &self.hits {
            out.number(hit.number.into()).byte(kind_code(hit.kind)).float(hit.time.map(EpochMs::ms));
            out.text(&hit.event);
            write_snippet(&mut out, &hit.snippet);
            out.byte(u8::from(hit.with_credentials.is_some()));
            if let Some(snippet) = &hit.with_credentials {
                write_snippet(&mut out, snippet);
            }
        }
        out.finish()
    }

    /// Reads what [`encode`](Self::encode) wrote; `None` if it is something else.
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        Self::read(Reader::new(bytes)).ok()
    }

    fn read(mut input: Reader<'_>) -> Read<Self> {
        let (messages, matches) = (input.number()?, input.number()?);
        let is_kept = input.byte()? != 0;
        let (code, reason) = (input.byte()?, input.text()?.to_owned());
        let readability = match code {
            0 => Readability::Complete,
            1 => Readability::Truncated(reason),
            2 => Readability::Unreadable(reason),
            _ => return Err(Malformed),
        };
        let mut hits = Vec::new();
        while !input.is_at_end() {
            hits.push(Hit {
                number: u32::try_from(input.number()?).map_err(|_| Malformed)?,
                kind: kind_of(input.byte()?)?,
                time: input.float()?.and_then(EpochMs::new),
                event: input.text()?.to_owned(),
                snippet: read_snippet(&mut input)?,
                with_credentials: if input.byte()? != 0 { Some(read_snippet(&mut input)?) } else { None },
            });
        }
        Ok(Self { messages, matches, hits, readability, is_kept })
    }
}

fn write_snippet(out: &mut Writer, Snippet { before, matched, after }: &Snippet) {
    out.text(before).text(matched).text(after);
}

fn read_snippet(input: &mut Reader<'_>) -> Read<Snippet> {
    let mut text = || input.text().map(str::to_owned);
    Ok(Snippet { before: text()?, matched: text()?, after: text()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_result_round_trips() {
        let snippet =
            Snippet { before: "…a ".to_owned(), matched: "paid".to_owned(), after: " é".to_owned() };
        let hit = Hit {
            number: 7,
            kind: MessageKind::Pong,
            time: EpochMs::new(1_700_000_000_000.5),
            event: "chat:new".to_owned(),
            snippet: snippet.clone(),
            with_credentials: Some(snippet),
        };
        let hits = vec![hit.clone(), Hit { time: None, with_credentials: None, ..hit }];
        let result =
            SocketResult { messages: 50_000, matches: 12, hits, is_kept: true, ..SocketResult::default() };
        for result in [
            SocketResult { readability: Readability::Truncated("cut off".to_owned()), ..result.clone() },
            SocketResult::unreadable("404"),
            result,
        ] {
            assert_eq!(SocketResult::decode(&result.encode()), Some(result));
        }
        assert_eq!(SocketResult::decode(b"other"), None);
    }
}
