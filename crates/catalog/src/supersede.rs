//! Finds, for some rows, whether another row of the same session counts instead.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::Arc;

use futures::{StreamExt, TryStreamExt, stream};

use crate::catalog::Inner;
use crate::file::Group;
use crate::hash::HashSet;
use crate::listing::{OpenFile, Snapshot};
use crate::name::Ulid;
use crate::page::Candidate;
use crate::read::Failure;
use crate::row::State;
use crate::schema::Column;
use crate::values::Values;

/// Generation, last receipt, state: as [`Row::rank`](crate::Row).
type Rank = (i64, i64, State);
/// Where a row is. Of rows of the same rank, the one of the first place counts.
type Place = (Ulid, usize, u32);

/// The candidates of one project.
struct Wanted<'a> {
    hashes: HashSet,
    /// Sorted by hash, with the index among all candidates.
    by_hash: Vec<(u64, usize)>,
    /// Sorted.
    sessions: Vec<&'a [u8]>,
}

impl<'a> Wanted<'a> {
    fn by_project(candidates: &'a [Candidate]) -> HashMap<&'a str, Self> {
        let mut by_project: HashMap<&str, Vec<usize>> = HashMap::new();
        for (index, candidate) in candidates.iter().enumerate() {
            by_project.entry(&candidate.file.listed.project).or_default().push(index);
        }
        let wanted = |indices: Vec<usize>| {
            let hash = |index: &usize| (candidates[*index].cursor.hash, *index);
            let mut by_hash: Vec<_> = indices.iter().map(hash).collect();
            by_hash.sort_unstable();
            let mut sessions: Vec<&[u8]> =
                indices.iter().map(|index| candidates[*index].session.as_ref()).collect();
            sessions.sort_unstable();
            let hashes = HashSet::new(by_hash.iter().map(|(hash, _)| *hash).collect());
            Self { hashes, by_hash, sessions }
        };
        by_project.into_iter().map(|(project, indices)| (project, wanted(indices))).collect()
    }

    /// Whether a row group can have a row of one of the sessions.
    fn may_match(&self, group: &Group) -> bool {
        let first = self.sessions.partition_point(|session| *session < group.sessions.start().as_ref());
        self.sessions.get(first).is_some_and(|session| *session <= group.sessions.end().as_ref())
    }

    /// The candidates of a hash.
    fn with_hash(&self, hash: u64) -> impl Iterator<Item = usize> {
        let first = self.by_hash.partition_point(|(other, _)| *other < hash);
        self.by_hash[first..].iter().take_while(move |(other, _)| *other == hash).map(|(_, index)| *index)
    }
}

/// A row of a candidate's session; the candidate itself is one, too.
struct Occurrence {
    candidate: usize,
    file: Arc<OpenFile>,
    group: usize,
    row: u32,
}

impl Occurrence {
    fn place(&self) -> Place {
        (self.file.listed.name, self.group, self.row)
    }
}

impl Inner {
    /// Whether each candidate is superseded by another row, of any file of the snapshot.
    pub(crate) async fn superseded(
        &self,
        snapshot: &Snapshot,
        candidates: &[Candidate],
        query: u64,
    ) -> Result<Vec<bool>, Failure> {
        let mut by_candidate: HashMap<usize, Vec<Occurrence>> = HashMap::new();
        for occurrence in self.occurrences(snapshot, candidates, query).await? {
            by_candidate.entry(occurrence.candidate).or_default().push(occurrence);
        }
        let mut superseded = vec![false; candidates.len()];
        let contested = by_candidate.into_iter().filter(|(_, occurrences)| occurrences.len() > 1);
        for (index, occurrences) in contested {
            let mut best: Option<(Rank, Reverse<Place>)> = None;
            for occurrence in &occurrences {
                let rank = self.rank(occurrence, query).await?;
                best = best.max(Some((rank, Reverse(occurrence.place()))));
            }
            let candidate = &candidates[index];
            let own = (candidate.file.listed.name, candidate.group, candidate.row);
            superseded[index] = best.is_some_and(|(_, Reverse(place))| place != own);
        }
        Ok(superseded)
    }

    async fn occurrences(
        &self,
        snapshot: &Snapshot,
        candidates: &[Candidate],
        query: u64,
    ) -> Result<Vec<Occurrence>, Failure> {
        let by_project = Wanted::by_project(candidates);
        let mut groups = Vec::new();
        for file in &snapshot.files {
            let Some(wanted) = by_project.get(file.listed.project.as_str()) else { continue };
            let indices = file.meta.groups.iter().enumerate();
            let indices = indices.filter(|(_, group)| wanted.may_match(group));
            groups.extend(indices.map(|(index, _)| (wanted, file, index)));
        }
        let searches = groups.into_iter().map(|(wanted, file, group)| async move {
            let columns = self.columns(file, group, &[Column::Session], query).await?;
            let Some(sessions) = columns.get(Column::Session) else { return Ok(Vec::new()) };
            Ok::<_, Failure>(find(wanted, candidates, file, group, sessions))
        });
        let searches: Vec<_> = searches.collect();
        stream::iter(searches).buffer_unordered(self.parallelism * 2).try_concat().await
    }

    async fn rank(&self, occurrence: &Occurrence, query: u64) -> Result<Rank, Failure> {
        const COLUMNS: [Column; 3] = [Column::Generation, Column::ReceivedLast, Column::State];
        let Occurrence { file, group, row, .. } = occurrence;
        let columns = self.columns(file, *group, &COLUMNS, query).await?;
        let number = |column| columns.get(column).and_then(|values| values.number(*row as usize));
        let state = columns.get(Column::State).and_then(|values| values.text(*row as usize));
        let state = state.and_then(|name| State::from_name(std::str::from_utf8(name).ok()?));
        let (generation, received) = (number(Column::Generation), number(Column::ReceivedLast));
        Ok((generation.unwrap_or(0), received.unwrap_or(0), state.unwrap_or_default()))
    }
}

/// The rows of a row group whose sessions are those of candidates.
fn find(
    wanted: &Wanted<'_>,
    candidates: &[Candidate],
    file: &Arc<OpenFile>,
    group: usize,
    sessions: &Values,
) -> Vec<Occurrence> {
    let mut found = Vec::new();
    for (row, hash) in sessions.hashes().iter().enumerate() {
        if !wanted.hashes.contains(*hash) {
            continue;
        }
        for candidate in wanted.with_hash(*hash) {
            if sessions.text(row) == Some(candidates[candidate].session.as_ref()) {
                found.push(Occurrence { candidate, file: Arc::clone(file), group, row: row as u32 });
            }
        }
    }
    found
}
