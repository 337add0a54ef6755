//! The static list of each project's sessions: with it, a host that serves nothing but the files of a store lists them.

use std::collections::HashMap;

use bytes::Bytes;
use catalog::{MAX_LIMIT, Query, SessionList, State};
use sha2::{Digest, Sha256};
use store::Project;
use tokio::sync::Mutex;

use super::App;
use crate::bundle::MANIFEST;

/// The lists that this server has written, by project.
#[derive(Debug, Default)]
pub(super) struct StaticLists(Mutex<HashMap<String, Written>>);

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Written {
    /// Of the catalog's files of the project.
    version: u64,
    /// Of the list.
    hash: [u8; 32],
}

impl App {
    /// Writes the lists that are not as the catalog is. What cannot be written is written the next time.
    pub(super) async fn write_static_lists(&self) {
        // One at a time, so that an older list never replaces a newer one of this server.
        let mut written = self.static_lists.0.lock().await;
        let projects = match self.catalog.projects().await {
            Ok(projects) => projects,
            Err(error) => return self.note_catalog_failure(&error),
        };
        written.retain(|project, _| projects.contains_key(project));
        for (name, version) in projects {
            let known = written.get(&name).copied().unwrap_or_default();
            let Ok(project) = name.parse::<Project>() else { continue };
            if known.version == version {
                continue;
            }
            let list = match self.static_list(&name).await {
                Ok(list) => list,
                Err(error) => return self.note_catalog_failure(&error),
            };
            let hash = Sha256::digest(&list).into();
            if known.hash != hash
                && let Err(error) = self.store.put_list(&project, list).await
            {
                return self.note_failure(&error);
            }
            written.insert(name, Written { version, hash });
        }
    }

    /// The newest sessions of a project that have files of their own: of others only a server knows.
    async fn static_list(&self, project: &str) -> Result<Bytes, catalog::Error> {
        let query = Query {
            project: Some(project.to_owned()),
            state: Some(State::Final),
            limit: MAX_LIMIT,
            ..Query::default()
        };
        let page = self.catalog.query(&query).await?;
        let list = SessionList::new(&page.rows, None, |row| format!("{}/{MANIFEST}", row.session));
        let text = serde_json::to_vec(&list).map_err(|error| catalog::Error::Internal(error.to_string()))?;
        Ok(text.into())
    }
}
