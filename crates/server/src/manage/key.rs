//! The keys of recorders.

use std::io::{self, BufWriter, Write};

use serde::Serialize;
use session::model::EpochMs;
use store::{IngestKey, Project, Quota};
use url::Url;

use super::{KeyCommand, failed, open};
use crate::output::{Output, text};
use crate::{Failure, Outcome};

pub(super) async fn run(command: &KeyCommand) -> Result<Outcome, Failure> {
    match command {
        KeyCommand::New { store, project, origin, sessions_per_day, bytes_per_day } => {
            let project: Project = project
                .parse()
                .map_err(|error| Failure::Argument(format!("The project's name {project} {error}")))?;
            let origins = origin.iter().map(|origin| checked(origin)).collect::<Result<_, _>>()?;
            let quota = Quota { sessions_per_day: *sessions_per_day, bytes_per_day: *bytes_per_day };
            let made = open(store).await?.key_new(&project, origins, quota).await;
            let (secret, key) = made.map_err(|error| failed(store, &error))?;
            println!("{secret}");
            eprintln!("The key {} is for the project {project}. It is not shown again.", key.id);
        }
        KeyCommand::List { store, json } => {
            let keys = open(store).await?.keys().await.map_err(|error| failed(store, &error))?;
            list(&keys, *json)?;
        }
        KeyCommand::Revoke { store, id, stop } => {
            let revoked = open(store).await?.key_revoke(id, *stop).await;
            let revoked = revoked.map_err(|error| failed(store, &error))?;
            let Some(key) = revoked else {
                return Err(Failure::Argument(format!(
                    "There is no key {id}. `replayscope key list` lists them."
                )));
            };
            let what = if key.stops { ", and its recorders are told to stop" } else { "" };
            eprintln!("The key {id} is revoked{what}.");
        }
    }
    Ok(Outcome::Done)
}

/// An origin as browsers send it.
fn checked(origin: &str) -> Result<String, Failure> {
    let parsed = Url::parse(origin).ok().map(|url| url.origin().ascii_serialization());
    parsed.filter(|parsed| parsed == origin.trim_end_matches('/') && parsed != "null").ok_or_else(|| {
        Failure::Argument(format!("{origin} is not an origin such as https://shop.example.com"))
    })
}

/// A key as it is listed.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Listed<'a> {
    id: &'a str,
    project: &'a str,
    origins: &'a [String],
    sessions_per_day: Option<u64>,
    bytes_per_day: Option<u64>,
    created: Option<String>,
    revoked: Option<String>,
    stops: bool,
}

fn list(keys: &[IngestKey], is_json: bool) -> Result<(), Failure> {
    let columns =
        [text("id", 16), text("project", 16), text("created", 24), text("revoked", 24), text("origins", 7)];
    let mut out = BufWriter::new(io::stdout().lock());
    let mut output = if is_json { Output::json_lines(&mut out) } else { Output::table(&mut out) };
    if !is_json {
        output.head(&columns)?;
    }
    for key in keys {
        let listed = Listed {
            id: &key.id,
            project: key.project.as_str(),
            origins: &key.origins,
            sessions_per_day: key.quota.sessions_per_day,
            bytes_per_day: key.quota.bytes_per_day,
            created: time(Some(key.created)),
            revoked: time(key.revoked),
            stops: key.stops,
        };
        if is_json {
            output.json(&listed)?;
            continue;
        }
        let origins = if key.origins.is_empty() { "any".to_owned() } else { key.origins.join(" ") };
        let cells = [
            key.id.clone(),
            key.project.to_string(),
            listed.created.unwrap_or_default(),
            listed.revoked.unwrap_or_else(|| "no".to_owned()),
            origins,
        ];
        output.row(&columns, &cells)?;
    }
    Ok(out.flush()?)
}

fn time(ms: Option<i64>) -> Option<String> {
    EpochMs::new(ms? as f64)?.iso8601()
}
