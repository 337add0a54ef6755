//! The fields of `log` besides the entries: creator, browser and pages.

use super::extension::{self, ReplayscopeExtension};
use crate::formats::common::fields::{FromJson, FromObject, Object, object};
use crate::formats::common::lenient::Text;
use crate::formats::common::part::Part;
use crate::model::{MAX_PAGES, Page, Session, Span, parse_iso8601};
use json_spans::is_json;

object! {
    struct NameVersion<'a> {
        name: Text<'a> = "name",
        version: Text<'a> = "version",
    }
}

object! {
    struct HarPage<'a> {
        id: Text<'a> = "id",
        title: Text<'a> = "title",
        started: Text<'a> = "startedDateTime",
        /// An extension of Replayscope, next to a title that is not a URL.
        url: Text<'a> = "_url",
        extension: Object<ReplayscopeExtension<'a>> = "_replayscope",
    }
}

/// Reads a field of `log`.
pub(super) fn take(session: &mut Session, key: Span, value: Span) {
    let key = session.bytes.slice(key).into_owned();
    let text = session.bytes.slice(value).into_owned();
    match key.as_slice() {
        b"creator" => {
            let creator = name_version(&text);
            session.producer.name = creator.name.owned();
            session.producer.version = creator.version.owned();
        }
        b"browser" => {
            let browser = name_version(&text);
            let name = [browser.name.owned(), browser.version.owned()].join(" ").trim().to_owned();
            session.producer.browser = Some(name).filter(|name| !name.is_empty());
        }
        b"pages" => {
            let pages = Part::new(&text, value.start).elements().filter(|page| page.is_object());
            // One more than the limit, which then stops the load.
            let pages =
                pages.take(MAX_PAGES as usize + 1).map(|text| page(&HarPage::from_object(text.text())));
            session.pages = pages.collect();
            if !is_json(&text) {
                let note = "their JSON is broken; what could be read of it is kept";
                session.notes.push("pages", Some(value.start.into()), note);
            }
        }
        b"_replayscope" => extension::apply_to_session(session, &text),
        _ => {}
    }
}

fn name_version(text: &[u8]) -> NameVersion<'_> {
    Object::from_json(text).0.unwrap_or_default()
}

fn page(page: &HarPage<'_>) -> Page {
    let title = page.title.owned();
    let is_url = page.url.as_str().is_none() && title.contains("://");
    let has_start = page.extension.0.as_ref().is_none_or(|extension| !extension.not_recorded.start());
    let started_at = page.started.as_str().filter(|_| has_start).and_then(parse_iso8601);
    Page {
        id: page.id.owned(),
        url: if is_url { title.clone() } else { page.url.owned() },
        title: Some(title).filter(|title| !title.is_empty() && !is_url),
        started_at,
        time_origin: started_at,
    }
}
