//! The recordings that were named on the command line.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use tempfile::NamedTempFile;
use tokio::sync::watch;
use tower_http::services::ServeFile;

use super::folder::PackedFolder;
use super::follow::{self, Until};
use super::remote::Remote;
use crate::Failure;
use crate::source::{STANDARD_INPUT, file_in};
use crate::web::random_token;

/// What describes a session that was made for this viewer.
pub(super) const MANIFEST: &str = "session.json";

/// The recordings, each with its number.
#[derive(Debug)]
pub(super) struct Recordings {
    /// Part of every address: no other program of this machine can read the recordings without the link.
    token: String,
    recordings: Vec<Recording>,
}

#[derive(Debug)]
struct Recording {
    /// As it was named.
    title: String,
    /// The path of the file that is opened, below the recording's address; empty for a folder of another host.
    first: String,
    files: Files,
}

#[derive(Debug)]
enum Files {
    /// A file and those in its folder.
    Disk(PathBuf),
    Folder(PackedFolder),
    Input(Spool),
    Remote(Remote),
}

/// Standard input, which is written to a file: it can be read once, the viewer's page again.
#[derive(Debug)]
struct Spool {
    file: NamedTempFile,
    is_complete: watch::Receiver<bool>,
}

/// The list of the recordings, as the viewer's start page reads it.
#[derive(Debug, Serialize)]
pub(super) struct List<'a> {
    sessions: Vec<Listed<'a>>,
}

#[derive(Debug, Serialize)]
struct Listed<'a> {
    title: &'a str,
    src: String,
}

impl Recordings {
    /// # Errors
    /// If one of them cannot be read.
    pub(super) async fn open(arguments: &[String]) -> Result<Self, Failure> {
        let mut recordings = Vec::with_capacity(arguments.len());
        for argument in arguments {
            let opened = Recording::open(argument).await;
            recordings.push(
                opened.map_err(|why| Failure::Argument(format!("{argument} cannot be opened: {why}")))?,
            );
        }
        Ok(Self { token: random_token()?, recordings })
    }

    /// The path below which everything of the recordings is.
    pub(super) fn base(&self) -> String {
        format!("/files/{}/", self.token)
    }

    /// The path of the page that shows them: the recording, or a list of several.
    pub(super) fn page(&self) -> String {
        let base = self.base();
        match self.recordings.as_slice() {
            [only] => format!("/session?src={base}0/{}", encoded(&only.first).replace('%', "%25")),
            _ => format!("/?catalogue={base}sessions.json"),
        }
    }

    pub(super) fn list(&self) -> List<'_> {
        let sessions = self.recordings.iter().enumerate().map(|(index, recording)| Listed {
            title: &recording.title,
            src: format!("{index}/{}", encoded(&recording.first)),
        });
        List { sessions: sessions.collect() }
    }

    /// Answers a request for a file of a recording.
    pub(super) async fn serve(&self, index: usize, path: &str, request: Request) -> Response {
        match self.recordings.get(index) {
            Some(recording) => recording.serve(path, request).await,
            None => StatusCode::NOT_FOUND.into_response(),
        }
    }
}

impl Recording {
    async fn open(argument: &str) -> Result<Self, String> {
        let title = argument.to_owned();
        if argument == STANDARD_INPUT {
            let spool = Spool::begin().await.map_err(|error| error.to_string())?;
            return Ok(Self {
                title: "standard input".to_owned(),
                first: "input".to_owned(),
                files: Files::Input(spool),
            });
        }
        if Remote::is_url(argument) {
            let (remote, first) = Remote::open(argument).await?;
            return Ok(Self { title, first, files: Files::Remote(remote) });
        }
        let path = Path::new(argument).canonicalize().map_err(|error| error.to_string())?;
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if !path.is_dir() {
            let folder = path.parent().unwrap_or(Path::new("/")).to_owned();
            File::open(&path).map_err(|error| error.to_string())?;
            return Ok(Self { title, first: name, files: Files::Disk(folder) });
        }
        if path.join(MANIFEST).is_file() {
            return Ok(Self { title, first: MANIFEST.to_owned(), files: Files::Disk(path) });
        }
        Ok(Self { title, first: format!("{name}.zip"), files: Files::Folder(PackedFolder::new(path)) })
    }

    async fn serve(&self, path: &str, request: Request) -> Response {
        let is_first = path == self.first;
        let answer = match &self.files {
            Files::Remote(remote) => return remote.fetch(path, request.method(), request.headers()).await,
            Files::Disk(folder) => match file_in(folder, path) {
                Ok(file) if is_first && follow::is_recent(&file).await => {
                    follow::respond(file, Until::Idle).await
                }
                Ok(file) => serve_file(&file, request).await,
                Err(error) => Err(error),
            },
            Files::Folder(folder) if is_first => match tokio::task::block_in_place(|| folder.archive()) {
                Ok(archive) => serve_file(archive, request).await,
                Err(error) => Err(error),
            },
            Files::Input(spool) if is_first => {
                let until = Until::Complete(spool.is_complete.clone());
                follow::respond(spool.file.path().to_owned(), until).await
            }
            Files::Folder(_) | Files::Input(_) => Err(io::ErrorKind::NotFound.into()),
        };
        answer.unwrap_or_else(|error| match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::PermissionDenied | io::ErrorKind::InvalidInput => {
                StatusCode::NOT_FOUND.into_response()
            }
            _ => (StatusCode::INTERNAL_SERVER_ERROR, format!("{error}\n")).into_response(),
        })
    }
}

/// Answers with a file, or the part of it that is asked for.
async fn serve_file(path: &Path, request: Request) -> io::Result<Response> {
    Ok(ServeFile::new(path).try_call(request).await?.map(axum::body::Body::new))
}

impl Spool {
    /// Begins to read standard input, in a thread of its own, and waits for its first bytes.
    async fn begin() -> io::Result<Self> {
        const PIECE_BYTES: usize = 64 << 10;
        let mut file = NamedTempFile::with_prefix("replayscope-")?;
        let mut copy = file.as_file_mut().try_clone()?;
        let (completed, is_complete) = watch::channel(false);
        let (first, has_first) = tokio::sync::oneshot::channel();
        std::thread::spawn(move || {
            let mut first = Some(first);
            let mut buffer = vec![0; PIECE_BYTES];
            let mut input = io::stdin().lock();
            loop {
                let read = input.read(&mut buffer);
                let is_end = matches!(read, Ok(0));
                let written = read
                    .and_then(|len| io::Write::write_all(&mut copy, buffer.get(..len).unwrap_or_default()));
                let is_over = is_end || written.is_err();
                if let Some(first) = first.take() {
                    let found = if is_end { Err(io::ErrorKind::UnexpectedEof.into()) } else { written };
                    let _ = first.send(found);
                } else if let Err(error) = written {
                    eprintln!("error: Standard input could not be read to its end: {error}");
                }
                if is_over {
                    completed.send_replace(true);
                    return;
                }
            }
        });
        has_first.await.map_err(io::Error::other)?.map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => io::Error::new(error.kind(), "it is empty"),
            _ => error,
        })?;
        Ok(Self { file, is_complete })
    }
}

/// A path as a part of a URL, with what has a meaning there percent-encoded.
fn encoded(path: &str) -> String {
    let mut text = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            text.push(char::from(byte));
        } else {
            // Writing to a string does not fail.
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}
