//! The messages of two sockets, compared by event when that is asked for: their files are fetched
//! then.

use std::rc::Rc;

use compare::{EventDifference, EventState, MessageComparer, MessageComparison, SocketMessages};
use leptos::prelude::*;
use leptos::task::spawn_local;
use session::encodings::visible_line;
use session::formats::{LoadError, MessagesReader, Retry};
use session::model::{MessageLog, Record, format_count, plural};
use session::protocols::{Analyze, Handshake, Library, Sample, SocketEnd};

use super::labels::kind_label;
use super::panel::Panel;
use super::tables::section;
use crate::payload::Alert;
use crate::store::{SessionStore, SessionTab, TaskGuard, TaskHandle, TimeSlicer, state_link};

/// Messages between two looks at the clock.
const BATCH: usize = 64;
/// Most events that are listed.
const MAX_LISTED: usize = 200;
const MAX_NAME_CHARS: usize = 120;

/// How far the comparison of messages is.
#[derive(Clone)]
enum State {
    Idle,
    Running(&'static str),
    Ready(Rc<MessageComparison>),
    Failed(LoadError),
}

/// The messages of one side.
struct Loaded {
    session: SessionStore,
    /// The index of the row.
    row: u32,
    /// Of messages in a file of their own.
    reader: Option<MessagesReader>,
    analyzer: Option<Box<dyn Analyze>>,
}

/// The button that compares the messages, and what differs.
#[component]
pub(super) fn MessagesSection(panel: Panel, rows: (u32, u32)) -> impl IntoView {
    let state = RwSignal::new_local(State::Idle);
    let guard: StoredValue<Option<TaskGuard>, LocalStorage> = StoredValue::new_local(None);
    let start = move || {
        let Some((held, task)) = TaskGuard::new() else { return };
        guard.set_value(Some(held));
        state.set(State::Running("Loading the messages of the base…"));
        spawn_local(async move {
            let end = run(panel, rows, &task, state).await;
            if !task.is_canceled() {
                let _ = state.try_set(match end {
                    Ok(Some(compared)) => State::Ready(Rc::new(compared)),
                    Ok(None) => State::Idle,
                    Err(error) => State::Failed(error),
                });
            }
        });
    };
    let cancel = move || {
        guard.set_value(None);
        state.set(State::Idle);
    };
    on_cleanup(move || {
        let _ = guard.try_set_value(None);
    });
    let content = move || {
        match state.get() {
        State::Idle => view! {
            <button type="button" class="ui-button" on:click=move |_| start()>"Compare messages"</button>
        }
        .into_any(),
        State::Running(label) => view! {
            <div class="compare-progress">
                <div class="ui-progress ui-progress-unknown" role="progressbar" aria-label="Comparing messages" aria-valuetext=label>
                    <div class="ui-progress-bar"></div>
                </div>
                <span>{label}</span>
                <button type="button" class="ui-button" on:click=move |_| cancel()>"Cancel"</button>
            </div>
        }
        .into_any(),
        State::Failed(error) => {
            let retry = error.can_retry().then(|| Callback::new(move |()| start()));
            view! { <Alert what=error.what() remedy=error.remedy() place=error.place on_retry=retry /> }.into_any()
        }
        State::Ready(compared) => event_table(panel, rows.0, &compared),
    }
    };
    let remark = "by event and direction, the n-th message with the n-th".to_owned();
    section("Messages", remark, content.into_any())
}

async fn run(
    panel: Panel,
    (base, other): (u32, u32),
    task: &TaskHandle,
    state: RwSignal<State, LocalStorage>,
) -> Result<Option<MessageComparison>, LoadError> {
    let comparison = panel.comparison();
    let mut sides = Vec::new();
    let labels = ["Loading the messages of the base…", "Loading the messages of the other recording…"];
    for ((session, row), label) in
        [(comparison.base, base), (comparison.other, other)].into_iter().zip(labels)
    {
        let _ = state.try_set(State::Running(label));
        sides.push(load(panel, session, row, task).await?);
        if task.is_canceled() {
            return Ok(None);
        }
    }
    let _ = state.try_set(State::Running("Comparing the messages…"));
    let Some(library) = comparison.load_protocols().await else {
        let remedy = "Check the connection, then try again.";
        return Err(LoadError::new("A part of the app could not be loaded", "", remedy, Retry::Useful));
    };
    let mut slicer = TimeSlicer::default();
    for side in &mut sides {
        analyze(side, library, &mut slicer, task).await;
    }
    let mut comparer = MessageComparer::default();
    let [one, two] = sides.as_slice() else { return Ok(None) };
    loop {
        let has_more = one.with_messages(|base| two.with_messages(|other| comparer.step(base, other, BATCH)));
        if has_more.flatten() != Some(true) || task.is_canceled() {
            break;
        }
        slicer.yield_if_due().await;
    }
    Ok(Some(comparer.into_comparison()))
}

/// Fetches the messages of a row; those of the session itself are there.
async fn load(panel: Panel, session: SessionStore, row: u32, task: &TaskHandle) -> Result<Loaded, LoadError> {
    let file = session.with_untracked(|session| {
        let record = session.records.get(row as usize)?;
        let is_there = record.inline_messages().is_some();
        (!is_there).then(|| record.messages_file().cloned().ok_or(())).map(|file| (file, record.number))
    });
    let reader = match file {
        None => None,
        Some((Ok(file), _)) => Some(panel.comparison().load_messages(session, &file, task).await?),
        Some((Err(()), number)) => {
            let place = format!("row {number}");
            return Err(LoadError::new(
                "The messages of this socket were not recorded",
                place,
                "",
                Retry::Useless,
            ));
        }
    };
    Ok(Loaded { session, row, reader, analyzer: None })
}

/// Decodes the messages of a socket, as far as its protocol is known.
async fn analyze(
    side: &mut Loaded,
    library: &'static dyn Library,
    slicer: &mut TimeSlicer,
    task: &TaskHandle,
) {
    let analyzer = side.with_log(|record, log| {
        let handshake = Handshake::of(record)?;
        let sample = Sample::of(log);
        let protocol = library.recognize(&handshake, &sample).map(|found| found.protocol);
        Some(library.analyzer(protocol, &handshake, &sample, None))
    });
    let Some(mut analyzer) = analyzer.flatten() else { return };
    while side.with_log(|_, log| analyzer.advance(log, BATCH)) == Some(true) && !task.is_canceled() {
        slicer.yield_if_due().await;
    }
    side.with_log(|record, log| {
        let close = record.socket().and_then(|socket| socket.close());
        analyzer.finish(log, SocketEnd { is_closed: close.is_some(), time: record.end() });
    });
    side.analyzer = Some(analyzer);
}

impl Loaded {
    fn with_log<R>(&self, read: impl FnOnce(&Record, MessageLog<'_>) -> R) -> Option<R> {
        self.session.with_untracked(|session| {
            let record = session.records.get(self.row as usize)?;
            let log = match (&self.reader, record.inline_messages()) {
                (Some(reader), _) => reader.log(),
                (None, Some(columns)) => MessageLog { bytes: &session.bytes, columns },
                (None, None) => return None,
            };
            Some(read(record, log))
        })
    }

    fn with_messages<R>(&self, read: impl FnOnce(SocketMessages<'_>) -> R) -> Option<R> {
        self.with_log(|_, log| {
            read(SocketMessages { log, analysis: self.analyzer.as_deref().map(Analyze::analysis) })
        })
    }
}

fn event_table(panel: Panel, base: u32, compared: &MessageComparison) -> AnyView {
    let number = panel
        .comparison()
        .base
        .with_untracked(|session| session.records.get(base as usize).map(|record| record.number));
    let further = compared.events.len().saturating_sub(MAX_LISTED);
    let is_same = |event: &&EventDifference| event.state() == EventState::Same;
    let same = compared.events.iter().filter(is_same).count();
    let summary =
        format!("{}, {} the same", plural(compared.events.len() as u64, "event"), format_count(same as u64));
    // What differs first, each in order of occurrence.
    let (same, differing): (Vec<_>, Vec<_>) = compared.events.iter().partition(|event| is_same(event));
    let rows = differing
        .into_iter()
        .chain(same)
        .take(MAX_LISTED)
        .map(|event| event_row(event, number))
        .collect_view();
    view! {
        <p class="compare-after-table" role="status" aria-label="Messages compared">{summary}</p>
        <table class="compare-table" aria-label="Messages by event">
            <thead>
                <tr>
                    <th scope="col">"Event"</th>
                    <th scope="col">"Direction"</th>
                    <th scope="col">"Base"</th>
                    <th scope="col">"Compared with"</th>
                    <th scope="col">"Result"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
        {(further > 0).then(|| view! { <p class="compare-after-table">{format!("{} more not listed", format_count(further as u64))}</p> })}
        {(compared.omitted > 0).then(|| view! { <p class="compare-after-table">{format!("{} not compared: there are too many", plural(compared.omitted, "message"))}</p> })}
    }
    .into_any()
}

fn event_row(event: &EventDifference, row: Option<u32>) -> AnyView {
    let name = match (event.name.as_str(), event.is_heartbeat) {
        ("", true) => "heartbeat".to_owned(),
        ("", false) => "message".to_owned(),
        (name, true) => format!("{} (heartbeat)", visible_line(name, MAX_NAME_CHARS)),
        (name, false) => visible_line(name, MAX_NAME_CHARS).into_owned(),
    };
    let state = match event.state() {
        EventState::Same if event.is_heartbeat => "Same: heartbeats are not counted".to_owned(),
        EventState::Same if event.uncompared > 0 => {
            format!("Same, {} not compared", plural(event.uncompared.into(), "payload"))
        }
        EventState::Same => "Same".to_owned(),
        EventState::Missing => "Missing".to_owned(),
        EventState::Added => "Added".to_owned(),
        EventState::Changed if event.differing == 0 => "Another number of messages".to_owned(),
        EventState::Changed => {
            format!("{} of {}", plural(event.differing.into(), "other payload"), event.base.min(event.other))
        }
    };
    let first = event.first_differing.zip(row).map(|((message, _), row)| {
        let text = format!("first #{}", format_count(u64::from(message) + 1));
        view! { " · " {state_link(text, move |state| {
            state.tab = Some(SessionTab::Network.key().to_owned());
            state.select_row(Some(row));
            state.details_tab = None;
            state.selected_message = Some(message.saturating_add(1));
        })} }
    });
    let is_changed = event.state() != EventState::Same;
    view! {
        <tr class:compare-changed-row=is_changed>
            <th scope="row">{name}</th>
            <td>{kind_label(event.kind)}</td>
            <td class="compare-number">{format_count(event.base.into())}</td>
            <td class="compare-number">{format_count(event.other.into())}</td>
            <td>{state} {first}</td>
        </tr>
    }
    .into_any()
}
