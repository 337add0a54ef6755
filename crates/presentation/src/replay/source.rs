//! What there is to replay of the page, or why there is nothing.

use session::model::{DomEventKind, EpochMs, ReplaySource, Session};

/// What there is to replay of the page.
#[derive(Clone, Debug, PartialEq)]
pub enum Replay {
    /// DOM events from which a player rebuilds the page, in at least one window.
    Events(Vec<ReplayWindow>),
    /// Screenshots of the page.
    Screenshots,
    /// Nothing, with the reason as a sentence.
    Unavailable(String),
}

/// A browser window or tab that can be replayed: it has a full snapshot to start from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ReplayWindow {
    /// Its index among the windows of the session's DOM events.
    pub window: u16,
    /// Number of its events.
    pub events: usize,
    /// Its first full snapshot; `None` where that has no time. What was recorded before it cannot
    /// be shown.
    pub first_snapshot: Option<EpochMs>,
    /// Its last event.
    pub end: Option<EpochMs>,
}

/// What there is to replay of the page. Windows are in the order in which the recording names them.
pub fn replay(session: &Session) -> Replay {
    let windows = windows(session);
    if !windows.is_empty() {
        return Replay::Events(windows);
    }
    if session.screenshots.is_empty() {
        Replay::Unavailable(unavailable_reason(session))
    } else {
        Replay::Screenshots
    }
}

fn windows(session: &Session) -> Vec<ReplayWindow> {
    let empty =
        |window: usize| ReplayWindow { window: window as u16, events: 0, first_snapshot: None, end: None };
    let mut windows: Vec<(ReplayWindow, bool)> =
        (0..session.dom_events.windows().len()).map(|window| (empty(window), false)).collect();
    for event in session.dom_events.iter() {
        let Some((window, has_snapshot)) = windows.get_mut(usize::from(event.window)) else { continue };
        window.events += 1;
        window.end = latest(window.end, event.time);
        if event.kind == DomEventKind::FullSnapshot {
            window.first_snapshot = earliest(window.first_snapshot, event.time);
            *has_snapshot = true;
        }
    }
    windows.into_iter().filter(|(_, has_snapshot)| *has_snapshot).map(|(window, _)| window).collect()
}

fn latest(known: Option<EpochMs>, new: Option<EpochMs>) -> Option<EpochMs> {
    known.zip(new).map(|(known, new)| known.later(new)).or(known).or(new)
}

fn earliest(known: Option<EpochMs>, new: Option<EpochMs>) -> Option<EpochMs> {
    known.zip(new).map(|(known, new)| if new < known { new } else { known }).or(known).or(new)
}

fn unavailable_reason(session: &Session) -> String {
    if !session.dom_events.is_empty() {
        return "Cannot replay: the recording has no full DOM snapshot".to_owned();
    }
    let is_off = session.capture.is_some_and(|capture| !capture.has_dom);
    let format = session.format;
    match format.capabilities().replay {
        ReplaySource::None => {
            format!("A {} contains requests only: the page was not recorded", format.noun())
        }
        ReplaySource::Screenshots => format!("The {} was recorded without screenshots", format.noun()),
        ReplaySource::Events { .. } if is_off => "The recorder was set not to record the page".to_owned(),
        ReplaySource::Events { file: Some(file) } => {
            format!("No page events were opened with the requests: {} stores them in {file}", format.name())
        }
        ReplaySource::Events { file: None } => "The recording has no page events".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::format_of;
    use session::model::{Capture, DomEvent, Screenshot, Span};

    fn session(format: &str) -> Session {
        Session { format: format_of(format), ..Session::default() }
    }

    fn add(session: &mut Session, window: &str, kind: DomEventKind, ms: Option<f64>) {
        let window = session.dom_events.window(window);
        let time = ms.and_then(EpochMs::new);
        session.dom_events.push(DomEvent { time, kind, source: Span::default(), window });
    }

    #[test]
    fn windows_with_a_full_snapshot_can_be_watched() {
        let mut session = session("rrweb");
        add(&mut session, "a", DomEventKind::Meta, Some(1.0));
        add(&mut session, "b", DomEventKind::Incremental, Some(90.0));
        add(&mut session, "b", DomEventKind::FullSnapshot, Some(30.0));
        add(&mut session, "b", DomEventKind::FullSnapshot, Some(20.0));
        add(&mut session, "c", DomEventKind::FullSnapshot, None);
        let time = EpochMs::new;
        let expected = [
            ReplayWindow { window: 1, events: 3, first_snapshot: time(20.0), end: time(90.0) },
            ReplayWindow { window: 2, events: 1, first_snapshot: None, end: None },
        ];
        assert_eq!(replay(&session), Replay::Events(expected.to_vec()));
    }

    #[test]
    fn pictures_stand_in_for_events() {
        let mut session = session("Playwright trace");
        session.screenshots.push(Screenshot { time: None, path: "a.jpeg".into(), size: None });
        assert_eq!(replay(&session), Replay::Screenshots);
    }

    #[test]
    fn an_unavailable_replay_states_the_reason() {
        let why = |session: &Session| match replay(session) {
            Replay::Unavailable(why) => why,
            other => panic!("{other:?}"),
        };
        assert!(why(&session("HAR")).contains("A HAR contains requests only"));
        assert!(why(&session("Playwright trace")).contains("without screenshots"));
        assert!(why(&session("Highlight")).contains("session-contents-compressed"));
        assert!(why(&session("Replayscope session")).contains("no page events"));
        let off = Session { capture: Some(Capture::default()), ..session("Replayscope session") };
        assert!(why(&off).contains("was set not to record the page"));
        let mut changes = session("Replayscope session");
        add(&mut changes, "", DomEventKind::Incremental, Some(1.0));
        assert_eq!(why(&changes), "Cannot replay: the recording has no full DOM snapshot");
    }
}
