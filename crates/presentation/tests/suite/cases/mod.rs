//! Small inputs of the kinds that users report, where `REPLAYSCOPE_CASES` names a folder of them,
//! and further inputs of the same kinds: what is shown of them.

mod times;
mod values;
