//! Recordings that are kept between questions.

use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use session::redact::Redactor;

use super::answer::{Limits, Page};
use super::roots::Roots;
use crate::commands::{ComparisonScope, Context, Inspection};
use crate::failure_text;
use crate::output::{Output, load_error_text};
use crate::recording::Recording;

/// Most recordings that are kept.
const MAX_RECORDINGS: usize = 4;
/// Most bytes of recordings that are kept, unless one alone has more.
const MAX_BYTES: u64 = 1 << 30;
/// Most files of a folder, and folders within each other, that are watched for changes.
const MAX_WATCHED: usize = 10_000;
const MAX_DEPTH: usize = 8;
/// The manifest of a session, next to which its other files are.
const MANIFEST: &str = "session.json";

/// Reads recordings, and keeps the ones that were asked for last.
#[derive(Debug)]
pub(super) struct Recordings {
    roots: Roots,
    shows_credentials: bool,
    /// The one that was asked for last is at the end.
    kept: Vec<Kept>,
}

#[derive(Debug)]
struct Kept {
    path: PathBuf,
    version: Version,
    recording: Recording,
}

/// What changes when a file or a folder does.
#[derive(Debug, Default, PartialEq, Eq)]
struct Version {
    newest: Option<SystemTime>,
    bytes: u64,
    files: usize,
}

impl Recordings {
    pub(super) fn new(roots: Roots, shows_credentials: bool) -> Self {
        Self { roots, shows_credentials, kept: Vec::new() }
    }

    /// Answers a question about the recording at that path.
    ///
    /// # Errors
    /// What to say if there is no answer.
    pub(super) fn answer(
        &mut self,
        file: &str,
        inspection: &Inspection,
        limits: Limits,
    ) -> Result<String, String> {
        let redactor = Redactor::new(!self.shows_credentials);
        let recording = self.recording(file)?;
        let mut page = Page::new(limits);
        let output = Output::json_lines(&mut page).with_window(limits.window());
        let mut context = Context::new(recording, file, output, redactor);
        inspection.run(&mut context).map_err(|failure| failure_text(&failure))?;
        let total = context.lines();
        let unread = recording.failure.iter().chain(context.failures()).map(load_error_text).collect();
        Ok(if inspection.is_list() { page.list(total, unread) } else { page.single(unread) })
    }

    /// What differs between the recordings at both paths.
    ///
    /// # Errors
    /// What to say if there is no answer.
    pub(super) fn compare(
        &mut self,
        file: &str,
        other: &str,
        scope: ComparisonScope,
        limits: Limits,
    ) -> Result<String, String> {
        let redactor = Redactor::new(!self.shows_credentials);
        for file in [other, file] {
            self.recording(file)?;
        }
        let (base, compared) = (self.kept(file)?, self.kept(other)?);
        let mut page = Page::new(limits);
        let output = Output::json_lines(&mut page).with_window(limits.window());
        let mut context = Context::new(base, file, output, redactor);
        context
            .write_comparison(compared, other, scope)
            .map_err(|error| format!("The comparison could not be written: {error}"))?;
        let total = context.lines();
        let unread = base.failure.iter().chain(&compared.failure).chain(context.failures());
        let unread = unread.map(load_error_text).collect();
        Ok(page.list(total, unread))
    }

    /// A recording that was read just before.
    fn kept(&self, file: &str) -> Result<&Recording, String> {
        let path = self.roots.resolve(file)?;
        let known = self.kept.iter().find(|kept| kept.path == path).map(|kept| &kept.recording);
        known.ok_or_else(|| "Both recordings together are too large to be compared here.".to_owned())
    }

    fn recording(&mut self, file: &str) -> Result<&Recording, String> {
        let path = self.roots.resolve(file)?;
        let version = Version::of(&path).map_err(|error| format!("{file} cannot be read: {error}"))?;
        let known = self.kept.iter().position(|kept| kept.path == path);
        let known = known.map(|index| self.kept.remove(index)).filter(|kept| kept.version == version);
        let open = || Recording::open(&path.to_string_lossy()).map_err(|error| load_error_text(&error));
        let recording = known.map_or_else(open, |kept| Ok(kept.recording))?;
        self.kept.push(Kept { path, version, recording });
        self.forget();
        self.kept.last().map(|kept| &kept.recording).ok_or_else(|| format!("{file} is not kept"))
    }

    /// Forgets the recordings that were asked for first, down to the limits.
    fn forget(&mut self) {
        let bytes = |kept: &[Kept]| kept.iter().map(|kept| kept.recording.session.bytes.len()).sum::<u64>();
        while self.kept.len() > 1 && (self.kept.len() > MAX_RECORDINGS || bytes(&self.kept) > MAX_BYTES) {
            self.kept.remove(0);
        }
    }
}

impl Version {
    fn of(path: &Path) -> io::Result<Self> {
        let mut version = Self::default();
        let is_manifest = path.file_name().is_some_and(|name| name == MANIFEST);
        match path.parent().filter(|_| is_manifest) {
            Some(folder) => version.add(folder, MAX_DEPTH)?,
            None => version.add(path, MAX_DEPTH)?,
        }
        Ok(version)
    }

    fn add(&mut self, path: &Path, depth: usize) -> io::Result<()> {
        let found = fs::metadata(path)?;
        self.count(&found);
        if found.is_dir() && depth > 0 {
            for entry in fs::read_dir(path)? {
                let entry = entry?;
                // Links are not followed: they may lead around in circles.
                let is_link = entry.file_type()?.is_symlink();
                if !is_link && self.files < MAX_WATCHED {
                    self.add(&entry.path(), depth - 1)?;
                }
            }
        }
        Ok(())
    }

    fn count(&mut self, found: &Metadata) {
        self.newest = self.newest.max(found.modified().ok());
        self.bytes = self.bytes.wrapping_add(found.len());
        self.files += 1;
    }
}
