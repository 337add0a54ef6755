//! The details of a request.

mod cookies;
mod redirects;
mod server_timing;
mod timing;
mod web_token;

pub use cookies::{Cookies, SetCookie};
pub(crate) use cookies::{pairs, set_cookies};
pub use redirects::{Redirects, redirects};
pub use server_timing::{ServerMetric, ServerMetrics};
pub use timing::{timing_note, timing_total};
pub use web_token::{WebToken, web_tokens};
