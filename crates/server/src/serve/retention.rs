//! How long sessions are kept, by project.

use std::collections::HashMap;
use std::str::FromStr;
use std::time::Duration;

use store::Project;

use crate::Failure;
use crate::selection::duration;

/// In place of an age: sessions are not deleted for theirs.
const FOREVER: &str = "forever";

/// A value of `--keep`: an age, for one project or for all without an age of their own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeepRule {
    project: Option<Project>,
    /// `None` for ever.
    age: Option<Duration>,
}

impl FromStr for KeepRule {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (project, age) = match text.split_once('=') {
            Some((project, age)) => {
                let project = project.trim().parse();
                (Some(project.map_err(|error| format!("the project's name {error}"))?), age.trim())
            }
            None => (None, text.trim()),
        };
        let age = if age == FOREVER { None } else { Some(duration(age)?) };
        Ok(Self { project, age })
    }
}

/// The ages at which sessions are deleted.
#[derive(Debug, Default)]
pub(super) struct Retention {
    default: Option<Duration>,
    by_project: HashMap<Project, Option<Duration>>,
}

impl Retention {
    /// # Errors
    /// If something is said twice.
    pub(super) fn new(rules: &[KeepRule]) -> Result<Self, Failure> {
        let twice = |what: &str| Failure::Argument(format!("--keep has two times for {what}."));
        let mut retention = Self::default();
        let mut has_default = false;
        for KeepRule { project, age } in rules {
            match project {
                None if has_default => return Err(twice("all projects")),
                None => (retention.default, has_default) = (*age, true),
                Some(project) => {
                    if retention.by_project.insert(project.clone(), *age).is_some() {
                        return Err(twice(project.as_str()));
                    }
                }
            }
        }
        Ok(retention)
    }

    /// The age at which the sessions of a project are deleted, if they are.
    pub(super) fn max_age(&self, project: &Project) -> Option<Duration> {
        self.by_project.get(project).copied().unwrap_or(self.default)
    }

    /// The shortest of all ages.
    pub(super) fn shortest(&self) -> Option<Duration> {
        self.by_project.values().chain([&self.default]).copied().flatten().min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: Duration = Duration::from_secs(24 * 60 * 60);

    fn retention(rules: &[&str]) -> Result<Retention, Failure> {
        let rules: Vec<KeepRule> = rules.iter().map(|rule| rule.parse().expect("a rule")).collect();
        Retention::new(&rules)
    }

    #[test]
    fn a_project_has_its_own_age_or_that_of_all() {
        let retention = retention(&["30days", "shop=7days", "audit=forever"]).expect("they are valid");
        let max_age = |project: &str| retention.max_age(&project.parse().expect("a name"));
        assert_eq!(
            (max_age("shop"), max_age("audit"), max_age("other")),
            (Some(7 * DAY), None, Some(30 * DAY))
        );
        assert_eq!(retention.shortest(), Some(7 * DAY));
    }

    #[test]
    fn without_a_rule_sessions_are_kept() {
        let retention = retention(&["shop=7days"]).expect("it is valid");
        assert_eq!(retention.max_age(&"other".parse().expect("a name")), None);
        assert_eq!(Retention::default().shortest(), None);
    }

    #[test]
    fn what_is_ambiguous_is_refused() {
        for text in ["", "shop", "SHOP=7days", "=7days", "shop=", "shop=never"] {
            assert!(text.parse::<KeepRule>().is_err(), "{text}");
        }
        assert!(retention(&["1day", "2days"]).is_err());
        assert!(retention(&["shop=1day", "shop=2days"]).is_err());
    }
}
