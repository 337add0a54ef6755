//! Small inputs of the kinds that users report, where `REPLAYSCOPE_CASES` names a folder of them,
//! and further inputs of the same kinds. Each test states what is right.

mod detection;
mod streams;
mod times;
mod values;
