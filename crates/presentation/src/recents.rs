//! What was opened last, as a list that is kept in the browser: names and addresses, no content.
//!
//! What is stored is read as a stranger's text would be, as in [`saved_filters`](crate::saved_filters).

use std::borrow::Cow;

use session::model::EpochMs;
use session::redact::Redactor;

/// Items in the list.
pub const MAX_RECENT: usize = 10;
/// Characters of a name, and of an address.
const MAX_NAME_CHARS: usize = 200;
const MAX_URL_CHARS: usize = 4000;

/// Separates the items in the stored text.
const RECORD: char = '\u{1e}';
/// Separates the fields of an item.
const UNIT: char = '\u{1f}';

/// Where a recording was opened from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RecentSource {
    /// An address, as it was entered or linked.
    Url(String),
    /// Files of this computer, by the name of the first and their number.
    Files { name: String, count: u32 },
}

/// A recording that was opened.
#[derive(Clone, Debug, PartialEq)]
pub struct RecentItem {
    pub source: RecentSource,
    /// When it was opened last.
    pub opened_at: EpochMs,
}

impl RecentSource {
    /// Files by their names.
    pub fn files(names: &[&str]) -> Option<Self> {
        let name = truncated(names.first()?, MAX_NAME_CHARS)?;
        Some(Self::Files { name, count: names.len() as u32 })
    }

    /// An address; `None` for one that carries credentials, such as the signature of a link to an
    /// object store: they are not kept.
    pub fn url(url: &str) -> Option<Self> {
        if matches!(Redactor::new(true).url(url), Cow::Owned(_)) {
            return None;
        }
        (url.chars().count() <= MAX_URL_CHARS).then(|| truncated(url, MAX_URL_CHARS)).flatten().map(Self::Url)
    }

    /// What identifies it in the list, and in the store of the file handles.
    pub fn key(&self) -> String {
        match self {
            Self::Url(url) => format!("url:{url}"),
            Self::Files { name, count } => format!("files:{count}:{name}"),
        }
    }

    /// Its name on screen, as recorded: `trace.zip`, `session.json and 3 more files`.
    pub fn label(&self) -> String {
        match self {
            Self::Url(url) => url.clone(),
            Self::Files { name, count: 0 | 1 } => name.clone(),
            Self::Files { name, count: 2 } => format!("{name} and 1 more file"),
            Self::Files { name, count } => format!("{name} and {} more files", count - 1),
        }
    }
}

/// What was opened, the last first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RecentList(Vec<RecentItem>);

impl RecentList {
    /// The items, the last opened first.
    pub fn items(&self) -> &[RecentItem] {
        &self.0
    }

    /// Puts a recording first. Returns the items that no longer fit.
    pub fn add(&mut self, source: RecentSource, opened_at: EpochMs) -> Vec<RecentItem> {
        self.0.retain(|item| item.source != source);
        self.0.insert(0, RecentItem { source, opened_at });
        self.0.split_off(self.0.len().min(MAX_RECENT))
    }

    /// Removes a recording by its key.
    pub fn remove(&mut self, key: &str) {
        self.0.retain(|item| item.source.key() != key);
    }

    /// Reads what [`RecentList::to_stored`] wrote. Items that are not valid are left out.
    pub fn from_stored(stored: &str) -> Self {
        let mut list = Self::default();
        for item in stored.split(RECORD).filter_map(item).take(MAX_RECENT) {
            if !list.0.iter().any(|known| known.source == item.source) {
                list.0.push(item);
            }
        }
        list
    }

    /// The list as a text.
    pub fn to_stored(&self) -> String {
        let record = |item: &RecentItem| {
            let (kind, name) = match &item.source {
                RecentSource::Url(url) => ("url".to_owned(), url),
                RecentSource::Files { name, count } => (count.to_string(), name),
            };
            format!("{kind}{UNIT}{}{UNIT}{name}", item.opened_at.ms())
        };
        self.0.iter().map(record).collect::<Vec<_>>().join(&RECORD.to_string())
    }
}

fn item(record: &str) -> Option<RecentItem> {
    let mut fields = record.splitn(3, UNIT);
    let (kind, time, name) = (fields.next()?, fields.next()?, fields.next()?);
    let source = match kind {
        "url" => RecentSource::url(name)?,
        count => RecentSource::Files { name: truncated(name, MAX_NAME_CHARS)?, count: count.parse().ok()? },
    };
    Some(RecentItem { source, opened_at: EpochMs::new(time.parse().ok()?)? })
}

/// The text without characters that separate what is stored; `None` where nothing is left.
fn truncated(text: &str, max_chars: usize) -> Option<String> {
    let kept: String = text.chars().filter(|char| !char.is_control()).take(max_chars).collect();
    (!kept.trim().is_empty()).then_some(kept)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn time(ms: f64) -> EpochMs {
        EpochMs::new(ms).expect("a time")
    }

    fn labels(list: &RecentList) -> Vec<String> {
        list.items().iter().map(|item| item.source.label()).collect()
    }

    #[test]
    fn the_last_opened_is_first_and_nothing_is_listed_twice() {
        let mut list = RecentList::default();
        let file = RecentSource::files(&["a.har"]).expect("a name");
        list.add(file.clone(), time(1.0));
        list.add(RecentSource::url("https://a.test/b.har").expect("an address"), time(2.0));
        list.add(RecentSource::files(&["session.json", "x", "y"]).expect("names"), time(3.0));
        list.add(file.clone(), time(4.0));
        assert_eq!(labels(&list), ["a.har", "session.json and 2 more files", "https://a.test/b.har"]);
        assert_eq!(RecentList::from_stored(&list.to_stored()), list);
        list.remove(&file.key());
        assert_eq!(list.items().len(), 2);
    }

    #[test]
    fn the_list_is_bounded_and_names_what_it_drops() {
        let mut list = RecentList::default();
        let mut dropped = Vec::new();
        for nth in 0..MAX_RECENT + 2 {
            let source = RecentSource::files(&[&format!("{nth}.har")]).expect("a name");
            dropped.extend(list.add(source, time(nth as f64)));
        }
        let dropped: Vec<_> = dropped.iter().map(|item| item.source.label()).collect();
        assert_eq!((list.items().len(), dropped), (MAX_RECENT, vec!["0.har".to_owned(), "1.har".to_owned()]));
    }

    #[test]
    fn names_are_bounded_and_have_no_control_characters() {
        let name = RecentSource::files(&[&format!("a\u{1e}\n{}", "x".repeat(500))]).expect("a name");
        assert_eq!(name.label().chars().count(), MAX_NAME_CHARS);
        assert!(name.label().starts_with("axx"));
        assert_eq!((RecentSource::files(&[]), RecentSource::files(&[" "])), (None, None));
        assert_eq!(RecentSource::url(&"x".repeat(MAX_URL_CHARS + 1)), None, "a part of it leads nowhere");
    }

    #[test]
    fn addresses_with_credentials_are_not_kept() {
        for url in [
            "https://s3.test/a.har?X-Amz-Signature=0f4c2a&X-Amz-Credential=AKIA",
            "https://user:password@files.test/a.har",
            "https://files.test/a.har?token=abcdef0123456789",
        ] {
            assert_eq!(RecentSource::url(url), None, "{url}");
        }
    }

    proptest! {
        #[test]
        fn any_stored_text_is_read(stored in "[a-c0-9url\u{1e}\u{1f}.]{0,60}") {
            let list = RecentList::from_stored(&stored);
            prop_assert!(list.items().len() <= MAX_RECENT);
            prop_assert_eq!(RecentList::from_stored(&list.to_stored()), list);
        }
    }
}
