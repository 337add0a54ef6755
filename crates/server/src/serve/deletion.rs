//! Deleting many sessions by one request: those of a user, or that meet other conditions.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use catalog::{MAX_LIMIT, Query, Row};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::App;
use crate::selection::{Conditions, delete_rows, duration, older};

/// What the request says besides its conditions.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Options {
    /// Such as `30days`.
    older: Option<String>,
    /// Lists, and deletes nothing.
    dry_run: bool,
    before: Option<String>,
}

const OPTION_NAMES: [&str; 3] = ["older", "dryRun", "before"];

/// A session that is deleted, or would be.
#[derive(Serialize)]
struct Named<'a> {
    project: &'a str,
    id: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answer<'a> {
    sessions: Vec<Named<'a>>,
    /// Number of sessions of which not all could be deleted. They are not listed any more.
    failed: usize,
    dry_run: bool,
    /// The `before` of the next request; left out when there are no more sessions.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// Deletes the newest sessions that meet the conditions, at most [`MAX_LIMIT`] of them.
pub(super) async fn delete(State(app): State<Arc<App>>, Json(request): Json<Map<String, Value>>) -> Response {
    if let Some(refusal) = app.refuses_changes() {
        return refusal;
    }
    let (query, dry_run) = match parse(request) {
        Ok(parsed) => parsed,
        Err(text) => return (StatusCode::UNPROCESSABLE_ENTITY, format!("{text}\n")).into_response(),
    };
    app.flush_catalog().await;
    let result = carry_out(&app, &query, dry_run).await;
    result.unwrap_or_else(|error| {
        if matches!(error, catalog::Error::InvalidCursor) {
            return (StatusCode::UNPROCESSABLE_ENTITY, "“before” is no cursor.\n").into_response();
        }
        app.note_catalog_failure(&error);
        (StatusCode::SERVICE_UNAVAILABLE, "The catalog cannot be used now.\n").into_response()
    })
}

async fn carry_out(app: &App, query: &Query, dry_run: bool) -> Result<Response, catalog::Error> {
    let page = app.catalog.query(query).await?;
    let rows: Vec<Row> = page.rows;
    let mut failed = 0;
    if !dry_run {
        let done = delete_rows(&app.store, &app.catalog, rows.clone()).await?;
        failed = done.failed.len();
        for (key, error) in &done.failed {
            app.note_session_failure(key, error);
        }
    }
    let sessions = rows.iter().map(|row| Named { project: &row.project, id: &row.session }).collect();
    Ok(Json(Answer { sessions, failed, dry_run, next: page.next }).into_response())
}

/// What is to be deleted. A name that is not known could be a condition that is misspelled: without it, more would be
/// deleted.
fn parse(request: Map<String, Value>) -> Result<(Query, bool), String> {
    let (mut conditions, mut options) = (Map::new(), Map::new());
    for (name, value) in request {
        if Conditions::NAMES.contains(&name.as_str()) {
            conditions.insert(name, value);
        } else if OPTION_NAMES.contains(&name.as_str()) {
            options.insert(name, value);
        } else {
            return Err(format!("“{name}” is no condition."));
        }
    }
    if let Some((name, _)) = conditions.iter().find(|(_, value)| value.as_str() == Some("")) {
        return Err(format!("“{name}” is empty."));
    }
    let conditions: Conditions = serde_json::from_value(Value::Object(conditions))
        .map_err(|error| format!("A condition is wrong: {error}."))?;
    let options: Options = serde_json::from_value(Value::Object(options))
        .map_err(|error| format!("A value is wrong: {error}."))?;
    if conditions.state.as_deref().is_some_and(|state| !matches!(state, "live" | "final")) {
        return Err("“state” is live or final.".to_owned());
    }
    if !conditions.restrict() && options.older.is_none() {
        return Err("A condition is needed, such as “user” or “older”.".to_owned());
    }
    if options.older.is_some() && conditions.from.or(conditions.to).is_some() {
        return Err("“older” cannot be used with “from” and “to”.".to_owned());
    }
    let age: Option<Duration> = options.older.as_deref().map(duration).transpose()?;
    let query = conditions.query();
    let query = match age {
        Some(age) => older(query, age),
        None => query,
    };
    Ok((Query { limit: MAX_LIMIT, before: options.before, ..query }, options.dry_run))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn parsed(request: &Value) -> Result<(Query, bool), String> {
        parse(request.as_object().cloned().expect("an object"))
    }

    #[test]
    fn conditions_and_options_are_told_apart() {
        let (query, dry_run) =
            parsed(&json!({"user": "mia", "project": "shop", "dryRun": true, "before": "x"}))
                .expect("it is valid");
        assert_eq!((query.user.as_deref(), query.project.as_deref()), (Some("mia"), Some("shop")));
        assert_eq!((query.before.as_deref(), dry_run), (Some("x"), true));
        let (query, dry_run) = parsed(&json!({"older": "30days"})).expect("it is valid");
        assert!(query.to.is_some() && !dry_run);
    }

    #[test]
    fn what_could_delete_more_than_was_meant_is_refused() {
        for request in [
            json!({}),
            json!({"project": "shop"}),
            json!({"user": ""}),
            json!({"usr": "mia"}),
            json!({"user": "mia", "dryrun": true}),
            json!({"user": "mia", "state": "old"}),
            json!({"errors": 0}),
            json!({"older": "soon"}),
            json!({"older": "1day", "to": 5}),
            json!({"user": 5}),
        ] {
            assert!(parsed(&request).is_err(), "{request}");
        }
    }
}
