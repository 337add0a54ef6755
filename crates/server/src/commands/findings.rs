//! `replayscope findings`: what looks wrong, by the rules of the crate `findings`.

use std::io;

use findings::{
    Finding, Report, RuleInfo, Runner, Scope, Severity, SocketInput, SocketRunner, Subject, Unjudged,
};
use presentation::labels::UNKNOWN;
use serde::Serialize;
use session::formats::LoadError;
use session::model::Millis;

use super::Context;
use super::matching::analyzed;
use crate::output::{Column, amount, text};
use crate::recording::Recording;

/// Something that looks wrong.
#[derive(Debug, Serialize)]
struct FindingLine {
    kind: &'static str,
    rule: &'static str,
    severity: &'static str,
    title: String,
    explanation: String,
    #[serde(flatten)]
    subject: SubjectKeys,
    count: u32,
    further: Vec<SubjectKeys>,
}

/// What a finding is about: a row, a message of a row, or a moment.
#[derive(Debug, Serialize)]
struct SubjectKeys {
    row: Option<u32>,
    message: Option<u32>,
    /// Milliseconds from the session's start.
    offset: Option<f64>,
}

/// What a rule could not judge.
#[derive(Debug, Serialize)]
struct UnjudgedLine {
    kind: &'static str,
    rule: &'static str,
    reason: &'static str,
    count: u32,
}

const COLUMNS: [Column; 5] =
    [text("severity", 9), text("rule", 22), amount("count", 6), text("where", 14), text("finding", 0)];

/// Writes the findings, the worst first, and then what could not be judged.
pub(super) fn run(context: &mut Context<'_, '_>) -> io::Result<()> {
    let (report, failures) = report(context.recording, true);
    context.failures.extend(failures);
    if !context.output.is_json() {
        context.output.head(&COLUMNS)?;
    }
    for finding in &report.findings {
        if context.output.takes_line() {
            write_finding(context, finding)?;
        }
    }
    for unjudged in &report.unjudged {
        if context.output.takes_line() {
            write_unjudged(context, unjudged)?;
        }
    }
    if report.omitted > 0 && !context.output.is_json() {
        eprintln!("note: {} more findings of rules that have many are not listed", report.omitted);
    }
    Ok(())
}

/// What looks wrong in a recording, and the files of messages that could not be read for it.
pub(super) fn report(recording: &Recording, has_messages: bool) -> (Report, Vec<LoadError>) {
    let session = &recording.session;
    let mut report = Runner::run(session);
    let mut failures = Vec::new();
    for record in session.records.iter().filter(|record| has_messages && record.socket().is_some()) {
        let messages = match recording.messages(record) {
            Ok(Some(messages)) => messages,
            Ok(None) => continue,
            Err(error) => {
                failures.push(error);
                continue;
            }
        };
        let log = messages.log();
        if let Some(analyzer) = analyzed(record, log) {
            let analysis = analyzer.analysis();
            report.merge(SocketRunner::run(&SocketInput { session, record, log, analysis }));
        }
    }
    (report, failures)
}

/// Whether there is a finding of one of these rules, or of one of these severities or a worse one.
pub(super) fn has_any(recording: &Recording, rules: &[&'static RuleInfo], severities: &[Severity]) -> bool {
    if rules.is_empty() && severities.is_empty() {
        return false;
    }
    let has_messages = !severities.is_empty() || rules.iter().any(|rule| rule.scope() == Scope::Messages);
    let (report, _) = report(recording, has_messages);
    let is_named = |finding: &Finding| {
        rules.contains(&finding.rule) || severities.iter().any(|severity| finding.severity <= *severity)
    };
    report.findings.iter().any(is_named)
}

fn write_finding(context: &mut Context<'_, '_>, finding: &Finding) -> io::Result<()> {
    let title = context.redactor.text(&finding.title()).into_owned();
    if context.output.is_json() {
        let line = FindingLine {
            kind: "finding",
            rule: finding.rule.id,
            severity: finding.severity.key(),
            title,
            explanation: context.redactor.text(&finding.explanation()).into_owned(),
            subject: SubjectKeys::of(finding.subject),
            count: finding.count,
            further: finding.further.iter().copied().map(SubjectKeys::of).collect(),
        };
        return context.output.json(&line);
    }
    let place = place(finding.subject);
    let cells = [
        finding.severity.key().to_owned(),
        finding.rule.id.to_owned(),
        finding.count.to_string(),
        place,
        title,
    ];
    context.output.row(&COLUMNS, &cells)
}

fn write_unjudged(context: &mut Context<'_, '_>, unjudged: &Unjudged) -> io::Result<()> {
    let Unjudged { rule, reason, count } = *unjudged;
    if context.output.is_json() {
        return context.output.json(&UnjudgedLine { kind: "unjudged", rule: rule.id, reason, count });
    }
    let cells = ["unjudged", rule.id, &count.to_string(), "", reason].map(str::to_owned);
    context.output.row(&COLUMNS, &cells)
}

impl SubjectKeys {
    fn of(subject: Subject) -> Self {
        let (row, message, offset) = match subject {
            Subject::Row(row) => (Some(row), None, None),
            Subject::Message { row, message } => (Some(row), Some(message), None),
            Subject::Moment(ms) => (None, None, Some(ms)),
        };
        Self { row, message, offset }
    }
}

/// Where a finding is, in a table.
fn place(subject: Subject) -> String {
    match subject {
        Subject::Row(row) => format!("row {row}"),
        Subject::Message { row, message } => format!("row {row} #{message}"),
        Subject::Moment(ms) => Millis::new(ms).map_or_else(|| UNKNOWN.to_owned(), Millis::offset),
    }
}
