//! The filter language: any input, over messages of any bytes.

use session::filter::{
    Expression, MESSAGE_FIELDS, MessageFilter, Messages, Query, SuggestedValue, matching, parse, suggestions,
};
use session::model::{
    Direction, Encoding, EpochMs, Message, MessageColumns, MessageKind, MessageLog, SegmentedBuffer, Span,
};

/// Bytes of a payload; time grows with the payload and with the filter.
const MAX_PAYLOAD: usize = 512;

/// The first line is a filter, the rest a payload.
pub(crate) fn filter(input: &[u8]) {
    let (filter, payload) =
        input.split_at(input.iter().position(|byte| *byte == b'\n').unwrap_or(input.len()));
    let filter = String::from_utf8_lossy(filter);
    let payload = payload.get(1..).unwrap_or_default();
    let payload = payload.get(..MAX_PAYLOAD).unwrap_or(payload);
    parsing(&filter);
    suggesting(&filter);
    evaluating(&filter, payload);
}

fn parsing(filter: &str) {
    match parse(filter, MESSAGE_FIELDS) {
        Ok(parsed) => {
            let text = parsed.expression.to_string();
            let again = parse(&text, MESSAGE_FIELDS).map(|again| again.expression);
            assert_eq!(again, Ok(parsed.expression), "{filter:?} is written {text:?}");
            assert!(parsed.remarks.iter().all(|remark| filter.get(remark.span.clone()).is_some()));
        }
        Err(error) => {
            assert!(filter.get(error.span.clone()).is_some_and(|place| !place.is_empty()), "{error:?}");
        }
    }
    let _ = Query::parse(filter).matches_fields(&[filter.as_bytes(), b"GET"]);
}

fn suggesting(filter: &str) {
    let values = |_: &'static _| vec![SuggestedValue { text: "chat:new".to_owned(), count: None }];
    for cursor in 0..=filter.len() {
        for suggestion in suggestions(filter, cursor, MESSAGE_FIELDS, &values) {
            let mut completed = filter.to_owned();
            assert!(completed.get(suggestion.span.clone()).is_some(), "{suggestion:?} of {filter:?}");
            completed.replace_range(suggestion.span, &suggestion.text);
        }
    }
}

fn evaluating(filter: &str, payload: &[u8]) {
    let mut bytes = SegmentedBuffer::default();
    let mut columns = MessageColumns::default();
    bytes.append(payload).expect("a small payload");
    for encoding in [Encoding::JsonString, Encoding::Base64, Encoding::JsonValue, Encoding::Absent] {
        columns.push(Message {
            kind: MessageKind::Received,
            direction: Some(Direction::Received),
            time: EpochMs::new(1_795_300_000_000.0),
            size: Some(payload.len() as u64),
            encoding,
            is_truncated: false,
            has_unicode_escapes: true,
            body: Span::between(0, payload.len() as u64),
        });
    }
    let log = MessageLog { bytes: &bytes, columns: &columns };
    let start = EpochMs::new(1_795_300_000_000.0);
    if let Ok(parsed) = MessageFilter::parse(filter) {
        let matches = parsed.matching(Messages { log, analysis: None, start });
        let found: Vec<_> = (0..log.len()).map(&matches).collect();
        assert!(!matches(log.len()), "there is no such message");
        let excluded = MessageFilter::parse(&format!("-({} )", parsed.expression()));
        // A word may have a closing parenthesis, which ends a group around it.
        let is_exclusion = |excluded: &MessageFilter| match excluded.expression() {
            Expression::Not(group) => **group == Expression::Group(Box::new(parsed.expression().clone())),
            _ => false,
        };
        if let Some(excluded) = excluded.ok().filter(|excluded| !parsed.is_empty() && is_exclusion(excluded))
        {
            let matches = excluded.matching(Messages { log, analysis: None, start });
            assert!(
                (0..log.len()).all(|index| matches(index) != found[index]),
                "{filter:?} and its exclusion"
            );
        }
    }
    let matches = matching(log, filter);
    let _ = (0..log.len()).filter(|index| matches(*index)).count();
}
