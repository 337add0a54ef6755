//! `replayscope check`: whether a store, or the way to a server, is fit for sessions.

mod server;
mod stored;

use std::io::{self, Write};

use serde::Serialize;

use super::CheckOptions;
use crate::output::{Column, Output, text};
use crate::{Failure, Outcome};

const COLUMNS: [Column; 3] = [text("check", 18), text("state", 7), text("found", 5)];

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum State {
    Ok,
    /// It works, but something should be known, or done.
    Warning,
    Failed,
}

impl State {
    fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Failed => "failed",
        }
    }
}

/// A check, as it is listed.
#[derive(Serialize)]
struct Finding<'a> {
    check: &'a str,
    state: State,
    /// What was found, and what to change.
    text: &'a str,
}

/// Writes findings as they are made.
struct Report {
    is_json: bool,
    outcome: Outcome,
}

impl Report {
    fn add(&mut self, check: &str, state: State, text: &str) -> Result<(), Failure> {
        if state == State::Failed {
            self.outcome = Outcome::Incomplete;
        }
        let mut out = io::stdout().lock();
        if self.is_json {
            Output::json_lines(&mut out).json(&Finding { check, state, text })?;
        } else {
            let cells = [check.to_owned(), state.name().to_owned(), text.to_owned()];
            Output::table(&mut out).row(&COLUMNS, &cells)?;
        }
        Ok(out.flush()?)
    }
}

pub(super) async fn run(options: &CheckOptions) -> Result<Outcome, Failure> {
    let mut report = Report { is_json: options.json, outcome: Outcome::Done };
    if !options.json {
        Output::table(&mut io::stdout().lock()).head(&COLUMNS)?;
    }
    if ["http://", "https://"].iter().any(|scheme| options.target.starts_with(scheme)) {
        if options.repair {
            return Err(Failure::Argument("--repair is for stores.".to_owned()));
        }
        server::check(&options.target, options.key.as_deref(), &mut report).await?;
    } else {
        stored::check(&options.target, options.repair, &mut report).await?;
    }
    Ok(report.outcome)
}
