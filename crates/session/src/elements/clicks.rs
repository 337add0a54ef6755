//! Rage clicks and dead clicks, by rules with stated thresholds.

use crate::model::{EpochMs, Session};

/// Number of clicks that make a rage click. This and the next two are the values with which
/// posthog-js recognizes one (`rageclick` of its configuration).
const RAGE_CLICKS: usize = 3;
/// Longest time between two of these clicks, in ms.
const RAGE_INTERVAL_MS: f64 = 1_000.0;
/// Longest distance between two of these clicks where they are not on the same element, in CSS
/// pixels.
const RAGE_DISTANCE_PX: f64 = 30.0;
/// A click that follows another sooner is the same press, in ms: a browser repeats the click on a
/// label for the field that it labels.
const SAME_PRESS_MS: f64 = 20.0;
/// Time without any reaction after which a click is dead, in ms: that of Sentry's replay.
pub(super) const DEAD_AFTER_MS: f64 = 7_000.0;
/// Maximum number of clicks that are judged.
const MAX_CLICKS: usize = 200_000;

/// What is remarkable about a click.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ClickMarks {
    /// One of at least three clicks in short succession on the same element or close to each other.
    pub is_rage: bool,
    /// A click on a control after which nothing happened that is recorded.
    pub is_dead: bool,
}

/// A click.
#[derive(Clone, Copy, Debug)]
pub(super) struct Click {
    /// Where the source of its event begins.
    pub(super) source: u32,
    pub(super) window: u16,
    pub(super) time: EpochMs,
    /// The ID of the element that it names.
    pub(super) element: Option<u32>,
    pub(super) position: Option<(f64, f64)>,
    /// Whether it should change something that is recorded.
    pub(super) is_expected_to_act: bool,
    /// Whether repeated clicks select text.
    pub(super) is_for_typing: bool,
}

/// Judges the clicks of a recording, window by window, each in the order of time.
#[derive(Debug, Default)]
pub(super) struct ClickJudge {
    clicks: Vec<Click>,
    /// Indexes of the window's clicks after which nothing happened so far.
    unanswered: Vec<usize>,
    /// Indexes of the clicks after which nothing happened in their window.
    candidates: Vec<usize>,
    /// Whether the window has mutations: without any, they were not recorded.
    has_mutations: bool,
    /// Navigations in any window, which a click in another one may have caused.
    navigations: Vec<f64>,
}

impl ClickJudge {
    pub(super) fn click(&mut self, click: Click) {
        if self.clicks.len() >= MAX_CLICKS {
            return;
        }
        if click.is_expected_to_act {
            self.unanswered.push(self.clicks.len());
        }
        self.clicks.push(click);
    }

    /// Something happened in the window.
    pub(super) fn reaction(&mut self, time: EpochMs) {
        self.close_until(time.ms() - DEAD_AFTER_MS);
        self.unanswered.clear();
    }

    pub(super) fn mutation(&mut self, time: EpochMs) {
        self.has_mutations = true;
        self.reaction(time);
    }

    pub(super) fn navigation(&mut self, time: EpochMs) {
        self.navigations.push(time.ms());
        self.reaction(time);
    }

    /// The window ends: clicks less than the threshold before its end are not judged.
    pub(super) fn end_window(&mut self, end: Option<EpochMs>) {
        if let Some(end) = end {
            self.close_until(end.ms() - DEAD_AFTER_MS);
        }
        self.unanswered.clear();
        if !std::mem::take(&mut self.has_mutations) {
            let window = self.clicks.last().map(|click| click.window);
            self.candidates.retain(|index| self.clicks.get(*index).map(|click| click.window) != window);
        }
    }

    /// Nothing happened after the unanswered clicks until that time or before it.
    fn close_until(&mut self, ms: f64) {
        let clicks = &self.clicks;
        let is_closed = |index: &usize| clicks.get(*index).is_some_and(|click| click.time.ms() < ms);
        self.candidates.extend(self.unanswered.iter().copied().filter(is_closed));
    }

    /// The marks of the clicks that have any, with the positions of their sources.
    pub(super) fn finish(mut self, session: &Session) -> Vec<(u32, ClickMarks)> {
        let mut marks = vec![ClickMarks::default(); self.clicks.len()];
        for run in runs(&self.clicks) {
            marks.get_mut(run).into_iter().flatten().for_each(|marks| marks.is_rage = true);
        }
        let requests = session.records.iter().filter_map(|record| record.start).map(EpochMs::ms);
        let mut answers: Vec<f64> = requests.chain(std::mem::take(&mut self.navigations)).collect();
        answers.sort_by(f64::total_cmp);
        for index in &self.candidates {
            let Some((click, marks)) = self.clicks.get(*index).zip(marks.get_mut(*index)) else { continue };
            let time = click.time.ms();
            let next = answers.get(answers.partition_point(|answer| *answer < time));
            marks.is_dead = next.is_none_or(|next| *next > time + DEAD_AFTER_MS);
        }
        let marked = self.clicks.iter().zip(marks).filter(|(_, marks)| marks.is_rage || marks.is_dead);
        marked.map(|(click, marks)| (click.source, marks)).collect()
    }
}

/// The runs of clicks that are rage clicks, as ranges.
fn runs(clicks: &[Click]) -> Vec<std::ops::Range<usize>> {
    let mut runs: Vec<std::ops::Range<usize>> = Vec::new();
    let (mut start, mut presses) = (0, 0);
    for (index, click) in clicks.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|before| clicks.get(before));
        let gap =
            before.filter(|before| continues(before, click)).map(|before| (click.time - before.time).ms());
        if let Some(gap) = gap {
            presses += usize::from(gap >= SAME_PRESS_MS);
        } else {
            (start, presses) = (index, 1);
        }
        if presses >= RAGE_CLICKS {
            match runs.last_mut() {
                Some(run) if run.start == start => run.end = index + 1,
                _ => runs.push(start..index + 1),
            }
        }
    }
    runs
}

fn continues(before: &Click, click: &Click) -> bool {
    let gap = (click.time - before.time).ms();
    let is_soon = (0.0..=RAGE_INTERVAL_MS).contains(&gap) && click.window == before.window;
    let is_same = click.element.is_some() && click.element == before.element;
    let distance = click.position.zip(before.position).map(|(to, from)| (to.0 - from.0).hypot(to.1 - from.1));
    let is_close = distance.is_some_and(|distance| distance <= RAGE_DISTANCE_PX);
    is_soon && (is_same || is_close) && !(click.is_for_typing && before.is_for_typing)
}
