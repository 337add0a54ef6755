//! What a HAR says of itself besides its entries: who wrote it, and its pages.

use serde::Deserialize;

use super::own::{self, Own};
use crate::model::{Page, Session, Span, parse_iso8601};
use crate::read::lenient::{List, Object, Text};

#[derive(Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct NameVersion<'a> {
    name: Text<'a>,
    version: Text<'a>,
}

#[derive(Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct HarPage<'a> {
    id: Text<'a>,
    title: Text<'a>,
    #[serde(rename = "startedDateTime")]
    started: Text<'a>,
    /// Our own addition, beside a title that is no URL.
    #[serde(rename = "_url")]
    url: Text<'a>,
    #[serde(rename = "_replayscope")]
    own: Object<Own<'a>>,
}

/// Takes a field of `log`.
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
        b"pages" => match serde_json::from_slice::<List<HarPage<'_>>>(&text) {
            Ok(pages) => session.pages = pages.0.unwrap_or_default().iter().map(page).collect(),
            Err(_) => session.notes.push("pages", Some(value.start.into()), "could not be read"),
        },
        b"_replayscope" => own::tell_session(session, &text),
        _ => {}
    }
}

fn name_version(text: &[u8]) -> NameVersion<'_> {
    serde_json::from_slice::<Object<NameVersion<'_>>>(text)
        .ok()
        .and_then(|object| object.0)
        .unwrap_or_default()
}

fn page(page: &HarPage<'_>) -> Page {
    let title = page.title.owned();
    let is_url = page.url.as_str().is_none() && title.contains("://");
    let has_start = page.own.0.as_ref().is_none_or(|own| !own.lacks.start());
    let started_at = page.started.as_str().filter(|_| has_start).and_then(parse_iso8601);
    Page {
        id: page.id.owned(),
        url: if is_url { title.clone() } else { page.url.owned() },
        title: Some(title).filter(|title| !title.is_empty() && !is_url),
        started_at,
        time_origin: started_at,
    }
}
