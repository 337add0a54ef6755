//! The conditions of a query, on the columns of a row group.

use std::sync::Arc;

use crate::column::{Matches, Texts};
use crate::file::Group;
use crate::fold::Needle;
use crate::query::{Cursor, Query, TimeBasis};
use crate::row::State;
use crate::schema::Column;
use crate::values::Values;

/// The columns in which [`Query::q`] is looked for.
const SEARCHED: [Column; 6] =
    [Column::Session, Column::Title, Column::PageUrls, Column::User, Column::Tags, Column::Release];

/// A part of the conditions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Those on times, the state and counts.
    Numbers,
    User,
    Url,
    Q,
}

/// A query, prepared for passing over rows.
#[derive(Debug)]
pub(crate) struct Filter {
    time_column: Column,
    from: Option<i64>,
    to: Option<i64>,
    url: Option<Needle>,
    user: Option<String>,
    q: Option<Needle>,
    errors: Option<u64>,
    sockets: Option<u64>,
    min: Option<u64>,
    max: Option<u64>,
    state: Option<State>,
    before: Option<Cursor>,
}

impl Filter {
    pub(crate) fn new(query: &Query, before: Option<Cursor>) -> Self {
        let at_least = |count: Option<u64>| count.filter(|count| *count > 0);
        Self {
            time_column: match query.time {
                TimeBasis::Started => Column::SortTime,
                TimeBasis::Received => Column::ReceivedFirst,
            },
            from: query.from,
            to: query.to,
            url: query.url.as_deref().and_then(Needle::new),
            user: query.user.clone().filter(|user| !user.is_empty()),
            q: query.q.as_deref().and_then(Needle::new),
            errors: at_least(query.errors),
            sockets: at_least(query.sockets),
            min: at_least(query.min),
            max: query.max,
            state: query.state,
            before,
        }
    }

    /// Whether a row group can have rows that meet the conditions.
    pub(crate) fn may_match(&self, group: &Group) -> bool {
        let times = match self.time_column {
            Column::ReceivedFirst => &group.received_first,
            _ => &group.sort_time,
        };
        let reaches = |min: Option<u64>, max: Option<i64>| {
            min.is_none_or(|min| max.and_then(|max| u64::try_from(max).ok()).is_some_and(|max| max >= min))
        };
        self.from.is_none_or(|from| *times.end() >= from)
            && self.to.is_none_or(|to| *times.start() < to)
            && self.before.is_none_or(|before| *group.sort_time.start() <= before.time)
            && reaches(self.errors, group.errors)
            && reaches(self.sockets, group.sockets)
    }

    /// The steps in which conditions are applied, with the columns that each needs: those that take
    /// longer to read come later, for row groups that have rows left by then.
    pub(crate) fn steps(&self) -> Vec<(Step, Vec<Column>)> {
        let mut numbers = vec![Column::SortTime, Column::State];
        let mut need = |is_needed: bool, columns: &[Column]| {
            if is_needed {
                numbers.extend(columns);
            }
        };
        let has_times = self.from.is_some() || self.to.is_some();
        need(has_times && self.time_column != Column::SortTime, &[self.time_column]);
        need(self.errors.is_some(), &[Column::Errors]);
        need(self.sockets.is_some(), &[Column::Sockets]);
        need(self.min.is_some() || self.max.is_some(), &[Column::Started, Column::Ended]);
        let has_conditions = numbers.len() > 2 || has_times || self.state.is_some() || self.before.is_some();
        let numbers = (Step::Numbers, numbers);
        let mut steps = Vec::new();
        if self.user.is_some() {
            steps.push((Step::User, vec![Column::User]));
        }
        if self.url.is_some() {
            steps.push((Step::Url, vec![Column::PageUrls]));
        }
        if self.q.is_some() {
            steps.push((Step::Q, SEARCHED.to_vec()));
        }
        // Where it only leaves out deleted sessions, most row groups have no rows left by then.
        let place = if has_conditions { 0 } else { steps.len() };
        steps.insert(place, numbers);
        steps
    }

    /// Whether a step may find rows by the texts of a column; `false` is certain.
    pub(crate) fn may_find(&self, step: Step, values: &Values) -> bool {
        match (self.needle(step), values) {
            (Some(needle), Values::Haystack(haystack)) => haystack.may_contain(needle),
            _ => true,
        }
    }

    /// The text that a step looks for.
    pub(crate) fn needle(&self, step: Step) -> Option<&Needle> {
        match step {
            Step::Url => self.url.as_ref(),
            Step::Q => self.q.as_ref(),
            Step::Numbers | Step::User => None,
        }
    }

    /// Keeps the indices of rows that meet the conditions of a step, by those of its columns that may have what it looks
    /// for. Of [`Query::before`] only the time is compared.
    pub(crate) fn apply(&self, step: Step, columns: &Columns, rows: Vec<u32>) -> Vec<u32> {
        let mut rows = Rows(rows);
        match step {
            Step::Numbers => self.apply_numbers(columns, &mut rows),
            Step::User => {
                if let (Some(user), Some(users)) = (&self.user, columns.texts(Column::User)) {
                    rows.retain_matches(users.equal_to(user.as_bytes()));
                }
            }
            Step::Url => {
                if let Some(url) = &self.url {
                    let found = columns.containing(Column::PageUrls, url);
                    rows.retain_any(&found.into_iter().collect::<Vec<_>>());
                }
            }
            Step::Q => {
                if let Some(q) = &self.q {
                    let found = SEARCHED.iter().filter_map(|column| columns.containing(*column, q));
                    rows.retain_any(&found.collect::<Vec<_>>());
                }
            }
        }
        rows.0
    }

    fn apply_numbers(&self, columns: &Columns, rows: &mut Rows) {
        let (Some(times), Some(states)) = (columns.get(Column::SortTime), columns.texts(Column::State))
        else {
            rows.0.clear();
            return;
        };
        if let Some(before) = self.before {
            rows.retain(|row| times.number(row).is_some_and(|time| time <= before.time));
        }
        if let Some(times) = columns.get(self.time_column).filter(|_| self.from.or(self.to).is_some()) {
            let (from, to) = (self.from.unwrap_or(i64::MIN), self.to.unwrap_or(i64::MAX));
            rows.retain(|row| times.number(row).is_some_and(|time| from <= time && time < to));
        }
        self.retain_state(states, rows);
        self.retain_counts(columns, rows);
    }

    fn retain_state(&self, states: &Texts, rows: &mut Rows) {
        if let Some(state) = self.state {
            rows.retain_matches(states.equal_to(state.name().as_bytes()));
        }
        if let Some(deleted) = states.equal_to(State::Deleted.name().as_bytes()) {
            rows.retain(|row| !deleted.contains(row));
        }
    }

    fn retain_counts(&self, columns: &Columns, rows: &mut Rows) {
        let counts = [(self.errors, Column::Errors), (self.sockets, Column::Sockets)];
        for (min, column) in counts {
            if let (Some(min), Some(counts)) = (min, columns.get(column)) {
                let reaches = |count: i64| u64::try_from(count).is_ok_and(|count| count >= min);
                rows.retain(|row| counts.number(row).is_some_and(reaches));
            }
        }
        let durations = (columns.get(Column::Started), columns.get(Column::Ended));
        if let (Some(started), Some(ended)) = durations {
            let (min, max) = (self.min.unwrap_or(0), self.max.unwrap_or(u64::MAX));
            rows.retain(|row| {
                let times = ended.number(row).zip(started.number(row));
                let duration = times.and_then(|(ended, started)| ended.checked_sub(started));
                let duration = duration.and_then(|duration| u64::try_from(duration).ok());
                duration.is_some_and(|duration| (min..=max).contains(&duration))
            });
        }
    }
}

/// Indices of rows that have met all conditions so far.
struct Rows(Vec<u32>);

impl Rows {
    fn retain(&mut self, mut meets: impl FnMut(usize) -> bool) {
        self.0.retain(|row| meets(*row as usize));
    }

    fn retain_matches(&mut self, matches: Option<Matches<'_>>) {
        match matches {
            Some(matches) => self.retain(|row| matches.contains(row)),
            None => self.0.clear(),
        }
    }

    fn retain_any(&mut self, matches: &[Found<'_>]) {
        if matches.is_empty() {
            self.0.clear();
        }
        self.retain(|row| matches.iter().any(|found| found.contains(row)));
    }
}

/// Where a text was found.
enum Found<'a> {
    InTexts(Matches<'a>),
    InLists(&'a crate::column::TextLists, Matches<'a>),
}

impl Found<'_> {
    fn contains(&self, row: usize) -> bool {
        match self {
            Self::InTexts(matches) => matches.contains(row),
            Self::InLists(lists, matches) => lists.item_range(row).any(|item| matches.contains(item)),
        }
    }
}

/// Columns of a row group.
#[derive(Debug)]
pub(crate) struct Columns(pub(crate) Vec<(Column, Arc<Values>)>);

impl Columns {
    pub(crate) fn get(&self, column: Column) -> Option<&Values> {
        let found = self.0.iter().find(|(found, _)| *found == column);
        found.map(|(_, values)| values.as_ref())
    }

    pub(crate) fn shared(&self, column: Column) -> Option<Arc<Values>> {
        self.0.iter().find(|(found, _)| *found == column).map(|(_, values)| Arc::clone(values))
    }

    fn texts(&self, column: Column) -> Option<&Texts> {
        match self.get(column)? {
            Values::Texts(texts) => Some(texts),
            Values::Sessions(sessions) => Some(&sessions.ids),
            _ => None,
        }
    }

    fn containing(&self, column: Column, needle: &Needle) -> Option<Found<'_>> {
        match self.get(column)? {
            Values::TextLists(lists) => {
                lists.items().containing(needle).map(|matches| Found::InLists(lists, matches))
            }
            _ => self.texts(column)?.containing(needle).map(Found::InTexts),
        }
    }
}
