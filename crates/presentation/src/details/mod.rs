//! The details of a request.

mod cookies;
mod http_body;
mod redirects;
mod server_timing;
mod source_map;
mod timing;
mod web_token;

pub use cookies::{Cookies, SetCookie};
pub(crate) use cookies::{pairs, set_cookies};
pub use http_body::{BodySide, decode_body, decode_query, grpc_status};
pub use redirects::{Redirects, redirects};
pub use server_timing::{ServerMetric, ServerMetrics};
pub use source_map::{SourceMap, source_map};
pub use timing::{timing_note, timing_total};
pub use web_token::{WebToken, web_tokens};
