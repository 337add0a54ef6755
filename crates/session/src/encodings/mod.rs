//! Decodes payloads: JSON, MessagePack, CBOR, Protocol Buffers and BSON as a tree, base64, bytes in
//! hexadecimal, images, event streams, and one-line previews.
//!
//! Each encoding is a file of its own.

pub mod base64;
mod bson;
mod cbor;
mod changes;
mod compressed;
mod detect;
mod envelopes;
mod event_stream;
mod exact_float;
mod form;
mod graphql;
pub mod hex;
mod image;
mod json;
mod media;
pub mod message_pack;
mod multipart;
mod nested;
mod payload;
mod protobuf;
mod scalar_text;
pub mod source;
mod source_map;
mod span_tree;
mod visible;

pub use changes::{Change, Changes, HiddenRanges};
pub(crate) use compressed::max_decompressed;
pub use compressed::{Compression, DecompressError};
pub use detect::{Detected, detect};
pub(crate) use detect::{are_protobuf, message_pack_sequence, passes};
pub use envelopes::{Envelope, EnvelopeKind, envelopes, grpc_status_name, grpc_web_text};
pub use event_stream::{EventStreamParser, StreamEvent, StreamRest};
pub(crate) use exact_float::exact_float;
pub use form::form_fields;
pub use graphql::{
    GraphQlError, GraphQlOperation, graphql_errors, graphql_of_document, graphql_of_query, graphql_operations,
};
pub use image::{Image, ImageCheck, ImageFormat, MAX_PIXELS};
pub use json::is_json_container;
pub(crate) use json::unquoted;
pub use media::{Media, MediaKind};
pub use multipart::{Multipart, Part};
pub use nested::{MAX_NESTED_LEVELS, Nested, NestedKind, nested};
pub use payload::{Layer, Payload, Shape, View, preview};
pub use protobuf::{FieldVotes, Schema, SchemaError, SchemaFile, TypeFit, ValueReading};
pub use source_map::source_map_url;
pub use span_tree::{MAX_DEPTH, Node, NodeKind, SpanTree, Syntax, Value};
pub use visible::{one_line, visible_line, visible_lines, visible_url};
