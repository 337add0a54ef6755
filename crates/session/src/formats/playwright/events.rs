//! The `.trace` file: actions, console messages and screenshots.

use std::collections::HashMap;

use super::clock::Clock;
use super::line::{Initializer, Line, Metadata, Params};
use crate::formats::common::fields::FromObject;
use crate::formats::common::lenient::Number;
use crate::formats::common::path::is_within_directory;
use crate::model::{Action, ConsoleEntry, ConsoleLevel, EpochMs, Page, Producer, Screenshot, Session, Span};

/// The oldest and newest supported versions: Playwright 1.9 to 1.65.
const KNOWN_VERSIONS: std::ops::RangeInclusive<f64> = 3.0..=10.0;

/// The content of a trace, with times of its monotonic clock until they can be converted.
#[derive(Debug, Default)]
pub(super) struct Events {
    clock: Clock,
    console: Vec<(Option<f64>, ConsoleEntry)>,
    pictures: Vec<(Option<f64>, Screenshot)>,
    actions: Vec<Timed>,
    /// Actions that have not ended, by their id.
    open_actions: HashMap<Box<str>, usize>,
    /// Console messages whose object was created but not yet reported, by their id.
    console_objects: HashMap<Box<str>, (ConsoleLevel, Span)>,
    /// The wall-clock time at which the trace began.
    began: Option<f64>,
}

#[derive(Debug)]
struct Timed {
    action: Action,
    start: Option<f64>,
    end: Option<f64>,
}

/// Whether lines of that type are appended to the session's bytes. DOM snapshots, which are most of
/// a trace, are not.
pub(super) fn is_wanted(kind: &[u8]) -> bool {
    matches!(
        kind,
        b"context-options"
            | b"before"
            | b"after"
            | b"action"
            | b"event"
            | b"object"
            | b"console"
            | b"screencast-frame"
    )
}

impl Events {
    /// Reads a line, which is at `span` of the session's bytes. Returns what is wrong with it.
    pub(super) fn take(&mut self, session: &mut Session, text: &[u8], span: Span) -> Option<&'static str> {
        let (line, fault) = Line::checked(text);
        self.line(session, &line, span);
        fault.map(|_| "its JSON is broken; what could be read of it is kept")
    }

    fn line(&mut self, session: &mut Session, line: &Line<'_>, span: Span) {
        match line.kind.as_str().unwrap_or_default() {
            "context-options" => self.context(session, line),
            "before" => self.before(session, line, span),
            "after" => self.after(line, span),
            "action" => self.complete_action(session, line, span),
            "console" => self.write(line.time, level(line.message_type.as_str()), span),
            "object" => {
                self.remember(line.class.as_str(), line.guid.as_str(), line.initializer.0.as_ref(), span);
            }
            "event" => self.event(line, span),
            "screencast-frame" => self.picture(line),
            _ => {}
        }
    }

    fn context(&mut self, session: &mut Session, line: &Line<'_>) {
        self.began = self.began.or(line.wall_time.get().filter(|wall| *wall > 0.0));
        let version = line.version.get().unwrap_or_default();
        if !KNOWN_VERSIONS.contains(&version) {
            let text = format!(
                "the trace has version {version}, which is not known here ({} to {} are): what looks familiar is shown",
                KNOWN_VERSIONS.start(),
                KNOWN_VERSIONS.end()
            );
            session.notes.push("context-options", None, text);
        }
        self.clock.observe(line.wall_time.get(), line.monotonic_time.get());
        // The test runner's trace, which is read last, does not name a browser.
        let known = std::mem::take(&mut session.producer);
        session.producer = Producer {
            name: "Playwright".to_owned(),
            version: line.playwright_version.filled().map_or(known.version, str::to_owned),
            browser: line.browser_name.filled().map(str::to_owned).or(known.browser),
        };
        session.title = session.title.take().or_else(|| line.title.filled().map(str::to_owned));
        let agent = line.options.0.as_ref().and_then(|options| options.user_agent.filled());
        session.user_agent = session.user_agent.take().or_else(|| agent.map(str::to_owned));
    }

    fn before(&mut self, session: &mut Session, line: &Line<'_>, span: Span) {
        // Up to version 6 an action has times of both clocks.
        self.clock.observe(line.wall_time.get(), line.start_time.get());
        let name = line.api_name.filled().or(line.title.filled());
        let title = title_of(name, line.class.filled(), line.method.filled());
        let target = target_of(&title, line.params.0.as_ref());
        visit(session, line.method.as_str(), line.params.0.as_ref());
        if let Some(id) = line.call_id.filled() {
            self.open_actions.insert(id.into(), self.actions.len());
        }
        self.actions.push(Timed {
            action: action(title, target, span),
            start: line.start_time.get(),
            end: None,
        });
    }

    fn after(&mut self, line: &Line<'_>, span: Span) {
        let index = line.call_id.filled().and_then(|id| self.open_actions.remove(id));
        if let Some(timed) = index.and_then(|index| self.actions.get_mut(index)) {
            timed.end = end(line.end_time);
            timed.action.has_failed = line.error.0.is_some();
            timed.action.end_source = Some(span);
        }
    }

    fn complete_action(&mut self, session: &mut Session, line: &Line<'_>, span: Span) {
        let nothing = Metadata::default();
        let metadata = line.metadata.0.as_ref().unwrap_or(&nothing);
        self.clock.observe(metadata.wall_time.get(), metadata.start_time.get());
        let title = title_of(metadata.api_name.filled(), metadata.class.filled(), metadata.method.filled());
        let target = target_of(&title, metadata.params.0.as_ref());
        visit(session, metadata.method.as_str(), metadata.params.0.as_ref());
        let action = Action { has_failed: metadata.error.0.is_some(), ..action(title, target, span) };
        self.actions.push(Timed { action, start: metadata.start_time.get(), end: end(metadata.end_time) });
    }

    /// Up to version 5 a console message is an object that is created first, and reported by a
    /// later event.
    fn event(&mut self, line: &Line<'_>, span: Span) {
        // In version 3 the fields of an event are in its metadata.
        let (method, params, time) = match &line.metadata.0 {
            Some(metadata) => {
                self.clock.observe(metadata.wall_time.get(), metadata.start_time.get());
                (&metadata.method, &metadata.params, metadata.start_time)
            }
            None => (&line.method, &line.params, line.time),
        };
        let params = params.0.as_ref();
        match method.as_str() {
            Some("__create__") => {
                let Some(params) = params else { return };
                let initializer = params.initializer.0.as_ref();
                self.remember(params.class.as_str(), params.guid.as_str(), initializer, span);
            }
            Some("console") => {
                let message = params.and_then(|params| params.message.0.as_ref());
                let known = message.and_then(|message| self.console_objects.remove(message.guid.as_str()?));
                let (level, source) = known.unwrap_or((ConsoleLevel::Log, span));
                self.write(time, level, source);
            }
            Some("pageError") => self.write(time, ConsoleLevel::Exception, span),
            _ => {}
        }
    }

    fn remember(
        &mut self,
        class: Option<&str>,
        guid: Option<&str>,
        initializer: Option<&Initializer<'_>>,
        span: Span,
    ) {
        if let (Some("ConsoleMessage"), Some(guid)) = (class, guid) {
            let level = level(initializer.and_then(|initializer| initializer.kind.as_str()));
            self.console_objects.insert(guid.into(), (level, span));
        }
    }

    fn write(&mut self, time: Number, level: ConsoleLevel, source: Span) {
        self.console.push((time.get(), ConsoleEntry { time: None, level, source }));
    }

    fn picture(&mut self, line: &Line<'_>) {
        let older = || line.sha1.filled().map(|name| format!("resources/{name}"));
        let path = line.file.filled().map(str::to_owned).or_else(older);
        let Some(path) = path.filter(|path| is_within_directory(path)) else { return };
        let side = |number: Number| number.as_u64().and_then(|side| u32::try_from(side).ok());
        let picture =
            Screenshot { time: None, path: path.into(), size: side(line.width).zip(side(line.height)) };
        self.pictures.push((line.timestamp.get(), picture));
    }

    /// Adds the content of the trace to the session, in wall-clock time, and returns the trace's
    /// clock.
    pub(super) fn finish(mut self, session: &mut Session, file: &str) -> Clock {
        self.estimate_clock(session, file);
        let clock = self.clock;
        for (time, entry) in self.console {
            let entry = ConsoleEntry { time: clock.time(time), ..entry };
            include_time(session, entry.time);
            session.console.push(entry);
        }
        for (time, picture) in self.pictures {
            let picture = Screenshot { time: clock.time(time), ..picture };
            include_time(session, picture.time);
            session.screenshots.push(picture);
        }
        for timed in self.actions {
            let action =
                Action { start: clock.time(timed.start), end: clock.time(timed.end), ..timed.action };
            include_time(session, action.start);
            include_time(session, action.end);
            session.actions.push(action);
        }
        clock
    }
}

impl Events {
    /// If no line has times of both clocks, the earliest event is assumed to be the start of the
    /// trace.
    fn estimate_clock(&mut self, session: &mut Session, file: &str) {
        let console = self.console.iter().map(|(time, _)| *time);
        let pictures = self.pictures.iter().map(|(time, _)| *time);
        let times = console.chain(pictures).chain(self.actions.iter().map(|timed| timed.start));
        let Some(first) = times.flatten().reduce(f64::min).filter(|_| !self.clock.is_known()) else { return };
        self.clock.observe(self.began, Some(first));
        let text = if self.clock.is_known() {
            "the times of console, actions and pictures are estimated: the trace does not relate its clock to the time of day"
        } else {
            "console, actions and pictures have no times: the trace does not relate its clock to the time of day"
        };
        session.notes.push(file, None, text);
    }
}

/// Extends the session to a time.
fn include_time(session: &mut Session, time: Option<EpochMs>) {
    let Some(time) = time else { return };
    session.started_at = Some(session.started_at.filter(|start| *start <= time).unwrap_or(time));
    session.extend_to(Some(time));
}

/// The end of an action. Playwright writes 0 if it had not ended.
fn end(time: Number) -> Option<f64> {
    time.get().filter(|time| *time != 0.0)
}

fn level(name: Option<&str>) -> ConsoleLevel {
    ConsoleLevel::from_name(name.unwrap_or_default())
}

fn action(title: Box<str>, target: Box<str>, source: Span) -> Action {
    Action { title, target, start: None, end: None, has_failed: false, source, end_source: None }
}

fn title_of(name: Option<&str>, class: Option<&str>, method: Option<&str>) -> Box<str> {
    match (name, class, method) {
        (Some(name), ..) => name.into(),
        (None, Some(class), Some(method)) => format!("{class}.{method}").into(),
        (None, class, method) => class.or(method).unwrap_or_default().into(),
    }
}

/// Maximum number of characters of a selector or URL in the list of actions.
const MAX_TARGET_CHARS: usize = 500;

/// The target of an action: its selector, both selectors of a drag, or its URL. Empty if the title
/// contains it.
fn target_of(title: &str, params: Option<&Params<'_>>) -> Box<str> {
    let Some(params) = params else { return Box::default() };
    let drag = params.source.filled().zip(params.target.filled());
    let drag = drag.map(|(source, target)| format!("{source} → {target}"));
    let named = params.selector.filled().or(params.url.filled());
    let target = drag.or_else(|| named.map(str::to_owned)).filter(|target| !title.contains(target.as_str()));
    target.unwrap_or_default().chars().take(MAX_TARGET_CHARS).collect::<String>().into()
}

/// The URL of the first navigation, which is that of the page.
fn visit(session: &mut Session, method: Option<&str>, params: Option<&Params<'_>>) {
    let url = params.and_then(|params| params.url.filled()).filter(|_| method == Some("goto"));
    if let (Some(url), true) = (url, session.pages.is_empty()) {
        session.pages.push(Page { url: url.to_owned(), ..Page::default() });
    }
}
