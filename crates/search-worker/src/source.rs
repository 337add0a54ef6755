//! What the searcher needs to know of a socket besides its messages.

use session::model::{ClockRate, EpochMs, MessagesFile, Millis, NamedShare, SmallTimes, TimeRange};
use session::protocols::Handshake;

use crate::wire::{Malformed, Read, Reader, Writer};

/// A socket whose messages follow.
#[derive(Clone, Debug, Default)]
pub struct SocketSource {
    pub handshake: Handshake<'static>,
    /// How the messages file is read; `None` if the messages are in the session itself.
    pub file: Option<MessagesFile>,
}

impl SocketSource {
    /// The source as bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Writer::default();
        out.text(&self.handshake.url).optional_text(self.handshake.subprotocol.as_deref());
        out.byte(u8::from(self.file.is_some()));
        if let Some(file) = &self.file {
            write_file(&mut out, file);
        }
        out.finish()
    }

    /// Reads what [`encode`](Self::encode) wrote; `None` if it is something else.
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        Self::read(Reader::new(bytes)).ok()
    }

    fn read(mut input: Reader<'_>) -> Read<Self> {
        let url = input.text()?.to_owned().into();
        let subprotocol = input.optional_text()?.map(|name| name.to_owned().into());
        let has_file = input.byte()? != 0;
        let file = if has_file { Some(read_file(&mut input)?) } else { None };
        let handshake = Handshake { url, subprotocol };
        if input.is_at_end() { Ok(Self { handshake, file }) } else { Err(Malformed) }
    }
}

fn write_file(out: &mut Writer, file: &MessagesFile) {
    out.text(&file.path).optional_text(file.socket_id.as_deref());
    out.byte(u8::from(file.named.is_some()));
    if let Some(named) = &file.named {
        out.text(&named.name).number(named.names.len() as u64);
        for name in named.names.iter() {
            out.text(name);
        }
        write_range(out, named.share);
    }
    write_range(out, file.share);
    let (is_of_page, origin) = match file.small_times {
        SmallTimes::Seconds => (0, None),
        SmallTimes::OfPage(origin) => (1, origin),
    };
    out.byte(is_of_page).float(origin.map(EpochMs::ms));
    out.float(file.clock.map(|clock| clock.origin.ms())).float(file.clock.map(|clock| clock.rate));
    out.float(file.start.map(EpochMs::ms)).float(file.length.map(Millis::ms));
    out.byte(u8::from(file.is_event_stream));
}

fn read_file(input: &mut Reader<'_>) -> Read<MessagesFile> {
    let path = input.text()?.into();
    let socket_id = input.optional_text()?.map(Into::into);
    let is_named = input.byte()? != 0;
    let named = if is_named { Some(read_named(input)?) } else { None };
    let share = read_range(input)?;
    let is_of_page = input.byte()? != 0;
    let origin = read_time(input)?;
    let small_times = if is_of_page { SmallTimes::OfPage(origin) } else { SmallTimes::Seconds };
    let (clock_origin, rate) = (read_time(input)?, input.float()?);
    let clock = clock_origin.zip(rate).map(|(origin, rate)| ClockRate { origin, rate });
    let (start, length) = (read_time(input)?, input.float()?.and_then(Millis::new));
    let is_event_stream = input.byte()? != 0;
    Ok(MessagesFile { path, socket_id, named, share, small_times, clock, start, length, is_event_stream })
}

fn read_named(input: &mut Reader<'_>) -> Read<NamedShare> {
    let name = input.text()?.into();
    let count = input.number()?;
    let names: Read<Vec<Box<str>>> = (0..count).map(|_| input.text().map(Into::into)).collect();
    Ok(NamedShare { name, names: names?.into(), share: read_range(input)? })
}

fn write_range(out: &mut Writer, range: TimeRange) {
    out.float(range.from.map(EpochMs::ms)).float(range.until.map(EpochMs::ms));
}

fn read_range(input: &mut Reader<'_>) -> Read<TimeRange> {
    Ok(TimeRange { from: read_time(input)?, until: read_time(input)? })
}

fn read_time(input: &mut Reader<'_>) -> Read<Option<EpochMs>> {
    Ok(input.float()?.and_then(EpochMs::new))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(ms: f64) -> Option<EpochMs> {
        EpochMs::new(ms)
    }

    #[test]
    fn a_source_round_trips() {
        let range = TimeRange { from: time(1.5), until: None };
        let file = MessagesFile {
            path: "sockets/é.jsonl".into(),
            socket_id: Some("7".into()),
            named: Some(NamedShare {
                name: "wss://a.test".into(),
                names: vec!["wss://a.test".into(), "wss://b.test".into()].into(),
                share: range,
            }),
            share: TimeRange { from: None, until: time(9.0) },
            small_times: SmallTimes::OfPage(time(3.0)),
            clock: time(1.0).map(|origin| ClockRate { origin, rate: 1.001 }),
            start: time(2.0),
            length: Millis::new(5.0),
            is_event_stream: true,
        };
        for file in [Some(file), Some(MessagesFile::default()), None] {
            let handshake =
                Handshake { url: "wss://a.test/feed".into(), subprotocol: Some("graphql-ws".into()) };
            let source = SocketSource { handshake, file };
            let bytes = source.encode();
            let decoded = SocketSource::decode(&bytes).expect("it was encoded");
            assert_eq!(decoded.file, source.file);
            assert_eq!(decoded.handshake.url, source.handshake.url);
            assert_eq!(decoded.handshake.subprotocol, source.handshake.subprotocol);
            for len in 0..bytes.len() {
                assert!(SocketSource::decode(&bytes[..len]).is_none(), "a prefix is not a source");
            }
        }
    }
}
