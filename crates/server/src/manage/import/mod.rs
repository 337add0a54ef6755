//! `replayscope import`: recordings become sessions of a store.

mod content;
mod raw;
mod send;

use std::io::{self, Write};
use std::path::{Component, Path};

use serde::Serialize;
use session::formats::FileSelection;
use store::{Project, SessionKey};
use tempfile::TempDir;

use super::{ImportOptions, Kept};
use crate::bundle::MANIFEST;
use crate::commands::{session_name, to_folder};
use crate::output::{Output, report_load_error};
use crate::recording::Recording;
use crate::rows::row_of_view;
use crate::source::Files;
use crate::{Failure, Outcome, failure_text};
use raw::{RawSession, Unsuitable};
use send::Sender;

/// Longest part of a session's id that is made from a file's name, in characters.
const MAX_NAME: usize = 100;
/// Most names of an archive that are listed as refused.
const MAX_REFUSED: usize = 20;

/// A recording, as it is listed.
#[derive(Serialize)]
struct Listed<'a> {
    file: &'a str,
    project: &'a str,
    session: Option<&'a str>,
    /// `imported`, `present` (it was in the store) or `failed`.
    state: &'static str,
}

/// A session that is in the store.
struct Imported {
    key: SessionKey,
    is_new: bool,
    outcome: Outcome,
}

pub(super) async fn run(options: &ImportOptions) -> Result<Outcome, Failure> {
    let project: Project = options
        .project
        .parse()
        .map_err(|error| Failure::Argument(format!("The project's name {} {error}", options.project)))?;
    let kept = Kept::open_or_make(&options.to).await?;
    let mut all = Outcome::Done;
    for file in &options.files {
        let imported = import(&kept, &project, file, options.credentials).await;
        let (session, state) = match &imported {
            Ok(imported) => {
                let state = if imported.is_new { "imported" } else { "present" };
                (Some(imported.key.session.as_str()), state)
            }
            Err(failure) => {
                eprintln!("error: {file}: {}", failure_text(failure));
                (None, "failed")
            }
        };
        if !imported.as_ref().is_ok_and(|imported| imported.outcome == Outcome::Done) {
            all = Outcome::Incomplete;
        }
        write(&Listed { file, project: project.as_str(), session, state }, options.json)?;
    }
    Ok(all)
}

fn write(listed: &Listed<'_>, is_json: bool) -> io::Result<()> {
    let mut out = io::stdout().lock();
    if is_json {
        Output::json_lines(&mut out).json(listed)?;
    } else if let Some(session) = listed.session {
        let text = format!("{}: {} as {}/{session}", listed.file, listed.state, listed.project);
        Output::table(&mut out).line(&text)?;
    }
    out.flush()
}

async fn import(kept: &Kept, project: &Project, file: &str, credentials: bool) -> Result<Imported, Failure> {
    let recording = Recording::open(file)?;
    if let Some(error) = &recording.failure {
        report_load_error(error);
    }
    report_refused(file, recording.files());
    match RawSession::open(recording.files()) {
        Ok(session) => {
            let id = session.id().filter(|id| catalog::is_valid_name(id));
            let outcome = if recording.failure.is_some() { Outcome::Incomplete } else { Outcome::Done };
            store(kept, project, &session, id, file, outcome).await
        }
        // What cannot be taken as it is, the writer of the format makes a session of, as of other formats.
        Err(Unsuitable::Form(_) | Unsuitable::Load(_)) => {
            let folder = TempDir::new()?;
            let path = folder.path().join("session");
            let outcome = to_folder(&recording, &session_name(file), credentials, &path)?;
            drop(recording);
            let mut files = Files::named(&path.to_string_lossy())?;
            files.begin_with(MANIFEST);
            let session = RawSession::open(&files).map_err(|error| match error {
                Unsuitable::Load(error) => Failure::Load(error),
                Unsuitable::Form(why) => Failure::Argument(format!("It cannot be imported: {why}")),
            })?;
            store(kept, project, &session, None, file, outcome).await
        }
    }
}

/// Stores a session under its own id, or under one made from its name and its content.
async fn store(
    kept: &Kept,
    project: &Project,
    session: &RawSession<'_>,
    id: Option<String>,
    file: &str,
    outcome: Outcome,
) -> Result<Imported, Failure> {
    let named = |id: &str| {
        let id = id.parse().map_err(|error| Failure::Argument(format!("The id {id} {error}")))?;
        Ok::<_, Failure>(SessionKey::new(project.clone(), id))
    };
    let unique = named(&unique_id(id.as_deref().unwrap_or(&session_name(file)), &session.content))?;
    let own = id.as_deref().map(named).transpose()?;
    let own_place = match &own {
        Some(own) => place(kept, own, &session.content).await?,
        None => Place::Other,
    };
    let (key, place) = if let (Some(own), Place::Free | Place::Same) = (own, &own_place) {
        (own, own_place)
    } else {
        let found = place(kept, &unique, &session.content).await?;
        (unique, found)
    };
    let is_new = !matches!(place, Place::Same);
    if is_new {
        Sender::new(kept, &key, session)?.send(session).await?;
    }
    let view = kept.store.session(&key).await.map_err(|error| kept.failed(&error))?;
    if let Some(view) = view {
        // Also where it was there: an import may have ended in between.
        let row = row_of_view(&key, &view);
        kept.catalog.append(vec![row]).await.map_err(|error| kept.catalog_failed(&error))?;
    }
    Ok(Imported { key, is_new, outcome })
}

/// What is in a store under an id.
enum Place {
    /// Nothing, or a part of the same session: an import that did not end.
    Free,
    /// The same session.
    Same,
    Other,
}

async fn place(kept: &Kept, key: &SessionKey, content: &str) -> Result<Place, Failure> {
    let failed = |error| kept.failed(&error);
    let Some(view) = kept.store.session(key).await.map_err(failed)? else { return Ok(Place::Free) };
    let stored = content::stored(&kept.store, key, &view).await.map_err(failed)?;
    Ok(if stored.content.as_deref() == Some(content) {
        Place::Same
    } else if stored.mark.as_deref() == Some(content) {
        Place::Free
    } else {
        Place::Other
    })
}

/// An id that the same content always has, and no other.
fn unique_id(name: &str, content: &str) -> String {
    let allowed = |character: char| character.is_ascii_alphanumeric() || matches!(character, '.' | '_' | '-');
    let name = name.chars().map(|character| if allowed(character) { character } else { '-' });
    let name: String =
        name.skip_while(|character| !character.is_ascii_alphanumeric()).take(MAX_NAME).collect();
    let name = if name.is_empty() { "session" } else { &name };
    format!("{name}-{content}")
}

/// Says which names of an archive lead out of it. Nothing is ever written under the name of a member.
fn report_refused(file: &str, files: &Files) {
    let FileSelection::Listed { names, archive: Some(_) } = files.selection() else { return };
    let mut refused = names.iter().filter(|name| leads_out(name));
    for name in refused.by_ref().take(MAX_REFUSED) {
        let name = session::encodings::one_line(name, MAX_NAME);
        eprintln!("note: {file}: {name} is not read: its name leads out of the archive");
    }
    let more = refused.count();
    if more > 0 {
        eprintln!("note: {file}: {more} more such names");
    }
}

fn leads_out(name: &str) -> bool {
    let is_inside = |part| matches!(part, Component::Normal(_) | Component::CurDir);
    name.contains(['\\', ':']) || !Path::new(name).components().all(is_inside)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_made_from_names_that_are_no_ids() {
        assert_eq!(unique_id("a b/ü", "0f"), "a-b---0f");
        assert_eq!(unique_id("..", "0f"), "session-0f");
        assert!(catalog::is_valid_name(&unique_id(&"ä/x".repeat(200), "0123456789abcdef")));
    }

    #[test]
    fn names_that_lead_out_of_an_archive_are_found() {
        for name in ["../x", "/x", "a/../../x", "C:\\x", "a\\..\\x"] {
            assert!(leads_out(name), "{name}");
        }
        for name in ["x", "a/x", "./x", "a..b/x"] {
            assert!(!leads_out(name), "{name}");
        }
    }
}
