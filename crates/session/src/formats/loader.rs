//! Opens a session: requests one file after the other, and passes their bytes to the reader of the
//! format.

use std::collections::VecDeque;

use super::common::text_encoding::TextDecoder;
use super::detect::{MAX_PREFIX, Verdict, detect, json_error};
use super::files::{FileSelection, Siblings, name_hint};
use super::settle::settle;
use super::shape::Extent;
use super::{FORMATS, Formats, LoadError, LoadFailure, NameHint, Reader, Start, foreign, format_list};
use crate::model::{FormatHandle, Session, Span};

/// What to do after the end of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LoadStep {
    /// Read this file, whose path is relative to the first one.
    Read { path: String },
    /// Read this file instead: the previous one is not a session. Later paths are relative to it.
    Try { first: String },
    /// The session is complete.
    Done,
}

/// Whether the rest of the current file is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FeedStatus {
    More,
    /// Skip the rest of the file, and continue as at its end.
    Nothing,
}

/// Number of bytes that a reader gets at once. Limits are checked after each slice.
const SLICE_BYTES: usize = 64 << 10;

/// Number of bytes up to which detection runs with each piece. Beyond it runs when a quarter more
/// has arrived, so that the work stays proportional to the size of the file.
const FREQUENT_BYTES: usize = 256 << 10;

#[derive(Debug)]
enum Stage {
    /// The first bytes of the file, until its format is detected.
    Detecting(Vec<u8>),
    /// The file is not a session, but another one may be.
    Rejected,
    Reading(Box<dyn Reader>),
    Done,
}

/// Reads a session from the files that it requests, in pieces of any size. The session can be shown
/// at any time.
#[derive(Debug)]
pub struct SessionLoader {
    session: Session,
    /// The formats that are recognized.
    formats: Formats,
    files: FileSelection,
    /// The files that may be a recording, the current one first.
    candidates: VecDeque<String>,
    /// The files that were rejected, and why.
    rejections: Vec<(String, LoadError)>,
    stage: Stage,
    /// The current file, and the decoder of its text.
    file: String,
    decoder: TextDecoder,
    /// The length of the prefix at which detection runs again.
    next_detection: usize,
    /// The limit at which reading stopped.
    limit: Option<LoadError>,
}

impl SessionLoader {
    /// Opens the file of that name, as shown to the user. Its siblings cannot be listed.
    pub fn new(file: &str) -> Self {
        Self::opening(FileSelection::One(file.to_owned()), FORMATS)
    }

    /// Opens the likeliest of these files. The names are paths within the selection, the dropped
    /// folder or the archive.
    pub fn among(names: Vec<String>) -> Self {
        Self::opening(FileSelection::Listed { names, archive: None }, FORMATS)
    }

    /// Opens the likeliest of the members of an archive.
    pub fn in_archive(archive: &str, names: Vec<String>) -> Self {
        Self::opening(FileSelection::Listed { names, archive: Some(archive.to_owned()) }, FORMATS)
    }

    /// Opens a folder whose files cannot be listed, by the well-known names of the formats.
    pub fn in_folder() -> Self {
        Self::opening(FileSelection::UnlistedFolder, FORMATS)
    }

    /// Recognizes these formats instead of [`FORMATS`].
    #[must_use]
    pub fn with_formats(self, formats: Formats) -> Self {
        Self::opening(self.files, formats)
    }

    /// Opens the likeliest of these files as one of these formats.
    pub fn opening(files: FileSelection, formats: Formats) -> Self {
        let candidates = files.candidates(formats);
        Self {
            session: Session::default(),
            formats,
            files,
            file: candidates.first().cloned().unwrap_or_default(),
            candidates: candidates.into(),
            rejections: Vec::new(),
            stage: Stage::Detecting(Vec::new()),
            decoder: TextDecoder::default(),
            next_detection: 0,
            limit: None,
        }
    }

    /// The file to read first, or to try next.
    pub fn first(&self) -> &str {
        self.candidates.front().map_or("", String::as_str)
    }

    /// Whether nothing was read: after an error, a loader of more formats may read the files.
    pub fn is_empty(&self) -> bool {
        self.session.records.is_empty() && self.session.bytes.is_empty()
    }

    /// The session so far.
    pub fn session(&self) -> &Session {
        &self.session
    }

    pub fn into_session(self) -> Session {
        self.session
    }

    /// Adds a load note about a file.
    pub fn note(&mut self, file: &str, text: &str) {
        self.session.notes.push(file, None, text);
    }

    /// Reads the next piece of the current file.
    ///
    /// # Errors
    /// When the file cannot be opened at all.
    pub fn feed(&mut self, piece: &[u8]) -> Result<FeedStatus, LoadError> {
        let mut decoder = std::mem::take(&mut self.decoder);
        let status = self.feed_text(&decoder.decode(piece));
        self.decoder = decoder;
        status
    }

    fn feed_text(&mut self, text: &[u8]) -> Result<FeedStatus, LoadError> {
        for slice in text.chunks(SLICE_BYTES) {
            let status = match &mut self.stage {
                Stage::Detecting(prefix) => {
                    prefix.extend_from_slice(slice);
                    if prefix.len() < self.next_detection {
                        Ok(FeedStatus::More)
                    } else {
                        self.detect_format(Extent::Prefix)
                    }
                }
                Stage::Reading(_) => self.read(slice),
                Stage::Rejected | Stage::Done => Ok(FeedStatus::Nothing),
            };
            if status? == FeedStatus::Nothing {
                return Ok(FeedStatus::Nothing);
            }
        }
        Ok(FeedStatus::More)
    }

    /// Passes a slice to the reader.
    fn read(&mut self, slice: &[u8]) -> Result<FeedStatus, LoadError> {
        if self.limit.is_some() {
            return Ok(FeedStatus::Nothing);
        }
        let Stage::Reading(reader) = &mut self.stage else { return Ok(FeedStatus::Nothing) };
        let fed = reader.feed(&mut self.session, slice);
        let limit = self.session.exceeded_limit().map(|limit| LoadFailure::TooMany(limit).at(&self.file));
        match (fed, limit) {
            (Ok(()), None) => Ok(FeedStatus::More),
            (Ok(()), Some(limit)) => {
                self.limit = Some(limit);
                Ok(FeedStatus::Nothing)
            }
            (Err(why), _) if why.is_limit() => {
                self.limit = Some(why);
                Ok(FeedStatus::Nothing)
            }
            (Err(why), _) if why.is_not_a_recording() => {
                self.discard_session(why).map(|()| FeedStatus::Nothing)
            }
            (Err(why), _) => Err(why),
        }
    }

    /// Ends the current file. `broken` is the reason if the source stopped before the file's end.
    ///
    /// # Errors
    /// When the file cannot be opened at all, or when reading stopped at a limit: the session then
    /// has what was read before.
    pub fn finish(&mut self, broken: Option<&str>) -> Result<LoadStep, LoadError> {
        let is_converted = self.decoder.is_converting();
        let rest = std::mem::take(&mut self.decoder).finish();
        self.feed_text(&rest)?;
        if let Stage::Detecting(prefix) = &self.stage {
            if let Some(why) = broken.filter(|_| prefix.is_empty()) {
                return self.missing(LoadFailure::Unreadable.at(format!("{}: {why}", self.file)));
            }
            self.detect_format(Extent::Complete)?;
        }
        if is_converted && matches!(self.stage, Stage::Reading(_)) {
            let text = "UTF-16 text, read as UTF-8: bytes in notes are counted in the UTF-8 text";
            self.session.notes.push(self.file.as_str(), None, text);
        }
        if let Some(limit) = self.limit.take() {
            self.stop();
            return Err(limit);
        }
        match &mut self.stage {
            Stage::Reading(reader) => {
                let next = reader.finish(&mut self.session, broken);
                self.continue_with(next)
            }
            Stage::Rejected => Ok(self.try_next()),
            Stage::Detecting(_) | Stage::Done => Ok(LoadStep::Done),
        }
    }

    /// Ends a session at a limit: completes what was read, and requests no further file.
    fn stop(&mut self) {
        let cut = self.session.truncation.take();
        if let Stage::Reading(mut reader) = std::mem::replace(&mut self.stage, Stage::Done) {
            let mut next = reader.finish(&mut self.session, Some("loading stopped there"));
            while let Ok(LoadStep::Read { path }) = next {
                let why = LoadFailure::Stopped.at(path);
                next = reader.missing(&mut self.session, why);
            }
        }
        self.session.truncation = cut;
        settle(&mut self.session);
    }

    /// Reports that the requested file is not available, and why. The session continues without it
    /// if possible.
    ///
    /// # Errors
    /// When the session cannot be read without the file.
    pub fn missing(&mut self, why: LoadError) -> Result<LoadStep, LoadError> {
        self.decoder = TextDecoder::default();
        match &mut self.stage {
            Stage::Reading(reader) => {
                let next = reader.missing(&mut self.session, why);
                self.continue_with(next)
            }
            Stage::Detecting(_) if self.candidates.len() > 1 => {
                self.reject(why);
                Ok(self.try_next())
            }
            _ => Err(self.conclusion(why)),
        }
    }

    fn continue_with(&mut self, next: Result<LoadStep, LoadError>) -> Result<LoadStep, LoadError> {
        match next {
            Ok(LoadStep::Read { path }) => {
                self.file.clone_from(&path);
                Ok(LoadStep::Read { path })
            }
            Err(why) if why.is_not_a_recording() => self.discard_session(why).map(|()| self.try_next()),
            next => {
                settle(&mut self.session);
                self.stage = Stage::Done;
                // A reader may add to the session at the end of a file.
                match self.session.exceeded_limit() {
                    Some(limit) if next.is_ok() => Err(LoadFailure::TooMany(limit).at(&self.file)),
                    _ => next,
                }
            }
        }
    }

    fn reject(&mut self, why: LoadError) {
        self.rejections.push((self.first().to_owned(), why.listing(format_list(self.formats))));
    }

    /// Discards the session of a file that turned out not to be of its format.
    ///
    /// # Errors
    /// When there is no other file to try.
    fn discard_session(&mut self, why: LoadError) -> Result<(), LoadError> {
        let beginning = Span::between(0, MAX_PREFIX as u64);
        let why = json_error(self.first(), &self.session.bytes.slice(beginning), why);
        self.session = Session::default();
        self.stage = Stage::Done;
        if self.candidates.len() < 2 {
            return Err(self.conclusion(why));
        }
        self.reject(why);
        self.stage = Stage::Rejected;
        Ok(())
    }

    /// Why no session was found. `last` is why the last file was rejected.
    fn conclusion(&mut self, last: LoadError) -> LoadError {
        let last = last.listing(format_list(self.formats));
        let names = self.files.names().unwrap_or_default();
        // The failure of the only file is the reason, unless it is that the file is not a
        // recording.
        let is_alone = names.len() < 2 && (self.files.archive().is_none() || !last.is_not_a_recording());
        if is_alone {
            return std::mem::take(&mut self.rejections).into_iter().next().map_or(last, |(_, why)| why);
        }
        self.reject(last);
        let rejections = std::mem::take(&mut self.rejections);
        let names = self.files.names().unwrap_or_default();
        let is_likely = |name: &str| name_hint(self.formats, name) != NameHint::Unknown || names.len() == 1;
        let tried: Vec<_> = rejections.into_iter().filter(|(name, _)| is_likely(name)).collect();
        LoadError::no_recording_among(names, self.files.archive(), foreign::by_members(names), &tried)
            .listing(format_list(self.formats))
    }

    fn try_next(&mut self) -> LoadStep {
        self.candidates.pop_front();
        self.stage = Stage::Detecting(Vec::new());
        self.next_detection = 0;
        self.file = self.first().to_owned();
        LoadStep::Try { first: self.first().to_owned() }
    }

    /// Notes the other recordings among the files, and the files that were tried before. Well-known
    /// names that were only requested are not noted.
    fn note_other_files(&mut self, file: &str, format: &str) {
        for (rejected, why) in &self.rejections {
            if self.files.names().is_some() {
                self.session.notes.push(rejected.as_str(), None, format!("not opened: {why}"));
            }
        }
        for other in
            self.candidates.iter().skip(1).filter(|name| name_hint(self.formats, name).is_recording())
        {
            let text = format!("not opened: it is another recording, next to {file} ({format})");
            self.session.notes.push(other.as_str(), None, text);
        }
    }

    fn detect_format(&mut self, extent: Extent) -> Result<FeedStatus, LoadError> {
        let Stage::Detecting(prefix) = &mut self.stage else { return Ok(FeedStatus::More) };
        let prefix = std::mem::take(prefix);
        let siblings = self.files.names().map(|all| Siblings::of(self.first(), all)).unwrap_or_default();
        let start = Start { file: self.first().to_owned(), siblings };
        match detect(self.formats, &start, &prefix, extent) {
            Verdict::Unknown => {
                self.next_detection = if prefix.len() < FREQUENT_BYTES { 0 } else { prefix.len() / 4 * 5 };
                self.stage = Stage::Detecting(prefix);
                Ok(FeedStatus::More)
            }
            Verdict::No(error) if self.candidates.len() > 1 => {
                self.reject(error);
                self.stage = Stage::Rejected;
                Ok(FeedStatus::Nothing)
            }
            Verdict::No(error) => Err(self.conclusion(error)),
            Verdict::Is(format, sniffed) => {
                self.note_other_files(&start.file, sniffed.name);
                self.session.format = FormatHandle::new(format);
                self.stage = Stage::Reading((sniffed.reader)(start));
                // In one piece: some readers need the complete first line.
                self.read(&prefix)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::SegmentedBuffer;

    const ENTRY: &str = r#"{"startedDateTime":"2026-11-21T14:02:00Z","time":5,"request":{"method":"GET","url":"https://a.test/"},"response":{"status":200}}"#;

    #[test]
    fn files_that_were_rejected_before_the_recording_are_noted() {
        let har = format!(r#"{{"log":{{"entries":[{ENTRY}]}}}}"#);
        let mut loader = SessionLoader::among(["a.har", "b.har", "c.txt"].map(str::to_owned).to_vec());
        let mut next = loader.feed(b"{}").and_then(|_| loader.finish(None));
        assert_eq!(next, Ok(LoadStep::Try { first: "b.har".to_owned() }));
        next = loader.feed(har.as_bytes()).and_then(|_| loader.finish(None));
        assert_eq!(next, Ok(LoadStep::Done));
        let notes = loader.session().notes.listed();
        let said: Vec<_> = notes.iter().map(|note| (note.place.as_str(), note.text.as_str())).collect();
        assert!(
            matches!(said.as_slice(), [("a.har", text)] if text.starts_with("not opened: Unrecognized JSON")),
            "{said:?}"
        );
    }

    #[test]
    fn an_error_at_the_limit_names_the_file_and_what_was_read_before_stays() {
        let mut loader = SessionLoader::new("day.har");
        loader.session.bytes = SegmentedBuffer::with_max_len(1000);
        let text = format!(r#"{{"log":{{"entries":[{}]}}}}"#, [ENTRY; 20].join(","));
        assert!(text.as_bytes().chunks(100).any(|piece| loader.feed(piece) == Ok(FeedStatus::Nothing)));
        let message = loader.finish(None).expect_err("larger than the limit").to_string();
        assert!(message.contains("day.har") && message.contains("larger than 2 GB"), "{message}");
        assert_eq!(loader.session().records.len(), 1000 / (ENTRY.len() + 1));
    }
}
