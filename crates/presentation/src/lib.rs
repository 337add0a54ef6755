//! What to show of a session, without showing it: a module for each part of the screen, and those
//! that several of them use. Nothing here knows a browser, a clock or a wall-clock time zone; the
//! app turns what these modules return into elements.

pub mod around;
pub mod connection;
pub mod console;
pub mod details;
pub mod events;
pub mod labels;
pub mod messages;
pub mod network;
pub mod pane_shares;
pub mod recents;
pub mod replay;
pub mod saved_filters;
pub mod sort;
#[cfg(test)]
mod testing;
pub mod time;
pub mod time_scale;
pub mod timeline;
pub mod toggles;
pub mod view_state;
pub mod virtual_list;
