//! The values that can be typed after a key of the filter.

use std::collections::HashMap;

use session::filter::{Field, SuggestedValue};
use session::model::{Record, Session};

use crate::network::url_parts::UrlParts;

/// Rows that are counted: suggestions appear between two keystrokes.
const MAX_ROWS: usize = 20_000;

/// The values of a field that rows of the session have, most frequent first, with the number of
/// rows. Empty for a field whose values are not read from the rows.
pub fn request_values(session: &Session, field: &Field) -> Vec<SuggestedValue> {
    let value: fn(&Record) -> &str = match field.name {
        "method" => |record| &record.method,
        "type" | "resource-type" => |record| record.resource_type().label(),
        "domain" => |record| UrlParts::of(&record.url).hostname(),
        "scheme" => |record| record.url.split_once("://").map_or("", |(scheme, _)| scheme),
        "path" => |record| UrlParts::of(&record.url).path_and_query().0,
        _ => return Vec::new(),
    };
    let mut counts: HashMap<&str, u64> = HashMap::new();
    for record in session.records.iter().take(MAX_ROWS) {
        *counts.entry(value(record)).or_default() += 1;
    }
    let is_value = |(text, _): &(&str, u64)| !text.is_empty();
    let mut values: Vec<(&str, u64)> = counts.into_iter().filter(is_value).collect();
    values.sort_unstable_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    let suggested = |(text, count): (&str, u64)| SuggestedValue { text: text.to_owned(), count: Some(count) };
    values.into_iter().map(suggested).collect()
}
