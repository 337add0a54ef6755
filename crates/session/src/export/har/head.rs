//! What a HAR says of itself before its entries.

use crate::export::json::Json;
use crate::export::pages::PageIds;
use crate::model::{EpochMs, Page, Session};

/// Writes up to and with the bracket of the entries.
pub(super) fn write(json: &mut Json, session: &Session, page_ids: &PageIds) {
    json.open_object();
    json.key("log");
    json.open_object();
    json.field("version", "1.2");
    named(json, "creator", "Replayscope", env!("CARGO_PKG_VERSION"));
    if let Some(browser) = &session.producer.browser {
        let is_version = |text: &str| text.starts_with(|char: char| char.is_ascii_digit());
        let (name, version) =
            browser.rsplit_once(' ').filter(|(_, version)| is_version(version)).unwrap_or((browser, ""));
        named(json, "browser", name, version);
    }
    let producer = [session.producer.name.as_str(), session.producer.version.as_str()].join(" ");
    if !producer.trim().is_empty() {
        json.field("comment", &format!("recorded by {}", producer.trim()));
    }
    json.key("_replayscope");
    json.open_object();
    json.optional_number_field("startedAt", session.started_at.map(EpochMs::ms));
    json.optional_number_field("endedAt", session.end().map(EpochMs::ms));
    json.close_object();
    json.key("pages");
    json.open_array();
    for page in &session.pages {
        self::page(json, session, page, page_ids);
    }
    json.close_array();
    json.key("entries");
    json.open_array();
}

fn named(json: &mut Json, key: &str, name: &str, version: &str) {
    json.key(key);
    json.open_object();
    json.field("name", name);
    json.field("version", version);
    json.close_object();
}

/// Chrome writes the URL as the title; so does this for a page without one. Otherwise the URL
/// follows the title.
fn page(json: &mut Json, session: &Session, page: &Page, page_ids: &PageIds) {
    let url = json.redactor.url(&page.url);
    json.open_object();
    json.field("startedDateTime", &date(session, page.started_at));
    json.field("id", page_ids.id(&page.id));
    json.field("title", page.title.as_deref().unwrap_or(&url));
    json.key("pageTimings");
    json.open_object();
    json.close_object();
    if page.title.is_some() {
        json.field("_url", &url);
    }
    if known_date(page.started_at).is_none() {
        json.field("comment", NO_START);
        json.key("_replayscope");
        json.open_object();
        json.key("notRecorded");
        json.open_object();
        json.mark("start", true);
        json.close_object();
        json.close_object();
    }
    json.close_object();
}

/// The comment of what has no start of its own.
pub(super) const NO_START: &str = "start not recorded";

/// The date, where one is known that HAR can hold.
pub(in crate::export) fn known_date(time: Option<EpochMs>) -> Option<String> {
    time.and_then(EpochMs::iso8601)
}

/// A date for what may have none, because no importer takes an entry without one: the session's
/// start then, and 1970 where that is not known either.
pub(super) fn date(session: &Session, time: Option<EpochMs>) -> String {
    let date = known_date(time).or_else(|| known_date(session.started_at));
    date.unwrap_or_else(|| "1970-01-01T00:00:00.000Z".to_owned())
}
