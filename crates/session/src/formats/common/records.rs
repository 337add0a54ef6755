//! The records of a file: JSON Lines, a bare array, or an array inside a wrapper object.

use memchr::{memchr, memchr_iter};

use json_spans::{Event, NodeId, Outline, Route, ScanEnd, Span};

use crate::model::SegmentedBuffer;

const LIST: NodeId = 2;
const BOM: &[u8] = b"\xEF\xBB\xBF";

/// Whether a first line begins a JSON text of several lines, or an array. In JSON Lines it would be
/// a complete object.
fn is_laid_out(line: &[u8]) -> bool {
    line.starts_with(b"[") || matches!(line.last(), Some(b'{' | b'[' | b',' | b':'))
}

/// The wrappers of `session-format`: `{"resources": […]}` and `{"webSocketEvents": […]}`.
fn route(place: NodeId, key: &[u8]) -> Route {
    match (place, key) {
        (Outline::ROOT, b"resources" | b"webSocketEvents") => {
            Route::List { list: LIST, element: Outline::OPAQUE }
        }
        _ => Route::Skip,
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    /// The first line is not complete yet.
    Undecided,
    /// One record per line: a damaged line does not affect others.
    Lines,
    /// The elements of an array, found by brackets.
    Outline,
}

/// Finds the records of a file while it arrives. The shape is recognized by the first line.
#[derive(Debug)]
pub struct RecordScanner {
    mode: Mode,
    outline: Outline,
    events: Vec<Event>,
    line_start: u64,
    position: u64,
    in_list: bool,
}

impl Default for RecordScanner {
    fn default() -> Self {
        Self::starting_at(0)
    }
}

impl RecordScanner {
    /// A scanner whose first byte is at position `start` of the buffer.
    pub fn starting_at(start: u64) -> Self {
        Self {
            mode: Mode::Undecided,
            outline: Outline::starting_at(start, route, Outline::OPAQUE),
            events: Vec::new(),
            line_start: start,
            position: start,
            in_list: false,
        }
    }

    /// A scanner of lines that are not objects, so that the first one does not show that they are
    /// lines.
    pub fn of_lines() -> Self {
        Self { mode: Mode::Lines, ..Self::default() }
    }

    /// Reads the next piece, which is already appended to `buffer`, and appends the spans of the
    /// records that became complete to `found`.
    pub fn feed(&mut self, buffer: &SegmentedBuffer, piece: &[u8], found: &mut Vec<Span>) {
        if self.mode != Mode::Lines {
            self.outline.feed(piece, &mut self.events);
        }
        if self.mode == Mode::Undecided {
            self.decide(buffer, piece);
        }
        match self.mode {
            Mode::Lines => self.lines(piece, found),
            Mode::Outline => self.take_events(found),
            Mode::Undecided => {}
        }
        self.position += piece.len() as u64;
    }

    /// Ends the input. In JSON Lines the last line needs no line end.
    pub fn finish(&mut self, buffer: &SegmentedBuffer, found: &mut Vec<Span>) -> ScanEnd {
        if self.mode == Mode::Lines {
            let last = Span::between(self.line_start, self.position);
            let mut line = Outline::new(route, Outline::OPAQUE);
            line.feed(&buffer.slice(last), &mut Vec::new());
            return match line.finish(&mut Vec::new()) {
                ScanEnd::Complete => {
                    found.push(last);
                    ScanEnd::Complete
                }
                ScanEnd::Broken { byte } => ScanEnd::Broken { byte: self.line_start + byte },
                ScanEnd::Truncated => ScanEnd::Truncated,
            };
        }
        let end = self.outline.finish(&mut self.events);
        self.mode = Mode::Outline;
        self.take_events(found);
        end
    }

    /// Where the incomplete record began, after a finish that was not complete.
    pub fn open_record(&self) -> u64 {
        match self.mode {
            Mode::Lines => self.line_start,
            _ => self.outline.open_element().map_or(self.position, |element| element.start),
        }
    }

    /// Decides by the first line that is not empty. The text after it must not matter, because it
    /// may not have arrived yet.
    fn decide(&mut self, buffer: &SegmentedBuffer, piece: &[u8]) {
        let list_start = self.events.iter().find_map(|event| match event {
            Event::ListStart(_, at) => Some(u64::from(*at)),
            _ => None,
        });
        for offset in memchr_iter(b'\n', piece) {
            let end = self.position + offset as u64;
            let line = buffer.slice(Span::between(self.line_start, end));
            let line = line.strip_prefix(BOM).unwrap_or(&line).trim_ascii();
            if !line.is_empty() {
                let has_list = list_start.is_some_and(|start| start < end);
                self.mode = if has_list || is_laid_out(line) { Mode::Outline } else { Mode::Lines };
                return;
            }
            self.line_start = end + 1;
        }
        if list_start.is_some() {
            self.mode = Mode::Outline;
        }
    }

    fn lines(&mut self, piece: &[u8], found: &mut Vec<Span>) {
        let mut at = self.line_start.saturating_sub(self.position) as usize;
        while let Some(offset) = memchr(b'\n', piece.get(at..).unwrap_or_default()) {
            at += offset + 1;
            let end = self.position + at as u64;
            found.push(Span::between(self.line_start, end - 1));
            self.line_start = end;
        }
    }

    fn take_events(&mut self, found: &mut Vec<Span>) {
        for event in self.events.drain(..) {
            match event {
                Event::ListStart(..) => self.in_list = true,
                Event::Element { span, .. } => found.push(span),
                Event::Root(span) if !self.in_list => found.push(span),
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(text: &str, piece: usize) -> (Vec<String>, ScanEnd, u64) {
        let mut buffer = SegmentedBuffer::default();
        let mut scanner = RecordScanner::default();
        let mut found = Vec::new();
        for piece in text.as_bytes().chunks(piece) {
            buffer.append(piece).expect("a small file");
            scanner.feed(&buffer, piece, &mut found);
        }
        let end = scanner.finish(&buffer, &mut found);
        let texts = found
            .into_iter()
            .map(|span| String::from_utf8_lossy(buffer.slice(span).trim_ascii()).into_owned());
        (texts.filter(|text| !text.is_empty()).collect(), end, scanner.open_record())
    }

    fn in_all_pieces(text: &str) -> (Vec<String>, ScanEnd, u64) {
        let complete = records(text, text.len().max(1));
        for piece in 1..text.len() {
            assert_eq!(records(text, piece), complete, "{text:?} in pieces of {piece}");
        }
        complete
    }

    #[test]
    fn json_lines_with_and_without_a_last_line_end() {
        for text in ["{\"a\":1}\n{\"b\":2}", "{\"a\":1}\r\n\r\n{\"b\":2}\n"] {
            let (found, end, _) = in_all_pieces(text);
            assert_eq!(found, ["{\"a\":1}", "{\"b\":2}"]);
            assert_eq!(end, ScanEnd::Complete);
        }
    }

    #[test]
    fn a_bare_array_a_wrapper_and_a_single_object() {
        for text in [
            "[{\"a\":1},\n{\"b\":2}]",
            "{\"resources\":[{\"a\":1},{\"b\":2}]}",
            "{\n \"v\":1,\n \"webSocketEvents\": [\n{\"a\":1},{\"b\":2}\n]}",
            "{\"v\":1,\n\"resources\":[{\"a\":1},{\"b\":2}]}",
        ] {
            assert_eq!(in_all_pieces(text).0, ["{\"a\":1}", "{\"b\":2}"], "{text}");
        }
        assert_eq!(in_all_pieces("{\"a\":1}").0, ["{\"a\":1}"]);
        assert_eq!(in_all_pieces("").0, Vec::<String>::new());
    }

    #[test]
    fn a_damaged_line_costs_itself() {
        let (found, end, _) = in_all_pieces("{\"a\" 1\n{\"b\":2}\n\"}{\n{\"c\":3}\n");
        assert_eq!(found, ["{\"a\" 1", "{\"b\":2}", "\"}{", "{\"c\":3}"]);
        assert_eq!(end, ScanEnd::Complete);
    }

    #[test]
    fn a_file_cut_off_loses_its_last_record_only() {
        let (found, end, at) = in_all_pieces("{\"a\":1}\n{\"b\":{\"c\":2}");
        assert_eq!((found.len(), end, at), (1, ScanEnd::Truncated, 8));
        let (found, end, at) = in_all_pieces("[{\"a\":1}, {\"b\":{\"c\":2}");
        assert_eq!((found.len(), end, at), (1, ScanEnd::Truncated, 10));
    }

    #[test]
    fn a_fault_in_the_last_line_is_placed_in_the_file() {
        let (found, end, _) = in_all_pieces("{\"a\":1}\n{\"b\":]");
        assert_eq!((found.len(), end), (1, ScanEnd::Broken { byte: 13 }));
    }

    #[test]
    fn blank_lines_before_the_first_record_cost_nothing() {
        let text = format!("\u{feff}{}{{\"a\":1}}\r\n{{\"b\":2}}", "\r\n".repeat(200_000));
        let (found, end, _) = records(&text, 4096);
        assert_eq!((found.last().map(String::as_str), end), (Some("{\"b\":2}"), ScanEnd::Complete));
    }
}
