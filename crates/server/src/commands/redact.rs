//! `replayscope redact`: the recording without its credentials, as a session of Replayscope.

use std::io::{self, BufWriter, Write};

use serde::Serialize;
use session::export::ExportOptions;
use session::redact::{CredentialPlace, RedactionReport};

use super::convert::{self, native};
use super::open;
use crate::arguments::{RedactOptions, Target};
use crate::output::{Column, Output, amount, text};
use crate::{Failure, Outcome};

/// Redacted values of one name in one kind of place.
#[derive(Debug, Serialize)]
struct Redacted<'a> {
    place: &'static str,
    /// In lower case.
    name: &'a str,
    values: u64,
}

const COLUMNS: [Column; 3] = [amount("values", 6), text("place", 11), text("name", 0)];

/// Said of every recording, because the result may look as if it could be published.
const NOT_SEARCHED: &str = "bodies, submitted forms and typed text are not searched for credentials";

/// Carries the command out.
pub(super) fn run(options: &RedactOptions) -> Result<Outcome, Failure> {
    let recording = open(&options.file)?;
    let name = convert::session_name(&options.file);
    let path = Some(options.output.as_path());
    let converted = native::convert(&recording, &name, ExportOptions::default(), path, options.force)?;
    list(&converted.report, options.json)?;
    eprintln!("note: {NOT_SEARCHED}");
    Ok(convert::report(&recording, Target::Native, &converted))
}

/// Lists what was redacted on standard output.
fn list(report: &RedactionReport, is_json: bool) -> io::Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    let mut output = if is_json { Output::json_lines(&mut out) } else { Output::table(&mut out) };
    if !is_json && report.entries().next().is_some() {
        output.head(&COLUMNS)?;
    }
    for (place, name, values) in report.entries() {
        let place = place_name(place);
        if is_json {
            output.json(&Redacted { place, name, values })?;
        } else {
            output.row(&COLUMNS, &[values.to_string(), place.to_owned(), name.to_owned()])?;
        }
    }
    out.flush()
}

fn place_name(place: CredentialPlace) -> &'static str {
    match place {
        CredentialPlace::Header => "header",
        CredentialPlace::Parameter => "parameter",
        CredentialPlace::Url => "url",
        CredentialPlace::Subprotocol => "subprotocol",
        CredentialPlace::Payload => "payload",
        CredentialPlace::Text => "text",
    }
}
