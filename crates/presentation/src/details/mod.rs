//! The details of a request.

mod cookies;
mod redirects;
mod timing;
mod web_token;

pub use cookies::{Cookies, SetCookie};
pub(crate) use cookies::{pairs, set_cookies};
pub use redirects::{Redirects, redirects};
pub use timing::{timing_note, timing_total};
pub use web_token::{WebToken, web_tokens};
