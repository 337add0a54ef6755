//! Messages as a table of comma-separated values (RFC 4180).

use super::decoded;
use super::fields::Fields;
use crate::encodings::base64;
use crate::export::json::Json;
use crate::export::payload::{self, Content};
use crate::model::MessageLog;
use crate::protocols::DecodedMessage;

const COLUMNS: &str = "number,time,offset_ms,direction,kind,opcode,event,round_trip_ms,length,encoding,data";

/// Writes the names of the columns.
pub(super) fn head(out: &mut Json) {
    out.raw(COLUMNS.as_bytes());
    out.raw(b"\r\n");
}

/// Writes the line of a message; `decoded` as for lines of JSON.
pub(super) fn write(out: &mut Json, log: MessageLog<'_>, fields: &Fields, decoded: Option<&DecodedMessage>) {
    let number = |number: Option<f64>| number.map(|number| number.to_string()).unwrap_or_default();
    for cell in [number(Some(fields.number)), fields.time.clone().unwrap_or_default(), number(fields.offset)]
    {
        out.raw(cell.as_bytes());
        out.raw(b",");
    }
    for cell in [fields.direction, fields.kind, fields.opcode] {
        out.raw(cell.as_bytes());
        out.raw(b",");
    }
    let event =
        if fields.event.is_empty() { fields.part.as_deref().unwrap_or_default() } else { &fields.event };
    text_cell(out, event);
    out.raw(b",");
    for cell in [number(fields.round_trip), number(fields.length)] {
        out.raw(cell.as_bytes());
        out.raw(b",");
    }
    data_cells(out, log, fields, decoded);
    out.raw(b"\r\n");
}

/// The columns `encoding` and `data`.
fn data_cells(out: &mut Json, log: MessageLog<'_>, fields: &Fields, decoded: Option<&DecodedMessage>) {
    if let Some(decoded) = decoded.filter(|decoded| decoded.has_content()) {
        json_cells(out, |json| decoded::units(json, decoded));
        return;
    }
    let content = payload::content(out, &fields.message, &log.raw(&fields.message));
    let structured = decoded.and_then(|_| decoded::structured(content.as_ref()));
    match (structured, content) {
        (Some(payload), _) => json_cells(out, |json| decoded::payload_value(json, &payload)),
        (None, Some(Content::Text(text))) => {
            out.raw(b"text,");
            text_cell(out, &text);
        }
        (None, Some(Content::Binary(bytes))) => {
            out.raw(b"base64,");
            text_cell(out, &base64::encode(&bytes));
        }
        (None, None) => out.raw(b","),
    }
}

/// The same columns for a value that is written as JSON, by the same redactor.
fn json_cells(out: &mut Json, write: impl FnOnce(&mut Json)) {
    let mut json = Json::new(std::mem::take(&mut out.redactor));
    write(&mut json);
    let text = json.take();
    out.redactor = json.redactor;
    out.raw(b"json,");
    text_cell(out, &String::from_utf8_lossy(&text));
}

/// Writes a text in quotes. Spreadsheets run a cell that begins like a formula, in quotes too: an
/// apostrophe before it makes it text, as OWASP recommends against CSV injection.
fn text_cell(out: &mut Json, text: &str) {
    out.raw(if is_formula(text) { b"\"'" } else { b"\"" });
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('"') {
        out.raw(before.as_bytes());
        out.raw(b"\"\"");
        rest = after;
    }
    out.raw(rest.as_bytes());
    out.raw(b"\"");
}

/// Whether a spreadsheet may take the text for a formula: by `=`, `+`, `-` or `@`, in full width
/// too, behind white space too, which some programs remove.
fn is_formula(text: &str) -> bool {
    let is_sign = |char: char| matches!(char, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠');
    text.starts_with(['\t', '\r', '\n']) || text.trim_start().starts_with(is_sign)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(text: &str) -> String {
        let mut out = Json::default();
        text_cell(&mut out, text);
        String::from_utf8(out.take()).expect("UTF-8")
    }

    #[test]
    fn cells_are_quoted_as_rfc_4180_has_it() {
        assert_eq!(cell(r#"a "b", c"#), r#""a ""b"", c""#);
        assert_eq!(cell("two\nlines"), "\"two\nlines\"");
        assert_eq!(cell(""), "\"\"");
    }

    #[test]
    fn a_cell_is_never_a_formula() {
        for text in ["=1+1", "+1", "-2", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1"] {
            assert_eq!(cell(text), format!("\"'{text}\""));
        }
        for text in ["1-2", "{\"a\":1}", "a=b", " a"] {
            assert_eq!(cell(text), format!("\"{}\"", text.replace('"', "\"\"")));
        }
    }
}
