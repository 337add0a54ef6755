//! What importers require of a HAR: the rules of Chrome's developer tools (`HARFormat` and the
//! importer), where one missing number or date rejects the file, and of Playwright's types of a
//! HAR, which require more fields but are checked one by one.

use serde_json::Value;

/// The problems of the HAR; empty if every importer accepts it completely.
pub(crate) fn problems(har: &[u8]) -> Vec<String> {
    let Ok(har) = serde_json::from_slice::<Value>(har) else { return vec!["it is not JSON".to_owned()] };
    let mut check = Check::default();
    let log = &har["log"];
    check.text(log, "log", &["version"]);
    check.text(&log["creator"], "creator", &["name", "version"]);
    if !log["browser"].is_null() {
        check.text(&log["browser"], "browser", &["name", "version"]);
    }
    for (at, page) in check.list(log, "log", "pages").iter().enumerate() {
        let place = format!("page {at}");
        check.date(page, &place);
        check.text(page, &place, &["id", "title"]);
        check.object(page, &place, "pageTimings");
    }
    for (at, entry) in check.list(log, "log", "entries").iter().enumerate() {
        check.entry(entry, &format!("entry {at}"));
    }
    check.problems
}

#[derive(Default)]
struct Check {
    problems: Vec<String>,
}

impl Check {
    fn entry(&mut self, entry: &Value, place: &str) {
        self.date(entry, place);
        self.numbers(entry, place, &["time"]);
        self.object(entry, place, "cache");
        self.no_nulls(entry, place);
        let timings = format!("{place} timings");
        self.numbers(&entry["timings"], &timings, &["send", "wait", "receive"]);
        self.numbers(&entry["timings"], &timings, &["blocked", "dns", "connect", "ssl"]);
        let number = |key: &str| entry["timings"][key].as_f64().unwrap_or(-1.0);
        if number("ssl") > number("connect") + 1e-6 {
            self.problems.push(format!("{timings}: ssl is longer than connect, which includes it"));
        }
        let (request, response) = (&entry["request"], &entry["response"]);
        let place_of = |part: &str| format!("{place} {part}");
        self.text(request, &place_of("request"), &["method", "url", "httpVersion"]);
        self.pairs(request, &place_of("request"), &["headers", "queryString", "cookies"]);
        self.numbers(request, &place_of("request"), &["headersSize", "bodySize"]);
        if request.get("postData").is_some() {
            // A missing text is shown as `undefined`.
            self.text(&request["postData"], &place_of("postData"), &["mimeType", "text"]);
            self.pairs(&request["postData"], &place_of("postData"), &["params"]);
        }
        self.text(response, &place_of("response"), &["statusText", "httpVersion", "redirectURL"]);
        self.pairs(response, &place_of("response"), &["headers", "cookies"]);
        self.numbers(response, &place_of("response"), &["status", "headersSize", "bodySize"]);
        self.numbers(&response["content"], &place_of("content"), &["size"]);
        self.text(&response["content"], &place_of("content"), &["mimeType"]);
        self.optional_texts(&response["content"], &place_of("content"), &["text", "encoding", "comment"]);
        self.optional_texts(response, &place_of("response"), &["_error"]);
        self.optional_texts(
            entry,
            place,
            &[
                "pageref",
                "serverIPAddress",
                "connection",
                "comment",
                "_priority",
                "_resourceType",
                "_fromCache",
            ],
        );
        if response.get("_transferSize").is_some() {
            self.numbers(response, &place_of("response"), &["_transferSize"]);
        }
        if entry.get("_webSocketMessages").is_some() {
            for (at, message) in self.list(entry, place, "_webSocketMessages").iter().enumerate() {
                self.message(message, &format!("{place} message {at}"));
            }
        }
    }

    /// Chrome omits a frame without a time, an opcode or data, and loads the others.
    fn message(&mut self, message: &Value, place: &str) {
        self.numbers(message, place, &["time"]);
        if !matches!(message["type"].as_str(), Some("send" | "receive" | "error")) {
            self.problems.push(format!("{place}: its type is {}", message["type"]));
        }
        if message.get("data").is_some() {
            self.numbers(message, place, &["opcode"]);
            self.text(message, place, &["data"]);
        }
        let time = message["time"].as_f64().unwrap_or(0.0);
        // In seconds, or -1.
        if time > 1e11 {
            self.problems.push(format!("{place}: its time is not in seconds"));
        }
    }

    fn date(&mut self, object: &Value, place: &str) {
        let text = object["startedDateTime"].as_str().unwrap_or_default();
        if !is_date(text) {
            self.problems.push(format!("{place}: startedDateTime is not a valid date: {text:?}"));
        }
    }

    /// Checks numbers: `null` would count as 0, and text as not recorded.
    fn numbers(&mut self, object: &Value, place: &str, keys: &[&str]) {
        for key in keys {
            if !object[key].is_number() {
                self.problems.push(format!("{place}: {key} is {}", object[key]));
            }
        }
    }

    fn text(&mut self, object: &Value, place: &str, keys: &[&str]) {
        for key in keys {
            if !object[key].is_string() {
                self.problems.push(format!("{place}: {key} is {}", object[key]));
            }
        }
    }

    fn optional_texts(&mut self, object: &Value, place: &str, keys: &[&str]) {
        let there: Vec<&str> = keys.iter().copied().filter(|key| object.get(key).is_some()).collect();
        self.text(object, place, &there);
    }

    fn object(&mut self, object: &Value, place: &str, key: &str) {
        if !object[key].is_object() {
            self.problems.push(format!("{place}: {key} is {}", object[key]));
        }
    }

    fn list<'a>(&mut self, object: &'a Value, place: &str, key: &str) -> &'a [Value] {
        let list = object[key].as_array().map(Vec::as_slice);
        if list.is_none() {
            self.problems.push(format!("{place}: {key} is not an array"));
        }
        list.unwrap_or_default()
    }

    fn pairs(&mut self, object: &Value, place: &str, keys: &[&str]) {
        for key in keys {
            for pair in self.list(object, place, key) {
                self.text(pair, &format!("{place} {key}"), &["name", "value"]);
            }
        }
    }

    /// Chrome reads null as a value and shows it as `null`.
    fn no_nulls(&mut self, value: &Value, place: &str) {
        match value {
            Value::Null => self.problems.push(format!("{place}: a value is null")),
            Value::Array(list) => list.iter().for_each(|value| self.no_nulls(value, place)),
            Value::Object(fields) => fields.values().for_each(|value| self.no_nulls(value, place)),
            _ => {}
        }
    }
}

/// The date form of ECMAScript that every browser reads, with any number of digits behind the
/// seconds.
fn is_date(text: &str) -> bool {
    let shape: String = text.chars().map(|char| if char.is_ascii_digit() { '0' } else { char }).collect();
    let Some((date, fraction)) = shape.split_once('.') else { return false };
    let digits = fraction.strip_suffix('Z').unwrap_or_default();
    date == "0000-00-00T00:00:00" && digits.len() >= 3 && digits.chars().all(|char| char == '0')
}
