//! The recorded document as it is at one event, reduced to what names and paths need.

use rustc_hash::FxHashMap;

use super::attribute::Attribute;

/// No node.
pub(super) const NONE: u32 = u32::MAX;
/// Maximum number of nodes of a document; further ones are left out.
const MAX_NODES: usize = 500_000;
/// Maximum number of different tags.
const MAX_TAGS: usize = 4_000;
/// Maximum number of ancestors or siblings that are visited.
pub(super) const MAX_STEPS: usize = 2_000;

/// The kinds of nodes that names tell apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum NodeKind {
    Document,
    Element,
    Text,
    /// Comments, document types, and what is not known.
    #[default]
    Other,
}

impl NodeKind {
    /// The kind with rrweb's number.
    pub(super) fn from_number(number: u32) -> Self {
        match number {
            0 => Self::Document,
            2 => Self::Element,
            3 => Self::Text,
            _ => Self::Other,
        }
    }
}

/// Text of a node, or attributes of an element.
#[derive(Debug, Default)]
enum Content {
    #[default]
    Nothing,
    Text(Box<str>),
    Attributes(Box<[(Attribute, Box<str>)]>),
}

#[derive(Debug)]
struct Node {
    /// rrweb's ID; 0 until it is known.
    id: u32,
    parent: u32,
    first_child: u32,
    last_child: u32,
    previous: u32,
    next: u32,
    tag: u16,
    kind: NodeKind,
    /// Whether it is a child of the shadow root of its parent.
    is_in_shadow: bool,
    is_free: bool,
    content: Content,
}

impl Default for Node {
    fn default() -> Self {
        Self {
            id: 0,
            parent: NONE,
            first_child: NONE,
            last_child: NONE,
            previous: NONE,
            next: NONE,
            tag: 0,
            kind: NodeKind::Other,
            is_in_shadow: false,
            is_free: false,
            content: Content::Nothing,
        }
    }
}

/// A document with the documents of its frames, and its shadow trees. Nodes are indexes, which are
/// used again after a node is removed.
#[derive(Debug, Default)]
pub(super) struct PageTree {
    nodes: Vec<Node>,
    free: Vec<u32>,
    by_id: FxHashMap<u32, u32>,
    tags: Vec<Box<str>>,
    tag_indexes: FxHashMap<Box<str>, u16>,
    /// Elements by their `id`, and labels by their `for`: candidates, whose attribute is compared.
    elements_by_id: FxHashMap<Box<str>, u32>,
    labels_by_target: FxHashMap<Box<str>, u32>,
}

impl PageTree {
    /// Removes all nodes.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Adds a node without a place; `None` if there are too many.
    pub(super) fn create(&mut self) -> Option<u32> {
        if let Some(index) = self.free.pop() {
            *self.nodes.get_mut(index as usize)? = Node::default();
            return Some(index);
        }
        if self.nodes.len() >= MAX_NODES {
            return None;
        }
        self.nodes.push(Node::default());
        Some((self.nodes.len() - 1) as u32)
    }

    /// The node with rrweb's ID.
    pub(super) fn find(&self, id: u32) -> Option<u32> {
        self.by_id.get(&id).copied()
    }

    /// Gives a node its ID. Another node that has it is removed, unless this one is within it.
    pub(super) fn set_id(&mut self, index: u32, id: u32) {
        if let Some(known) = self.find(id)
            && known != index
            && !self.ancestors(index).any(|ancestor| ancestor == known)
        {
            self.remove(known);
        }
        // rrweb counts from 1.
        if let Some(node) = self.node_mut(index).filter(|_| id != 0) {
            node.id = id;
            self.by_id.insert(id, index);
        }
    }

    pub(super) fn set_kind(&mut self, index: u32, kind: NodeKind) {
        if let Some(node) = self.node_mut(index) {
            node.kind = kind;
        }
    }

    pub(super) fn set_in_shadow(&mut self, index: u32) {
        if let Some(node) = self.node_mut(index) {
            node.is_in_shadow = true;
        }
    }

    pub(super) fn set_tag(&mut self, index: u32, tag: &str) {
        let tag = self.tag_index(tag);
        if let Some(node) = self.node_mut(index) {
            node.tag = tag;
        }
    }

    fn tag_index(&mut self, tag: &str) -> u16 {
        let tag = tag.to_ascii_lowercase().into_boxed_str();
        if let Some(known) = self.tag_indexes.get(&tag) {
            return *known;
        }
        if self.tags.is_empty() {
            // Index 0 is a tag that is not known.
            self.tags.push(Box::default());
        }
        if self.tags.len() >= MAX_TAGS {
            return 0;
        }
        let index = self.tags.len() as u16;
        self.tags.push(tag.clone());
        self.tag_indexes.insert(tag, index);
        index
    }

    /// Sets the text of a node; blank text is not kept.
    pub(super) fn set_text(&mut self, index: u32, text: String) {
        if let Some(node) = self.node_mut(index) {
            let is_blank = text.trim().is_empty();
            node.content = if is_blank { Content::Nothing } else { Content::Text(text.into()) };
        }
    }

    /// Sets or removes an attribute.
    pub(super) fn set_attribute(&mut self, index: u32, attribute: Attribute, value: Option<String>) {
        let value = value.map(String::into_boxed_str);
        self.remove_candidate(index, attribute);
        match (attribute, &value) {
            (Attribute::Id, Some(value)) => _ = self.elements_by_id.insert(value.clone(), index),
            (Attribute::For, Some(value)) => _ = self.labels_by_target.insert(value.clone(), index),
            _ => {}
        }
        let Some(node) = self.node_mut(index) else { return };
        let mut attributes = match std::mem::take(&mut node.content) {
            Content::Attributes(attributes) => attributes.into_vec(),
            Content::Nothing | Content::Text(_) => Vec::new(),
        };
        attributes.retain(|(known, _)| *known != attribute);
        attributes.extend(value.map(|value| (attribute, value)));
        node.content = if attributes.is_empty() {
            Content::Nothing
        } else {
            Content::Attributes(attributes.into_boxed_slice())
        };
    }

    /// Puts a node without a place before `next`, or last where that is not a child of `parent`.
    pub(super) fn insert(&mut self, parent: u32, child: u32, next: Option<u32>) {
        if self.node(parent).is_none() || parent == child {
            return;
        }
        let next = next.filter(|next| self.node(*next).is_some_and(|node| node.parent == parent));
        let previous = match next {
            Some(next) => self.node(next).map_or(NONE, |node| node.previous),
            None => self.node(parent).map_or(NONE, |node| node.last_child),
        };
        let next = next.unwrap_or(NONE);
        if let Some(node) = self.node_mut(child) {
            (node.parent, node.previous, node.next) = (parent, previous, next);
        }
        match self.node_mut(previous) {
            Some(previous) => previous.next = child,
            None => self.with(parent, |parent| parent.first_child = child),
        }
        match self.node_mut(next) {
            Some(next) => next.previous = child,
            None => self.with(parent, |parent| parent.last_child = child),
        }
    }

    /// Removes a node with all nodes within it.
    pub(super) fn remove(&mut self, index: u32) {
        let Some(node) = self.node(index) else { return };
        let (parent, previous, next) = (node.parent, node.previous, node.next);
        match self.node_mut(previous) {
            Some(previous) => previous.next = next,
            None => self.with(parent, |parent| parent.first_child = next),
        }
        match self.node_mut(next) {
            Some(next) => next.previous = previous,
            None => self.with(parent, |parent| parent.last_child = previous),
        }
        self.with(index, |node| (node.parent, node.previous, node.next) = (NONE, NONE, NONE));
        let mut within = vec![index];
        while let Some(index) = within.pop() {
            for attribute in [Attribute::Id, Attribute::For] {
                self.remove_candidate(index, attribute);
            }
            let Some(node) = self.node_mut(index) else { continue };
            node.is_free = true;
            node.content = Content::Nothing;
            let (id, first, next) = (node.id, node.first_child, node.next);
            within.extend([first, next].into_iter().filter(|node| *node != NONE));
            if self.by_id.get(&id) == Some(&index) {
                self.by_id.remove(&id);
            }
            self.free.push(index);
        }
    }

    /// Forgets that an element has the value of `id` or `for` that it has.
    fn remove_candidate(&mut self, index: u32, attribute: Attribute) {
        let Some(node) = self.nodes.get_mut(index as usize) else { return };
        let Content::Attributes(attributes) = &node.content else { return };
        let Some((_, value)) = attributes.iter().find(|(known, _)| *known == attribute) else { return };
        let candidates = match attribute {
            Attribute::Id => &mut self.elements_by_id,
            Attribute::For => &mut self.labels_by_target,
            _ => return,
        };
        if candidates.get(value) == Some(&index) {
            candidates.remove(value);
        }
    }

    fn node(&self, index: u32) -> Option<&Node> {
        self.nodes.get(index as usize).filter(|node| !node.is_free)
    }

    fn node_mut(&mut self, index: u32) -> Option<&mut Node> {
        self.nodes.get_mut(index as usize).filter(|node| !node.is_free)
    }

    fn with(&mut self, index: u32, change: impl FnOnce(&mut Node)) {
        if let Some(node) = self.node_mut(index) {
            change(node);
        }
    }
}

/// Reading.
impl PageTree {
    pub(super) fn kind(&self, index: u32) -> NodeKind {
        self.node(index).map(|node| node.kind).unwrap_or_default()
    }

    pub(super) fn id(&self, index: u32) -> u32 {
        self.node(index).map_or(0, |node| node.id)
    }

    pub(super) fn is_in_shadow(&self, index: u32) -> bool {
        self.node(index).is_some_and(|node| node.is_in_shadow)
    }

    /// The tag of an element in lower case; empty if it is not known.
    pub(super) fn tag(&self, index: u32) -> &str {
        let tag = self.node(index).map_or(0, |node| node.tag);
        self.tags.get(usize::from(tag)).map_or("", |tag| tag)
    }

    pub(super) fn text(&self, index: u32) -> Option<&str> {
        match &self.node(index)?.content {
            Content::Text(text) => Some(text),
            Content::Nothing | Content::Attributes(_) => None,
        }
    }

    pub(super) fn attribute(&self, index: u32, attribute: Attribute) -> Option<&str> {
        let Content::Attributes(attributes) = &self.node(index)?.content else { return None };
        attributes.iter().find(|(known, _)| *known == attribute).map(|(_, value)| value.as_ref())
    }

    pub(super) fn parent(&self, index: u32) -> Option<u32> {
        self.node(index).map(|node| node.parent).filter(|parent| *parent != NONE)
    }

    /// The node and its ancestors, the documents of frames among them; at most [`MAX_STEPS`].
    pub(super) fn ancestors(&self, index: u32) -> impl Iterator<Item = u32> + '_ {
        std::iter::successors(Some(index), |index| self.parent(*index)).take(MAX_STEPS)
    }

    /// The children of a node; at most [`MAX_STEPS`].
    pub(super) fn children(&self, index: u32) -> impl Iterator<Item = u32> + '_ {
        let first = self.node(index).map_or(NONE, |node| node.first_child);
        let next = |index: &u32| self.node(*index).map(|node| node.next).filter(|next| *next != NONE);
        std::iter::successors(Some(first).filter(|first| *first != NONE), next).take(MAX_STEPS)
    }

    /// The siblings before a node, the closest first; at most [`MAX_STEPS`].
    pub(super) fn siblings_before(&self, index: u32) -> impl Iterator<Item = u32> + '_ {
        let previous = |index: u32| self.node(index).map(|node| node.previous).filter(|index| *index != NONE);
        std::iter::successors(previous(index), move |index| previous(*index)).take(MAX_STEPS)
    }

    /// The siblings after a node; at most [`MAX_STEPS`].
    pub(super) fn siblings_after(&self, index: u32) -> impl Iterator<Item = u32> + '_ {
        let next = |index: u32| self.node(index).map(|node| node.next).filter(|index| *index != NONE);
        std::iter::successors(next(index), move |index| next(*index)).take(MAX_STEPS)
    }

    /// The element whose `id` that is.
    pub(super) fn element_by_id(&self, id: &str) -> Option<u32> {
        let index = self.elements_by_id.get(id).copied()?;
        (self.attribute(index, Attribute::Id) == Some(id)).then_some(index)
    }

    /// The label whose `for` that is.
    pub(super) fn label_of(&self, id: &str) -> Option<u32> {
        let index = self.labels_by_target.get(id).copied()?;
        (self.attribute(index, Attribute::For) == Some(id)).then_some(index)
    }
}
