//! The rules of Playwright traces.

mod dates;
mod details;
mod trace;
