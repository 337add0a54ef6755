//! The metrics of the `Server-Timing` header (W3C Server Timing, section 3.1): a list of names, each
//! with parameters, of which `dur` (in ms) and `desc` have a meaning.
//!
//! By hand because of leniency: what does not follow the grammar is skipped up to the next parameter
//! or metric, as the specification has browsers do it.

use session::model::{Details, Millis};

/// A metric.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ServerMetric {
    pub name: String,
    /// Empty without one.
    pub description: String,
    /// `None` where it has none, or not a number of at least 0.
    pub duration: Option<Millis>,
}

/// The metrics of a response.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ServerMetrics {
    /// In their order.
    pub metrics: Vec<ServerMetric>,
    /// Whether there are more, which were not read.
    pub is_truncated: bool,
}

/// Metrics that are read.
const MAX_METRICS: usize = 500;
/// Bytes of all headers that are read.
const MAX_BYTES: usize = 64 << 10;

impl ServerMetrics {
    /// The metrics of the response's headers; without one, those that the recording lists.
    pub fn of(details: &Details) -> Self {
        let headers = details.response_headers.iter().flatten();
        let headers = headers.filter(|header| header.name.eq_ignore_ascii_case("server-timing"));
        let mut read = Self::default();
        let mut rest = MAX_BYTES;
        for header in headers {
            let value = crate::labels::truncated_to(&header.value, rest);
            read.is_truncated |= value.len() < header.value.len();
            rest -= value.len();
            read.push_all(value);
        }
        if read.metrics.is_empty() {
            let listed = details.server_timing.iter().take(MAX_METRICS);
            read.is_truncated |= details.server_timing.len() > MAX_METRICS;
            read.metrics.extend(listed.map(|metric| ServerMetric {
                name: metric.name.clone(),
                description: String::new(),
                duration: metric.duration,
            }));
        }
        read
    }

    /// The longest duration in ms; 0 where none has one.
    pub fn longest_ms(&self) -> f64 {
        let durations = self.metrics.iter().filter_map(|metric| metric.duration);
        durations.map(Millis::ms).fold(0.0, f64::max)
    }

    fn push_all(&mut self, value: &str) {
        let mut scanner = Scanner { text: value, at: 0 };
        while scanner.at < value.len() {
            let metric = scanner.metric();
            scanner.skip_to(LIST_ENDS);
            scanner.at += 1;
            let Some(metric) = metric else { continue };
            if self.metrics.len() == MAX_METRICS {
                self.is_truncated = true;
                return;
            }
            self.metrics.push(metric);
        }
    }
}

/// What ends a metric. Some recorders join several headers by line breaks.
const LIST_ENDS: &[u8] = b",\n";
const PARAMETER_ENDS: &[u8] = b";,\n";

/// A position in the value of a header.
struct Scanner<'a> {
    text: &'a str,
    at: usize,
}

impl Scanner<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r')) {
            self.at += 1;
        }
    }

    /// Whether the next character is that one, which is passed.
    fn takes(&mut self, character: u8) -> bool {
        let is_next = self.peek() == Some(character);
        self.at += usize::from(is_next);
        is_next
    }

    /// Passes everything up to one of these characters; quoted strings may contain them.
    fn skip_to(&mut self, ends: &[u8]) {
        while let Some(next) = self.peek() {
            if ends.contains(&next) {
                return;
            }
            if next == b'"' {
                self.quoted();
            } else {
                self.at += 1;
            }
        }
    }

    /// The next metric; `None` where the list has an empty element, or one without a name.
    fn metric(&mut self) -> Option<ServerMetric> {
        self.skip_space();
        let name = self.token().to_owned();
        if name.is_empty() {
            return None;
        }
        let mut metric = ServerMetric { name, ..ServerMetric::default() };
        // Of a parameter that is repeated, the first counts.
        let (mut has_duration, mut has_description) = (false, false);
        loop {
            self.skip_to(PARAMETER_ENDS);
            if !self.takes(b';') {
                return Some(metric);
            }
            let (name, value) = self.parameter();
            if name.eq_ignore_ascii_case("dur") && !has_duration {
                has_duration = true;
                let ms = value.trim().parse().ok().filter(|ms: &f64| ms.is_finite() && *ms >= 0.0);
                metric.duration = ms.and_then(Millis::new);
            } else if name.eq_ignore_ascii_case("desc") && !has_description {
                has_description = true;
                metric.description = value;
            }
        }
    }

    /// Name and value of the next parameter; the value is empty without one.
    fn parameter(&mut self) -> (String, String) {
        self.skip_space();
        let name = self.token().to_owned();
        self.skip_space();
        if !self.takes(b'=') {
            return (name, String::new());
        }
        self.skip_space();
        let value = if self.peek() == Some(b'"') { self.quoted() } else { self.token().to_owned() };
        (name, value)
    }

    /// A token (RFC 9110, section 5.6.2), with all other characters that separate nothing here.
    fn token(&mut self) -> &str {
        let start = self.at;
        let is_part = |byte: u8| !byte.is_ascii_whitespace() && !b";,=\"".contains(&byte);
        while self.peek().is_some_and(is_part) {
            self.at += 1;
        }
        self.text.get(start..self.at).unwrap_or_default()
    }

    /// A quoted string without its quotes and backslashes; up to the end where it has no end.
    fn quoted(&mut self) -> String {
        self.at += 1;
        let rest = self.text.get(self.at..).unwrap_or_default();
        let mut value = String::new();
        let mut characters = rest.char_indices();
        while let Some((at, character)) = characters.next() {
            match character {
                '"' => {
                    self.at += at + 1;
                    return value;
                }
                '\\' => value.extend(characters.next().map(|(_, escaped)| escaped)),
                character => value.push(character),
            }
        }
        self.at = self.text.len();
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use session::model::{Header, ServerTiming};

    fn read(values: &[&str]) -> ServerMetrics {
        let header = |value: &&str| Header { name: "server-timing".to_owned(), value: (*value).to_owned() };
        let headers = values.iter().map(header).collect();
        ServerMetrics::of(&Details { response_headers: Some(headers), ..Details::default() })
    }

    /// Name, description and duration of each metric.
    fn parsed(value: &str) -> Vec<(String, String, Option<f64>)> {
        let metrics = read(&[value]).metrics.into_iter();
        metrics.map(|metric| (metric.name, metric.description, metric.duration.map(Millis::ms))).collect()
    }

    fn metric(name: &str, description: &str, ms: Option<f64>) -> (String, String, Option<f64>) {
        (name.to_owned(), description.to_owned(), ms)
    }

    #[test]
    fn metrics_have_a_duration_and_a_description_in_any_order() {
        assert_eq!(
            parsed(r#"miss, db;dur=53, app;dur=47.2;desc="the app", cache;desc=read ; dur=0"#),
            [
                metric("miss", "", None),
                metric("db", "", Some(53.0)),
                metric("app", "the app", Some(47.2)),
                metric("cache", "read", Some(0.0)),
            ]
        );
        assert_eq!(parsed("a;DUR=1;Desc=x"), [metric("a", "x", Some(1.0))]);
        assert_eq!(parsed("a ; dur = 1.5e2"), [metric("a", "", Some(150.0))]);
    }

    #[test]
    fn quoted_strings_may_contain_separators_and_escapes() {
        assert_eq!(parsed(r#"a;desc="x, y; \"z\" \\";dur=1"#), [metric("a", r#"x, y; "z" \"#, Some(1.0))]);
        assert_eq!(parsed(r#"a;dur="12.5",b"#), [metric("a", "", Some(12.5)), metric("b", "", None)]);
        assert_eq!(parsed(r#"a;desc="no end, b"#), [metric("a", "no end, b", None)]);
    }

    #[test]
    fn the_first_of_repeated_parameters_counts() {
        assert_eq!(parsed("a;dur=1;dur=2;desc=x;desc=y"), [metric("a", "x", Some(1.0))]);
        assert_eq!(parsed("a;dur=no;dur=2"), [metric("a", "", None)]);
    }

    #[test]
    fn what_does_not_follow_the_grammar_is_skipped() {
        for value in ["", ",", " , ,", ";dur=1", "=1", "\"a\";dur=1"] {
            assert_eq!(parsed(value), [], "{value}");
        }
        assert_eq!(parsed("a b;dur=1"), [metric("a", "", Some(1.0))]);
        assert_eq!(parsed("a;dur=1 2;desc=x y,,b"), [metric("a", "x", Some(1.0)), metric("b", "", None)]);
        assert_eq!(parsed("a;;other=1;dur"), [metric("a", "", None)]);
        for duration in ["-1", "NaN", "inf", "1s"] {
            assert_eq!(parsed(&format!("a;dur={duration}")), [metric("a", "", None)], "{duration}");
        }
    }

    #[test]
    fn several_headers_are_one_list() {
        let names: Vec<_> = read(&["a, b", "c\nd"]).metrics.into_iter().map(|metric| metric.name).collect();
        assert_eq!(names, ["a", "b", "c", "d"]);
    }

    #[test]
    fn a_list_without_a_header_is_taken_as_recorded() {
        let listed = vec![ServerTiming { name: "db".to_owned(), duration: Millis::new(5.0) }];
        let metrics = ServerMetrics::of(&Details { server_timing: listed, ..Details::default() });
        assert_eq!((metrics.metrics[0].name.as_str(), metrics.longest_ms()), ("db", 5.0));
    }

    #[test]
    fn long_lists_are_truncated() {
        let many = read(&[&"a;dur=1,".repeat(MAX_METRICS + 1)]);
        assert!(many.metrics.len() == MAX_METRICS && many.is_truncated);
        let long = read(&[&"é".repeat(MAX_BYTES)]);
        assert!(long.is_truncated && long.metrics.len() == 1);
        assert!(!read(&["a"]).is_truncated);
    }

    proptest! {
        #[test]
        fn any_text_is_read(value in "[a-c;,=\"\\\\ \n\u{e9}0-9.]{0,80}") {
            let metrics = read(&[&value]).metrics;
            prop_assert!(metrics.iter().all(|metric| !metric.name.is_empty()));
            prop_assert!(metrics.len() <= value.matches([',', '\n']).count() + 1);
        }
    }
}
