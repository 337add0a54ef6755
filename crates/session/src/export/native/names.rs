//! Ids of sockets, and the names of the files that hold their messages.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use crate::model::{RecordKind, Session};
use crate::redact::Redactor;

/// The id of each row that has one, and the file of its messages.
#[derive(Debug, Default)]
pub(super) struct Names {
    by_row: HashMap<usize, Name>,
}

#[derive(Debug)]
struct Name {
    id: String,
    path: String,
}

/// Longer ids are given another name, so that the path fits on any disk.
const MAX_FILE_NAME: usize = 100;
const MAX_SESSION_ID: usize = 128;

impl Names {
    /// Gives every socket, and every event stream whose messages are known, an id of its own and a
    /// file of its own. Each keeps its id where it has one that no row before it has, without
    /// credentials.
    pub(super) fn of<'a>(session: &'a Session, redactor: &mut Redactor) -> Self {
        let mut recorded: Vec<(usize, Option<&'a str>)> = Vec::new();
        for (row, record) in session.records.iter().enumerate() {
            match &record.kind {
                RecordKind::Socket(socket) => recorded.push((row, socket.id.as_deref())),
                RecordKind::Http(_) => {
                    let in_file = record.messages_file().map(|file| file.socket_id.as_deref());
                    let id = in_file.or(record.inline_messages().map(|_| Some("events")));
                    recorded.extend(id.map(|id| (row, id)));
                }
            }
        }
        let mut without_credentials =
            |(row, id): (usize, Option<&'a str>)| (row, id.map(|id| redactor.text(id)));
        let recorded: Vec<(usize, Option<Cow<'a, str>>)> =
            recorded.into_iter().map(&mut without_credentials).collect();
        let mut ids: HashSet<String> =
            recorded.iter().filter_map(|(_, id)| id.as_deref().map(str::to_owned)).collect();
        let mut seen = HashSet::new();
        let mut unseen_number = Numbers::default();
        let with_ids: Vec<(usize, String)> = recorded
            .into_iter()
            .map(|(row, id)| {
                let is_new = id.as_ref().is_some_and(|id| seen.insert(id.clone()));
                let id = id.unwrap_or(Cow::Borrowed("socket"));
                (row, if is_new { id.into_owned() } else { unseen_number.free(&id, &mut ids) })
            })
            .collect();
        Self { by_row: with_files(with_ids) }
    }

    pub(super) fn id(&self, row: usize) -> Option<&str> {
        self.by_row.get(&row).map(|name| name.id.as_str())
    }

    /// Relative to the session's folder.
    pub(super) fn path(&self, row: usize) -> &str {
        self.by_row.get(&row).map_or("", |name| name.path.as_str())
    }
}

/// Files are distinguished without regard to case, as some disks do.
fn with_files(with_ids: Vec<(usize, String)>) -> HashMap<usize, Name> {
    let mut taken: HashSet<String> =
        with_ids.iter().filter(|(_, id)| is_file_name(id)).map(|(_, id)| id.to_ascii_lowercase()).collect();
    let mut used = HashSet::new();
    let mut numbers = Numbers::default();
    let name = |(row, id): (usize, String)| {
        let keeps = is_file_name(&id) && used.insert(id.to_ascii_lowercase());
        let file = if keeps { id.clone() } else { numbers.free("messages", &mut taken) };
        (row, Name { path: format!("sockets/{file}.jsonl"), id })
    };
    with_ids.into_iter().map(name).collect()
}

/// The last number that was given behind each name, so that a name which repeats a thousand times
/// is not tried a thousand times.
#[derive(Debug, Default)]
struct Numbers {
    by_name: HashMap<String, u64>,
}

impl Numbers {
    /// `name-1`, or the next that is free, which is then taken.
    fn free(&mut self, name: &str, taken: &mut HashSet<String>) -> String {
        let number = self.by_name.entry(name.to_owned()).or_default();
        loop {
            *number += 1;
            let candidate = format!("{name}-{number}");
            if taken.insert(candidate.clone()) {
                return candidate;
            }
        }
    }
}

fn is_safe(char: char) -> bool {
    char.is_ascii_alphanumeric() || matches!(char, '.' | '_' | '-')
}

fn is_file_name(id: &str) -> bool {
    (1..=MAX_FILE_NAME).contains(&id.len()) && !id.starts_with('.') && id.chars().all(is_safe)
}

/// The id that a manifest may have.
pub(super) fn session_id(id: &str) -> String {
    let safe: String =
        id.chars().map(|char| if is_safe(char) { char } else { '-' }).take(MAX_SESSION_ID).collect();
    if safe.is_empty() { "session".to_owned() } else { safe }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(ids: &[&str]) -> Vec<String> {
        let names = with_files(ids.iter().map(|id| (*id).to_owned()).enumerate().collect());
        (0..ids.len()).map(|row| names.get(&row).map(|name| name.path.clone()).unwrap_or_default()).collect()
    }

    #[test]
    fn ids_that_are_no_file_names_get_another_file() {
        assert_eq!(
            files(&["feed.2", "a/b", "../x", ".hidden", "", "FEED.2", "messages-1"]),
            [
                "sockets/feed.2.jsonl",
                "sockets/messages-2.jsonl",
                "sockets/messages-3.jsonl",
                "sockets/messages-4.jsonl",
                "sockets/messages-5.jsonl",
                "sockets/messages-6.jsonl",
                "sockets/messages-1.jsonl",
            ]
        );
    }

    #[test]
    fn a_session_id_has_safe_characters_only() {
        assert_eq!(session_id("a b/c"), "a-b-c");
        assert_eq!(session_id(""), "session");
        assert_eq!(session_id(&"é".repeat(500)).len(), MAX_SESSION_ID);
    }
}
