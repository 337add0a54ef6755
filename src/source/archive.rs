//! The members of a zip archive, each read like a file. Of the archive only the directory and the
//! requested members are read.

use js_sys::{ArrayBuffer, Uint8Array};
use session::archive::{
    ArchiveError, Checksum, HEADER_LEN, Member, Method, TAIL_LEN, data_start, directory, members,
};
use session::formats::{LoadError, Retry};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, ReadableStream, ReadableWritablePair};

use super::sibling_path;
use super::stream::{ByteStream, DecompressionStream, message_of};

/// An archive that was opened.
#[derive(Debug)]
pub struct Archive {
    name: String,
    blob: Blob,
    members: Vec<Member>,
}

impl Archive {
    /// Reads the archive's directory.
    ///
    /// # Errors
    /// When the archive is cut off or damaged, or its bytes cannot be read.
    pub async fn open(name: String, blob: Blob) -> Result<Self, LoadError> {
        let damaged = |error: ArchiveError| damaged(&name, &error);
        let len = blob.size() as u64;
        let tail = bytes_of(&name, &blob, len.saturating_sub(TAIL_LEN), len).await?;
        let place = directory(&tail, len).map_err(damaged)?;
        let listed = bytes_of(&name, &blob, place.start, place.start + place.len).await?;
        let members = members(&listed, place.start).map_err(damaged)?;
        if members.is_empty() {
            return Err(LoadError::new(
                "The archive is empty",
                name,
                "Export or download it again.",
                Retry::Useful,
            ));
        }
        Ok(Self { name, blob, members })
    }

    /// The archive's own name, for messages.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The paths of its members.
    pub fn names(&self) -> Vec<String> {
        self.members.iter().map(|member| member.name.clone()).collect()
    }

    /// Opens the member `first`, or the one at `path` in its folder.
    pub(super) async fn open_member(&self, first: &str, path: Option<&str>) -> Result<ByteStream, LoadError> {
        let name = path.map_or_else(|| first.to_owned(), |path| sibling_path(first, path));
        let Some(member) = self.members.iter().find(|member| member.name == name) else {
            let remedy = "Export the recording again, with all of its files.";
            let what = "The file is not in the archive";
            return Err(LoadError::new(what, self.place(&name), remedy, Retry::Absent));
        };
        let header_end = member.header_start + HEADER_LEN;
        let header = bytes_of(&self.name, &self.blob, member.header_start, header_end).await?;
        let start = data_start(&header, member).map_err(|error| damaged(&self.name, &error))?;
        let unreadable = |error: &JsValue| unreadable(&self.place(&name), error);
        let packed =
            slice(&self.blob, start, start + member.packed_len).map_err(|error| unreadable(&error))?;
        let stream = self.unpacked(member, &packed)?;
        let blob = (member.method == Method::Stored).then_some(packed);
        ByteStream::new(stream, Some(member.len), blob, Some(Checksum::of(member)))
            .await
            .map_err(|error| unreadable(&error))
    }

    fn unpacked(&self, member: &Member, packed: &Blob) -> Result<ReadableStream, LoadError> {
        let remedy = "Unpack the archive, then open what is inside.";
        let refused =
            |what: String| Err(LoadError::new(what, self.place(&member.name), remedy, Retry::Useless));
        match member.method {
            Method::Stored => Ok(packed.stream()),
            Method::Deflated => {
                let unpacked = DecompressionStream::new("deflate-raw").map(|unpacking| {
                    let pair: &ReadableWritablePair = unpacking.unchecked_ref();
                    packed.stream().pipe_through(pair)
                });
                unpacked.map_err(|error| unreadable(&self.place(&member.name), &error))
            }
            Method::Encrypted => refused("The file is protected by a password".to_owned()),
            Method::Other(number) => {
                refused(format!("The file is compressed with method {number}, which is not supported"))
            }
        }
    }

    fn place(&self, member: &str) -> String {
        format!("{member} in {}", self.name)
    }
}

fn slice(blob: &Blob, start: u64, end: u64) -> Result<Blob, JsValue> {
    blob.slice_with_f64_and_f64(start as f64, end as f64)
}

async fn bytes_of(name: &str, blob: &Blob, start: u64, end: u64) -> Result<Vec<u8>, LoadError> {
    let read = async {
        let buffer: ArrayBuffer =
            JsFuture::from(slice(blob, start, end)?.array_buffer()).await?.unchecked_into();
        Ok(Uint8Array::new(&buffer).to_vec())
    };
    read.await.map_err(|error: JsValue| unreadable(name, &error))
}

fn damaged(name: &str, error: &ArchiveError) -> LoadError {
    let remedy = "Download or export it again; a transfer as text damages archives.";
    LoadError::new("The zip archive cannot be read", format!("{name}: {error}"), remedy, Retry::Useful)
}

fn unreadable(place: &str, error: &JsValue) -> LoadError {
    let remedy = "It may be damaged, or was moved or changed since: open it again.";
    LoadError::new(
        "The file could not be read",
        format!("{place}: {}", message_of(error)),
        remedy,
        Retry::Useless,
    )
}
