//! Tests over real recordings, where `REPLAYSCOPE_CORPUS` names a folder of them.

mod recordings;
mod rrweb;
mod table;
