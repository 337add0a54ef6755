//! Virtual nodes: a part of the page as plain data, and the elements that show it.
//!
//! Rows of tables are made of them: while one scrolls, some thirty change in each frame, and
//! patching an element costs the browser a fraction of replacing it.

use std::borrow::Cow;

use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, Node};

type Text = Cow<'static, str>;
type NamedTexts = Vec<(&'static str, Text)>;

/// An element: its tag, attributes, styles and children.
#[derive(Debug)]
pub struct VNode {
    tag: Tag,
    attributes: NamedTexts,
    styles: NamedTexts,
    children: Vec<Child>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tag {
    Html(&'static str),
    Svg(&'static str),
}

#[derive(Debug)]
enum Child {
    Text(Text),
    Element(VNode),
}

impl VNode {
    pub fn new(tag: &'static str) -> Self {
        Self::of(Tag::Html(tag))
    }

    /// An SVG element.
    pub fn svg(tag: &'static str) -> Self {
        Self::of(Tag::Svg(tag))
    }

    fn of(tag: Tag) -> Self {
        Self { tag, attributes: Vec::new(), styles: Vec::new(), children: Vec::new() }
    }

    pub fn class(self, class: impl Into<Text>) -> Self {
        self.attribute("class", class)
    }

    pub fn attribute(mut self, name: &'static str, value: impl Into<Text>) -> Self {
        self.attributes.push((name, value.into()));
        self
    }

    /// An attribute that is absent without a value.
    pub fn optional(self, name: &'static str, value: Option<impl Into<Text>>) -> Self {
        match value {
            Some(value) => self.attribute(name, value),
            None => self,
        }
    }

    /// An attribute that is absent where the value is empty: some browsers show an empty tooltip
    /// for an empty title.
    pub fn filled(self, name: &'static str, value: impl Into<Text>) -> Self {
        self.optional(name, Some(value.into()).filter(|value| !value.is_empty()))
    }

    /// A property of the element's own style, which a strict policy allows where it forbids the
    /// attribute.
    pub fn style(mut self, property: &'static str, value: Option<String>) -> Self {
        self.styles.extend(value.map(|value| (property, value.into())));
        self
    }

    pub fn text(mut self, text: impl Into<Text>) -> Self {
        self.children.push(Child::Text(text.into()));
        self
    }

    pub fn child(mut self, child: Self) -> Self {
        self.children.push(Child::Element(child));
        self
    }

    pub fn children(mut self, children: impl IntoIterator<Item = Self>) -> Self {
        self.children.extend(children.into_iter().map(Child::Element));
        self
    }
}

/// An element in the page, and what it shows.
#[derive(Debug)]
pub struct MountedNode {
    element: Element,
    tag: Tag,
    attributes: NamedTexts,
    styles: NamedTexts,
    children: Vec<MountedChild>,
}

#[derive(Debug)]
enum MountedChild {
    Text(Text, Node),
    Element(MountedNode),
}

impl MountedNode {
    /// Creates the element; `None` where the browser refuses to.
    pub fn new(node: VNode) -> Option<Self> {
        let element = match node.tag {
            Tag::Html(tag) => document().create_element(tag),
            Tag::Svg(tag) => document().create_element_ns(Some("http://www.w3.org/2000/svg"), tag),
        };
        let mut drawn = Self {
            element: element.ok()?,
            tag: node.tag,
            attributes: Vec::new(),
            styles: Vec::new(),
            children: Vec::new(),
        };
        drawn.patch(node);
        Some(drawn)
    }

    pub fn element(&self) -> &Element {
        &self.element
    }

    /// Shows another node of the same tag with the same element.
    pub fn patch(&mut self, node: VNode) {
        let element = &self.element;
        update(&mut self.attributes, node.attributes, |name, value| {
            let _ = match value {
                Some(value) => element.set_attribute(name, value),
                None => element.remove_attribute(name),
            };
        });
        update(&mut self.styles, node.styles, |property, value| {
            let Some(element) = element.dyn_ref::<HtmlElement>() else { return };
            let _ = match value {
                Some(value) => element.style().set_property(property, value),
                None => element.style().remove_property(property).map(|_| ()),
            };
        });
        let kept = self.children.len().min(node.children.len());
        for surplus in self.children.drain(kept..) {
            let _ = self.element.remove_child(surplus.node());
        }
        let mut children = node.children.into_iter();
        for (mounted, child) in self.children.iter_mut().zip(&mut children) {
            if let Some(other) = mounted.patch(child).and_then(MountedChild::new) {
                let _ = self.element.replace_child(other.node(), mounted.node());
                *mounted = other;
            }
        }
        for child in children.filter_map(MountedChild::new) {
            let _ = self.element.append_child(child.node());
            self.children.push(child);
        }
    }
}

impl MountedChild {
    fn new(child: Child) -> Option<Self> {
        Some(match child {
            Child::Text(text) => {
                let node = document().create_text_node(&text);
                Self::Text(text, node.into())
            }
            Child::Element(node) => Self::Element(MountedNode::new(node)?),
        })
    }

    fn node(&self) -> &Node {
        match self {
            Self::Text(_, node) => node,
            Self::Element(drawn) => &drawn.element,
        }
    }

    /// Shows another child with the same node, or returns it where it is of another kind.
    fn patch(&mut self, child: Child) -> Option<Child> {
        match (self, child) {
            (Self::Text(shown, node), Child::Text(text)) => {
                if *shown != text {
                    node.set_node_value(Some(&text));
                    *shown = text;
                }
                None
            }
            (Self::Element(drawn), Child::Element(node)) if drawn.tag == node.tag => {
                drawn.patch(node);
                None
            }
            (_, child) => Some(child),
        }
    }
}

/// Calls `change` for each difference between two lists of named values, and keeps the second.
fn update(shown: &mut NamedTexts, wanted: NamedTexts, change: impl Fn(&'static str, Option<&str>)) {
    for (nth, (name, value)) in wanted.iter().enumerate() {
        if find(shown, nth, name) != Some(value) {
            change(name, Some(value));
        }
    }
    for (nth, (name, _)) in shown.iter().enumerate() {
        if find(&wanted, nth, name).is_none() {
            change(name, None);
        }
    }
    *shown = wanted;
}

/// The value of that name, mostly at the same index as in the other list.
fn find<'a>(list: &'a NamedTexts, nth: usize, name: &str) -> Option<&'a Text> {
    let same_place = list.get(nth).filter(|(other, _)| *other == name);
    same_place.or_else(|| list.iter().find(|(other, _)| *other == name)).map(|(_, value)| value)
}
