//! What looks wrong in a recorded session, judged from the recording alone: no browser, no clock.
//!
//! Each rule is one file in [`rules`](RULES) with its thresholds, its tests, and the public case
//! that motivates it. `docs/findings.md` lists them.
//!
//! - [`Runner`] applies the rules over rows and the console, in slices.
//! - [`SocketRunner`] applies the rules over messages to one socket whose messages are loaded.
//! - A [`Report`] holds what they found, and what could not be judged and why.
//!
//! A [`Finding`] is plain data; its sentences are made when they are shown. Memory is bounded: each
//! rule follows at most [`MAX_GROUPS`] groups and reports at most [`MAX_FINDINGS_PER_RULE`].

#![warn(unreachable_pub)]

mod console;
mod details;
mod endpoint;
mod failure;
mod finding;
mod groups;
mod report;
mod rule;
mod rules;
mod runner;
mod socket_runner;
#[cfg(test)]
mod testing;
mod token;
mod url;

pub use finding::{Finding, MAX_FURTHER, Severity, Subject};
pub use groups::MAX_GROUPS;
pub use report::{MAX_FINDINGS_PER_RULE, Report, Unjudged};
pub use rule::{RULES, RuleInfo, Scope, rule};
pub use runner::Runner;
pub use socket_runner::{SocketInput, SocketRunner};
