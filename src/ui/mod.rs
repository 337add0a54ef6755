//! Parts that know nothing of sessions.

mod copy;
mod dialog;
mod download;
mod fields;
mod filter_box;
mod grid;
mod hex;
mod icon;
mod lines;
mod long_list;
mod markup;
mod notice;
mod payload;
mod rows;
mod splitter;
mod tabs;
mod text;
mod toggles;
mod tree;
mod value;
mod wrap;

pub use copy::{CopyButton, copy_text};
pub use dialog::ModalDialog;
pub use download::download_blob;
pub use fields::{Fields, LongFields};
pub use filter_box::FilterBox;
pub use grid::{Grid, GridKey, grid_cell, grid_header, grid_row, is_on};
pub use icon::{Icon, IconName};
pub use long_list::{LongList, MAX_WHOLE_LIST};
pub use markup::Markup;
pub use notice::{Alert, EmptyState};
pub use payload::PayloadView;
pub use splitter::{Axis, Splitter};
pub use tabs::{Tab, Tabs};
pub use toggles::GroupToggles;
pub use value::{ValueView, WordsView};
