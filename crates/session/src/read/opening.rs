//! A session being opened: which file comes next, and where its bytes go.

use std::collections::VecDeque;

use super::detect::{Verdict, detect};
use super::files::{Siblings, candidates, is_recording, well_known};
use super::settle::settle;
use super::{LoadError, Reader, Start};
use crate::model::Session;

/// What the source is to do after a file ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// Bring this file, named relative to the first one.
    Read { path: String },
    /// Bring this file instead: the one before tells no session. Others are named relative to it from now on.
    Try { first: String },
    /// The session is complete.
    Done,
}

/// What the source is to do with the file that it is bringing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Want {
    More,
    /// No more of this file: go on as if it had ended.
    Nothing,
}

#[derive(Debug)]
enum Stage {
    /// The first bytes of the first file, until they tell its format.
    Detecting(Vec<u8>),
    /// The first file tells no session, and another one may.
    Refused,
    Reading(Box<dyn Reader>),
    Done,
}

/// Reads a session from the files that it asks for, in pieces of any size. The session can be looked at any time.
#[derive(Debug)]
pub struct Opening {
    session: Session,
    /// All files, where the source can list them.
    listing: Option<Vec<String>>,
    /// The files that may tell a session, the current one first.
    candidates: VecDeque<String>,
    /// The files that were refused, and why.
    refusals: Vec<(String, LoadError)>,
    stage: Stage,
}

impl Opening {
    /// Begins with the file of that name, as the user knows it. What lies beside it cannot be listed.
    pub fn new(file: &str) -> Self {
        Self::with(None, vec![file.to_owned()])
    }

    /// Begins with the likeliest of those files. They are named by their path in what was picked, dropped or packed.
    pub fn among(names: Vec<String>) -> Self {
        let first = candidates(&names);
        Self::with(Some(names), first)
    }

    /// Begins in a folder whose files cannot be listed, with the names that sessions' files have.
    pub fn in_folder() -> Self {
        Self::with(None, well_known())
    }

    fn with(listing: Option<Vec<String>>, candidates: Vec<String>) -> Self {
        Self {
            session: Session::default(),
            listing,
            candidates: candidates.into(),
            refusals: Vec::new(),
            stage: Stage::Detecting(Vec::new()),
        }
    }

    /// The file to bring first, or to try next.
    pub fn first(&self) -> &str {
        self.candidates.front().map_or("", String::as_str)
    }

    /// The session as far as it is read.
    pub fn session(&self) -> &Session {
        &self.session
    }

    pub fn into_session(self) -> Session {
        self.session
    }

    /// Notes something about a file as a whole.
    pub fn note(&mut self, file: &str, text: &str) {
        self.session.notes.push(file, None, text);
    }

    /// Takes the next piece of the current file.
    ///
    /// # Errors
    /// When the file cannot be opened at all.
    pub fn feed(&mut self, piece: &[u8]) -> Result<Want, LoadError> {
        match &mut self.stage {
            Stage::Detecting(prefix) => {
                prefix.extend_from_slice(piece);
                self.choose(false)
            }
            Stage::Reading(reader) => reader.feed(&mut self.session, piece).map(|()| Want::More),
            Stage::Refused | Stage::Done => Ok(Want::Nothing),
        }
    }

    /// Tells that the current file ended; `broken` says why, where that was before its end.
    ///
    /// # Errors
    /// When the file cannot be opened at all.
    pub fn finish(&mut self, broken: Option<&str>) -> Result<Next, LoadError> {
        if matches!(self.stage, Stage::Detecting(_)) {
            self.choose(true)?;
        }
        match &mut self.stage {
            Stage::Reading(reader) => {
                let next = reader.finish(&mut self.session, broken);
                self.follow(next)
            }
            Stage::Refused => Ok(self.try_next()),
            Stage::Detecting(_) | Stage::Done => Ok(Next::Done),
        }
    }

    /// Tells that the file which was asked for cannot be brought, and why. The session goes on without it where it can.
    ///
    /// # Errors
    /// When what is missing is needed.
    pub fn missing(&mut self, why: LoadError) -> Result<Next, LoadError> {
        match &mut self.stage {
            Stage::Reading(reader) => {
                let next = reader.missing(&mut self.session, why);
                self.follow(next)
            }
            Stage::Detecting(_) if self.candidates.len() > 1 => {
                self.refuse(why);
                Ok(self.try_next())
            }
            _ => Err(self.first_refusal(why)),
        }
    }

    fn follow(&mut self, next: Result<Next, LoadError>) -> Result<Next, LoadError> {
        if !matches!(next, Ok(Next::Read { .. })) {
            settle(&mut self.session);
            self.stage = Stage::Done;
        }
        next
    }

    fn refuse(&mut self, why: LoadError) {
        self.refusals.push((self.first().to_owned(), why));
    }

    /// Why the likeliest file was refused, where `last` is why the last one was.
    fn first_refusal(&mut self, last: LoadError) -> LoadError {
        std::mem::take(&mut self.refusals).into_iter().next().map_or(last, |(_, why)| why)
    }

    fn try_next(&mut self) -> Next {
        self.candidates.pop_front();
        self.stage = Stage::Detecting(Vec::new());
        Next::Try { first: self.first().to_owned() }
    }

    /// Other recordings among the files are not opened with this one, and those tried before it could not be. Of names
    /// that were only guessed nobody misses a file.
    fn tell_others(&mut self, file: &str, format: &str) {
        for (refused, why) in std::mem::take(&mut self.refusals) {
            if self.listing.is_some() {
                self.session.notes.push(refused, None, format!("not opened: {why}"));
            }
        }
        for other in self.candidates.iter().skip(1).filter(|name| is_recording(name)) {
            let text = format!("not opened: it is a recording of its own, beside {file} ({format})");
            self.session.notes.push(other.as_str(), None, text);
        }
    }

    fn choose(&mut self, complete: bool) -> Result<Want, LoadError> {
        let Stage::Detecting(prefix) = &mut self.stage else { return Ok(Want::More) };
        let prefix = std::mem::take(prefix);
        match detect(self.first(), &prefix, complete) {
            Verdict::Unknown => {
                self.stage = Stage::Detecting(prefix);
                Ok(Want::More)
            }
            Verdict::No(error) if self.candidates.len() > 1 => {
                self.refuse(error);
                self.stage = Stage::Refused;
                Ok(Want::Nothing)
            }
            Verdict::No(error) => Err(self.first_refusal(error)),
            Verdict::Is(format) => {
                let siblings =
                    self.listing.as_ref().map(|all| Siblings::of(self.first(), all)).unwrap_or_default();
                let file = self.first().to_owned();
                self.tell_others(&file, format.name);
                let mut reader = (format.reader)(Start { file, siblings });
                let fed = reader.feed(&mut self.session, &prefix);
                self.stage = Stage::Reading(reader);
                fed.map(|()| Want::More)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::KeptBytes;

    const ENTRY: &str = r#"{"startedDateTime":"2026-11-21T14:02:00Z","time":5,"request":{"method":"GET","url":"https://a.test/"},"response":{"status":200}}"#;

    #[test]
    fn of_several_files_those_that_are_none_are_named_beside_the_one_that_is() {
        let har = format!(r#"{{"log":{{"entries":[{ENTRY}]}}}}"#);
        let mut opening = Opening::among(["a.har", "b.har", "c.txt"].map(str::to_owned).to_vec());
        let mut next = opening.feed(b"{}").and_then(|_| opening.finish(None));
        assert_eq!(next, Ok(Next::Try { first: "b.har".to_owned() }));
        next = opening.feed(har.as_bytes()).and_then(|_| opening.finish(None));
        assert_eq!(next, Ok(Next::Done));
        let notes = opening.session().notes.listed();
        let said: Vec<_> = notes.iter().map(|note| (note.place.as_str(), note.text.as_str())).collect();
        assert!(
            matches!(said.as_slice(), [("a.har", text)] if text.starts_with("not opened: This is JSON")),
            "{said:?}"
        );
    }

    #[test]
    fn a_file_past_the_limit_is_told_by_its_name_and_what_came_before_stays() {
        let mut opening = Opening::new("day.har");
        opening.session.bytes = KeptBytes::of_at_most(1000);
        let text = format!(r#"{{"log":{{"entries":[{}]}}}}"#, [ENTRY; 20].join(","));
        let refused = text.as_bytes().chunks(100).find_map(|piece| opening.feed(piece).err());
        let words = refused.expect("larger than the limit").to_string();
        assert!(words.contains("day.har") && words.contains("larger than 2 GB"), "{words}");
        assert_eq!(opening.session().records.len(), 1000 / (ENTRY.len() + 1));
    }
}
