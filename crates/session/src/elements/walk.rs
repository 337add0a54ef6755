//! Reads serialized nodes into the tree. It can stop at any node and go on later, so that a
//! snapshot of megabytes does not block the page.

use json_spans::{json_string, string_end};

use super::attribute::Attribute;
use super::tree::{NodeKind, PageTree};

/// Maximum depth of nested values of a serialized node: twice that of the elements.
const MAX_DEPTH: usize = 2_000;
/// Number of characters of a text that are kept.
pub(super) const MAX_TEXT_CHARS: usize = 160;
/// Number of characters of a tag that are kept.
const MAX_TAG_CHARS: usize = 60;
/// Number of passes over nodes that were added before their parent.
const MAX_RETRIES: usize = 8;
/// Number of nodes that may be added before their parent.
const MAX_WAITING: usize = 10_000;

/// What the walk is within.
#[derive(Debug)]
enum Frame {
    /// A serialized node.
    Node(u32),
    /// `childNodes` of a node.
    Children(u32),
    /// `attributes` of a node.
    Attributes(u32),
    /// The list `adds` of a mutation.
    Adds,
    /// An element of that list.
    Add(Placement),
}

/// A node to be put into the tree.
#[derive(Clone, Copy, Debug, Default)]
struct Placement {
    /// IDs; 0 for none.
    parent: u32,
    next: u32,
    node: Option<u32>,
}

/// How far a walk is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WalkStatus {
    Unfinished,
    /// The value is read, or what follows cannot be.
    Done,
}

/// A walk through a value. Positions are offsets in its text.
#[derive(Debug)]
pub(super) struct Walk {
    at: usize,
    stack: Vec<Frame>,
    waiting: Vec<Placement>,
}

impl Walk {
    /// A walk through the serialized node that begins at `at`, which becomes the document.
    pub(super) fn document(tree: &mut PageTree, at: usize) -> Self {
        let node = tree.create().map(Frame::Node);
        Self { at: at + 1, stack: node.into_iter().collect(), waiting: Vec::new() }
    }

    /// A walk through the list of added nodes that begins at `at`.
    pub(super) fn adds(at: usize) -> Self {
        Self { at: at + 1, stack: vec![Frame::Adds], waiting: Vec::new() }
    }

    /// Offset of what is read next.
    pub(super) fn position(&self) -> usize {
        self.at
    }

    /// Reads on, at least up to `until`.
    pub(super) fn step(&mut self, tree: &mut PageTree, text: &[u8], until: usize) -> WalkStatus {
        while !self.stack.is_empty() {
            if self.at >= until {
                return WalkStatus::Unfinished;
            }
            if self.advance(tree, text).is_none() {
                // What was read so far stays.
                self.stack.clear();
            }
        }
        self.place_waiting(tree);
        WalkStatus::Done
    }

    /// Reads one field, one element, or one closing bracket; `None` where there is none.
    fn advance(&mut self, tree: &mut PageTree, text: &[u8]) -> Option<()> {
        self.at = skip(text, self.at, b", \n\r\t");
        let byte = *text.get(self.at)?;
        match self.stack.last()? {
            Frame::Adds | Frame::Children(_) => match byte {
                b']' => self.pop(tree),
                b'{' => self.element(tree, text)?,
                _ => self.at = value_end(text, self.at)?,
            },
            Frame::Node(_) | Frame::Attributes(_) | Frame::Add(_) => match byte {
                b'}' => self.pop(tree),
                b'"' => self.field(tree, text)?,
                _ => return None,
            },
        }
        Some(())
    }

    fn pop(&mut self, tree: &mut PageTree) {
        self.at += 1;
        if let Some(Frame::Add(placement)) = self.stack.pop()
            && !place(tree, placement)
        {
            if self.waiting.len() < MAX_WAITING {
                self.waiting.push(placement);
            } else if let Some(node) = placement.node {
                tree.remove(node);
            }
        }
    }

    /// Reads the beginning of an object in a list.
    fn element(&mut self, tree: &mut PageTree, text: &[u8]) -> Option<()> {
        let frame = match self.stack.last()? {
            Frame::Adds => Some(Frame::Add(Placement::default())),
            Frame::Children(parent) => {
                let parent = *parent;
                let child = self.create(tree);
                if let Some(child) = child {
                    tree.insert(parent, child, None);
                }
                child.map(Frame::Node)
            }
            _ => None,
        };
        self.enter(frame, text)
    }

    fn create(&self, tree: &mut PageTree) -> Option<u32> {
        if self.stack.len() < MAX_DEPTH { tree.create() } else { None }
    }

    /// Goes into the value at the current position, or skips it.
    fn enter(&mut self, frame: Option<Frame>, text: &[u8]) -> Option<()> {
        match frame {
            Some(frame) => {
                self.stack.push(frame);
                self.at += 1;
            }
            None => self.at = value_end(text, self.at)?,
        }
        Some(())
    }

    fn field(&mut self, tree: &mut PageTree, text: &[u8]) -> Option<()> {
        let key_end = string_end(text, self.at).ok()?;
        let key = text.get(self.at + 1..key_end - 1)?;
        let colon = skip(text, key_end, b" \n\r\t");
        if text.get(colon) != Some(&b':') {
            return None;
        }
        self.at = skip(text, colon + 1, b" \n\r\t");
        let first = *text.get(self.at)?;
        match self.stack.last_mut()? {
            Frame::Node(index) => {
                let index = *index;
                let frame = match (key, first) {
                    (b"attributes", b'{') => Some(Frame::Attributes(index)),
                    (b"childNodes", b'[') => Some(Frame::Children(index)),
                    _ => None,
                };
                if frame.is_some() {
                    return self.enter(frame, text);
                }
                let value = self.value(text)?;
                node_field(tree, index, key, value);
            }
            Frame::Attributes(index) => {
                let index = *index;
                let value = self.value(text)?;
                set_attribute(tree, index, key, value);
            }
            Frame::Add(_) if key == b"node" && first == b'{' => {
                let node = self.create(tree);
                if let Some(Frame::Add(placement)) = self.stack.last_mut() {
                    placement.node = node;
                }
                return self.enter(node.map(Frame::Node), text);
            }
            Frame::Add(_) => {
                let value = self.value(text)?;
                if let Some(Frame::Add(placement)) = self.stack.last_mut() {
                    match key {
                        b"parentId" => placement.parent = id_of(value).unwrap_or_default(),
                        b"nextId" => placement.next = id_of(value).unwrap_or_default(),
                        _ => {}
                    }
                }
            }
            Frame::Adds | Frame::Children(_) => return None,
        }
        Some(())
    }

    /// The value at the current position, which is left behind.
    fn value<'a>(&mut self, text: &'a [u8]) -> Option<&'a [u8]> {
        let end = value_end(text, self.at)?;
        let value = text.get(self.at..end)?;
        self.at = end;
        Some(value)
    }

    /// Puts nodes into the tree whose parent was added after them; those whose parent is not
    /// recorded are removed.
    fn place_waiting(&mut self, tree: &mut PageTree) {
        for _ in 0..MAX_RETRIES {
            let before = self.waiting.len();
            self.waiting.retain(|placement| !place(tree, *placement));
            if self.waiting.len() == before {
                break;
            }
        }
        for node in std::mem::take(&mut self.waiting).into_iter().filter_map(|placement| placement.node) {
            tree.remove(node);
        }
    }
}

/// Puts a node into the tree; whether its parent is there.
fn place(tree: &mut PageTree, placement: Placement) -> bool {
    let Some(node) = placement.node else { return true };
    let Some(parent) = tree.find(placement.parent).filter(|parent| *parent != node) else { return false };
    // A node within itself would be a circle.
    if tree.ancestors(parent).any(|ancestor| ancestor == node) {
        return false;
    }
    if tree.kind(node) == NodeKind::Document {
        // A frame that has loaded another document.
        let before: Vec<u32> =
            tree.children(parent).filter(|child| tree.kind(*child) == NodeKind::Document).collect();
        for document in before {
            tree.remove(document);
        }
    }
    let next = tree.find(placement.next);
    tree.insert(parent, node, next);
    true
}

fn node_field(tree: &mut PageTree, index: u32, key: &[u8], value: &[u8]) {
    match key {
        b"type" => {
            if let Some(number) = id_of(value) {
                tree.set_kind(index, NodeKind::from_number(number));
            }
        }
        b"id" => {
            if let Some(id) = id_of(value) {
                tree.set_id(index, id);
            }
        }
        b"tagName" => {
            if let Some(tag) = string(value, MAX_TAG_CHARS) {
                tree.set_tag(index, &tag);
            }
        }
        b"textContent" => {
            if let Some(text) = string(value, MAX_TEXT_CHARS) {
                tree.set_text(index, text);
            }
        }
        b"isShadow" if value == b"true" => tree.set_in_shadow(index),
        _ => {}
    }
}

/// Sets an attribute from its JSON value; `null` removes it. rrweb writes `true` for an attribute
/// without a value.
pub(super) fn set_attribute(tree: &mut PageTree, index: u32, name: &[u8], value: &[u8]) {
    let Some(attribute) = Attribute::from_name(name) else { return };
    let value = match value {
        b"null" | b"false" => None,
        b"true" => Some(String::new()),
        _ => string(value, attribute.max_chars()),
    };
    tree.set_attribute(index, attribute, value);
}

/// The beginning of a JSON string, or of a number as written.
pub(super) fn string(value: &[u8], max_chars: usize) -> Option<String> {
    if let Some(inside) = value.strip_prefix(b"\"").and_then(|value| value.strip_suffix(b"\"")) {
        return Some(json_string::prefix(inside, max_chars).0);
    }
    let is_number = value.first().is_some_and(|byte| byte.is_ascii_digit() || *byte == b'-');
    is_number.then(|| String::from_utf8_lossy(value.get(..max_chars).unwrap_or(value)).into_owned())
}

/// An ID: a number above 0, which some programs write as text.
pub(super) fn id_of(value: &[u8]) -> Option<u32> {
    let value = value.strip_prefix(b"\"").and_then(|value| value.strip_suffix(b"\"")).unwrap_or(value);
    std::str::from_utf8(value).ok()?.trim().parse().ok()
}

/// Where the value of a field of the object at `at` begins. What follows it is not read.
pub(super) fn field_start(text: &[u8], at: usize, wanted: &[u8]) -> Option<usize> {
    if text.get(at) != Some(&b'{') {
        return None;
    }
    let mut at = at + 1;
    loop {
        at = skip(text, at, b", \n\r\t");
        if text.get(at) != Some(&b'"') {
            return None;
        }
        let key_end = string_end(text, at).ok()?;
        let key = text.get(at + 1..key_end - 1)?;
        let colon = skip(text, key_end, b" \n\r\t");
        if text.get(colon) != Some(&b':') {
            return None;
        }
        let value = skip(text, colon + 1, b" \n\r\t");
        if key == wanted {
            return Some(value);
        }
        at = value_end(text, value)?;
    }
}

/// The end of the JSON value that begins at `at`; `None` if it does not end.
pub(super) fn value_end(text: &[u8], at: usize) -> Option<usize> {
    match text.get(at)? {
        b'"' => string_end(text, at).ok(),
        b'{' | b'[' => container_end(text, at),
        _ => {
            let rest = text.get(at..)?;
            let len = rest.iter().position(|byte| b",]}: \n\r\t\"".contains(byte)).unwrap_or(rest.len());
            // Always past something, so that a walk ends.
            Some(at + len.max(1))
        }
    }
}

fn container_end(text: &[u8], mut at: usize) -> Option<usize> {
    let mut depth = 0_usize;
    loop {
        match text.get(at)? {
            b'"' => {
                at = string_end(text, at).ok()?;
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth -= 1,
            _ => {}
        }
        at += 1;
        if depth == 0 {
            return Some(at);
        }
    }
}

fn skip(text: &[u8], at: usize, bytes: &[u8]) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    at + rest.iter().take_while(|byte| bytes.contains(byte)).count()
}
