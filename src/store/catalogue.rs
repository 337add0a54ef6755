//! Fetching the catalogue of sessions.

use session::formats::{LoadError, Retry};

use crate::source::{Origin, ReadError, TaskGuard, absolute};

/// A catalogue larger than this is none: it lists sessions, it holds no data.
const MAX_BYTES: usize = 32 << 20;

/// The text of `sessions.json` beside the app, or of the catalogue at `named`.
///
/// # Errors
/// What the network says, in words.
pub async fn fetch_catalogue(named: Option<&str>) -> Result<Vec<u8>, LoadError> {
    let source = named.unwrap_or("sessions.json");
    let broken = |why: String| {
        LoadError::new(
            "The list of sessions cannot be read",
            format!("{source}: {why}"),
            "Check the address.",
            Retry::Useful,
        )
    };
    let url = absolute(source).ok_or_else(|| broken("it is no URL".to_owned()))?;
    let (_guard, task) =
        TaskGuard::new().ok_or_else(|| broken("this browser cannot fetch files".to_owned()))?;
    let mut stream = Origin::url(url).open(None, task.signal()).await?;
    stream.read_all(&task, MAX_BYTES, |_| ()).await.map_err(|unread| {
        broken(match unread {
            ReadError::Broken(why) | ReadError::Damaged(why) => why,
            ReadError::TooLarge => "it is too large".to_owned(),
        })
    })
}
