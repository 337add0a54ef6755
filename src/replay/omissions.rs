//! Labels of what a replay leaves out.

use session::model::{format_count, plural};

/// One label for each kind of omission: events that are damaged, and what the player leaves out
/// because it is too large or too complex. `omitted` holds the kinds of
/// `player/src/clean/omissions.ts` with their counts.
pub(super) fn labels(dropped: u64, omitted: &[(String, f64)]) -> Vec<String> {
    let damaged =
        (dropped > 0).then(|| format!("{} could not be read: the page may differ", plural(dropped, "event")));
    let omissions =
        omitted.iter().filter(|(_, count)| *count >= 1.0).map(|(kind, count)| label(kind, *count as u64));
    damaged.into_iter().chain(omissions).collect()
}

fn label(kind: &str, count: u64) -> String {
    let (singular, many, what) = match kind {
        "elements" => ("node", "nodes", "left out: the page is too large to replay"),
        "texts" => ("text", "texts", "shortened: too long to replay"),
        "attributes" => ("element", "elements", "shown without some attributes: too large to replay"),
        "styles" => ("style sheet", "style sheets", "shortened: too complex to replay"),
        "frames" => ("frame", "frames", "left empty: too many to replay"),
        "references" => ("SVG reference", "SVG references", "not drawn: too complex to replay"),
        "cells" => ("table cell", "table cells", "made smaller: too large to replay"),
        "canvases" => ("canvas", "canvases", "made smaller: too large to replay"),
        "images" => ("image", "images", "left out: too complex to replay"),
        "fonts" => ("font", "fonts", "left out: too large to replay"),
        _ => ("part", "parts", "left out: too complex to replay"),
    };
    format!("{} {} {what}", format_count(count), if count == 1 { singular } else { many })
}
