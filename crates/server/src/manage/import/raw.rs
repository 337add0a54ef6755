//! A session of Replayscope's own format as the lines of its files, which are passed on as they are.

use std::collections::{BTreeMap, HashMap};
use std::io::{BufRead, BufReader, Read, Write};

use catalog::is_valid_name;
use serde::Deserialize;
use serde_json::value::RawValue;
use session::formats::LoadError;

use super::content::ContentHash;
use crate::bundle::MANIFEST;
use crate::source::{Files, Input, unreadable};

/// Largest manifest that is passed on, in bytes: a batch's first line has to hold it.
const MAX_MANIFEST: u64 = 3 << 20;
/// Longest line in bytes: a batch has to hold it.
const MAX_LINE: u64 = 60 << 20;

/// The members of a manifest, of which only those that are changed are read.
pub(super) type Head = BTreeMap<String, Box<RawValue>>;

/// A session whose lines can be passed on.
pub(super) struct RawSession<'a> {
    files: &'a Files,
    pub(super) head: Head,
    /// Sorted by name.
    pub(super) parts: Vec<Part>,
    /// New ids of sockets whose own cannot be the name of a file.
    renamed: HashMap<String, String>,
    /// The hash of its content.
    pub(super) content: String,
}

/// A file of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    /// The path that recorders use.
    pub(super) name: String,
    /// Where it is, relative to the manifest.
    pub(super) path: String,
}

/// Why lines cannot be passed on.
#[derive(Debug)]
pub(super) enum Unsuitable {
    /// They are not as a store takes them.
    Form(String),
    Load(LoadError),
}

impl From<LoadError> for Unsuitable {
    fn from(error: LoadError) -> Self {
        Self::Load(error)
    }
}

#[derive(Default, Deserialize)]
struct FileList {
    resources: Option<FilePath>,
    console: Option<FilePath>,
    events: Option<FilePath>,
    #[serde(default)]
    sockets: BTreeMap<String, FilePath>,
}

#[derive(Deserialize)]
struct FilePath {
    path: String,
}

#[derive(Deserialize)]
struct SocketOf {
    #[serde(rename = "socketId")]
    id: Option<String>,
}

impl<'a> RawSession<'a> {
    /// The session whose manifest is the first of those files; reads it all, to know its content.
    pub(super) fn open(files: &'a Files) -> Result<Self, Unsuitable> {
        if files.first().rsplit('/').next() != Some(MANIFEST) {
            return Err(Unsuitable::Form("it is not a session of Replayscope".to_owned()));
        }
        let mut text = Vec::new();
        let read = plain(files, None)?.take(MAX_MANIFEST + 1).read_to_end(&mut text);
        read.map_err(|error| unreadable(MANIFEST, &error))?;
        if text.len() as u64 > MAX_MANIFEST {
            return Err(Unsuitable::Form("its manifest has more than 3 MB".to_owned()));
        }
        let manifest =
            |error: serde_json::Error| Unsuitable::Form(format!("its manifest is not readable: {error}"));
        let mut head: Head = serde_json::from_slice(&text).map_err(manifest)?;
        let listed = head.get("files").map(|files| serde_json::from_str::<FileList>(files.get()));
        let listed = listed.transpose().map_err(manifest)?.unwrap_or_default();
        without_own_keys(&mut head);
        for value in head.values_mut() {
            *value = RawValue::from_string(on_one_line(value.get())).map_err(manifest)?;
        }
        let renamed = renamed(&listed);
        let parts = parts(listed, &renamed);
        let mut session = Self { files, head, parts, renamed, content: String::new() };
        session.content = session.hash()?;
        Ok(session)
    }

    /// The session's id, if it has one.
    pub(super) fn id(&self) -> Option<String> {
        serde_json::from_str(self.head.get("id")?.get()).ok()
    }

    /// The lines of a file.
    pub(super) fn lines(&self, part: &Part) -> Result<Lines<'_>, LoadError> {
        let reader = BufReader::new(plain(self.files, Some(&part.path))?);
        let renamed = (part.name == "resources.jsonl" && !self.renamed.is_empty()).then_some(&self.renamed);
        Ok(Lines { reader, path: part.path.clone(), number: 0, renamed })
    }

    fn hash(&self) -> Result<String, Unsuitable> {
        let mut hash = ContentHash::new(&self.head);
        for part in &self.parts {
            hash.begin(&part.name);
            let mut lines = self.lines(part)?;
            while let Some(line) = lines.next()? {
                // Hashing does not fail.
                let _ = hash.write_all(line.as_bytes()).and_then(|()| hash.write_all(b"\n"));
            }
        }
        Ok(hash.finish())
    }
}

/// JSON without white space between its values, which may have line ends: a batch's first line is one line.
fn on_one_line(json: &str) -> String {
    let (mut is_text, mut is_escaped) = (false, false);
    let is_kept = |character: &char| {
        let is_kept = is_text || !character.is_ascii_whitespace();
        match character {
            '"' if !is_escaped => is_text = !is_text,
            _ => {}
        }
        is_escaped = *character == '\\' && !is_escaped;
        is_kept
    };
    json.chars().filter(is_kept).collect()
}

/// Removes what the store writes itself, or a reader adds.
pub(super) fn without_own_keys(head: &mut Head) {
    for key in ["counts", "files", "received", "live"] {
        head.remove(key);
    }
}

/// The files of a manifest, by the paths that recorders use.
pub(super) fn parts_of(manifest: &Head) -> Vec<Part> {
    let listed = manifest.get("files").and_then(|files| serde_json::from_str(files.get()).ok());
    parts(listed.unwrap_or_default(), &HashMap::new())
}

fn parts(listed: FileList, renamed: &HashMap<String, String>) -> Vec<Part> {
    let own = [
        ("resources.jsonl", listed.resources),
        ("console.jsonl", listed.console),
        ("events.jsonl", listed.events),
    ];
    let own = own.into_iter().filter_map(|(name, file)| Some((name.to_owned(), file?)));
    let sockets = listed.sockets.into_iter().map(|(id, file)| {
        let id = renamed.get(&id).unwrap_or(&id);
        (format!("sockets/{id}.jsonl"), file)
    });
    let mut parts: Vec<Part> =
        own.chain(sockets).map(|(name, FilePath { path })| Part { name, path }).collect();
    parts.sort_by(|one, other| one.name.cmp(&other.name));
    parts
}

/// New ids for sockets whose own cannot be the name of a file.
fn renamed(listed: &FileList) -> HashMap<String, String> {
    let mut number = 0;
    let mut free = || loop {
        number += 1;
        let id = format!("messages-{number}");
        if !listed.sockets.contains_key(&id) {
            return id;
        }
    };
    listed.sockets.keys().filter(|id| !is_valid_name(id)).map(|id| (id.clone(), free())).collect()
}

fn plain(files: &Files, path: Option<&str>) -> Result<Box<dyn Read>, LoadError> {
    let (Input::Plain(file) | Input::Archive(file)) = files.open(path)?;
    Ok(file)
}

/// The lines of a file, one after the other.
pub(super) struct Lines<'a> {
    reader: BufReader<Box<dyn Read>>,
    path: String,
    /// Number of lines so far.
    number: u64,
    renamed: Option<&'a HashMap<String, String>>,
}

impl Lines<'_> {
    /// The next line that is not empty: a JSON object.
    pub(super) fn next(&mut self) -> Result<Option<String>, Unsuitable> {
        loop {
            let mut line = Vec::new();
            let read = self.reader.by_ref().take(MAX_LINE + 1).read_until(b'\n', &mut line);
            if read.map_err(|error| unreadable(&self.path, &error))? == 0 {
                return Ok(None);
            }
            self.number += 1;
            if line.len() as u64 > MAX_LINE {
                return Err(self.unsuitable("it has more than 60 MB"));
            }
            let line = String::from_utf8(line).map_err(|_| self.unsuitable("it is not UTF-8"))?;
            let line = line.trim();
            if line.is_empty() {
                continue;
            }
            if !line.starts_with('{') || serde_json::from_str::<&RawValue>(line).is_err() {
                return Err(self.unsuitable("it is not a JSON object"));
            }
            return self.with_new_id(line).map(Some);
        }
    }

    fn with_new_id(&self, line: &str) -> Result<String, Unsuitable> {
        let Some(renamed) = self.renamed else { return Ok(line.to_owned()) };
        let id = serde_json::from_str(line).ok().and_then(|SocketOf { id }| renamed.get(&id?));
        let Some(id) = id else { return Ok(line.to_owned()) };
        let written = |_| self.unsuitable("it is not a JSON object");
        let mut record: Head = serde_json::from_str(line).map_err(written)?;
        record.insert("socketId".to_owned(), serde_json::value::to_raw_value(id).map_err(written)?);
        serde_json::to_string(&record).map_err(written)
    }

    fn unsuitable(&self, why: &str) -> Unsuitable {
        Unsuitable::Form(format!("{}, line {}: {why}", self.path, self.number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_white_space_between_values_is_removed() {
        let json = "{ \"a b\" : [ 1.50,\n\"c \\\" d\\\\\" , \" \\\\ \" ]\r\n}";
        let expected = "{\"a b\":[1.50,\"c \\\" d\\\\\",\" \\\\ \"]}";
        assert_eq!(on_one_line(json), expected);
    }

    #[test]
    fn sockets_whose_ids_are_no_names_get_others() {
        let listed: FileList = serde_json::from_str(
            r#"{"resources":{"path":"r"},"sockets":{"a/b":{"path":"1"},"messages-1":{"path":"2"},"ok":{"path":"3"}}}"#,
        )
        .expect("files");
        let renamed = renamed(&listed);
        assert_eq!(renamed, HashMap::from([("a/b".to_owned(), "messages-2".to_owned())]));
        let parts = parts(listed, &renamed);
        let names: Vec<(&str, &str)> =
            parts.iter().map(|part| (part.name.as_str(), part.path.as_str())).collect();
        let expected = [
            ("resources.jsonl", "r"),
            ("sockets/messages-1.jsonl", "2"),
            ("sockets/messages-2.jsonl", "1"),
            ("sockets/ok.jsonl", "3"),
        ];
        assert_eq!(names, expected);
    }
}
