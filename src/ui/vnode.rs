//! A piece of the page as plain data, and the elements that show it.
//!
//! Rows of tables are made of it: while one scrolls, some thirty of them say something else in each frame, and an element
//! that is told what is new costs the browser a fraction of an element that is made anew.

use std::borrow::Cow;

use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, Node};

type Words = Cow<'static, str>;
type Named = Vec<(&'static str, Words)>;

/// An element: what it is, what it says, what is in it.
#[derive(Debug)]
pub struct VNode {
    tag: Tag,
    attributes: Named,
    styles: Named,
    children: Vec<Child>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tag {
    Html(&'static str),
    Svg(&'static str),
}

#[derive(Debug)]
enum Child {
    Text(Words),
    Element(VNode),
}

impl VNode {
    pub fn new(tag: &'static str) -> Self {
        Self::of(Tag::Html(tag))
    }

    /// An element of a drawing.
    pub fn svg(tag: &'static str) -> Self {
        Self::of(Tag::Svg(tag))
    }

    fn of(tag: Tag) -> Self {
        Self { tag, attributes: Vec::new(), styles: Vec::new(), children: Vec::new() }
    }

    pub fn class(self, class: impl Into<Words>) -> Self {
        self.attribute("class", class)
    }

    pub fn attribute(mut self, name: &'static str, value: impl Into<Words>) -> Self {
        self.attributes.push((name, value.into()));
        self
    }

    /// An attribute that is not there without a value.
    pub fn optional(self, name: &'static str, value: Option<impl Into<Words>>) -> Self {
        match value {
            Some(value) => self.attribute(name, value),
            None => self,
        }
    }

    /// An attribute that is not there without words: an empty title would still show an empty tooltip in some browsers.
    pub fn filled(self, name: &'static str, value: impl Into<Words>) -> Self {
        self.optional(name, Some(value.into()).filter(|value| !value.is_empty()))
    }

    /// A property of its own style, which a strict policy allows where it forbids the attribute.
    pub fn style(mut self, property: &'static str, value: Option<String>) -> Self {
        self.styles.extend(value.map(|value| (property, value.into())));
        self
    }

    pub fn text(mut self, text: impl Into<Words>) -> Self {
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

/// An element in the page, and what it was last told to show.
#[derive(Debug)]
pub struct MountedNode {
    element: Element,
    tag: Tag,
    attributes: Named,
    styles: Named,
    children: Vec<DrawnPiece>,
}

#[derive(Debug)]
enum DrawnPiece {
    Text(Words, Node),
    Element(MountedNode),
}

impl MountedNode {
    /// Makes the element; `None` where the browser refuses to.
    pub fn new(markup: VNode) -> Option<Self> {
        let element = match markup.tag {
            Tag::Html(tag) => document().create_element(tag),
            Tag::Svg(tag) => document().create_element_ns(Some("http://www.w3.org/2000/svg"), tag),
        };
        let mut drawn = Self {
            element: element.ok()?,
            tag: markup.tag,
            attributes: Vec::new(),
            styles: Vec::new(),
            children: Vec::new(),
        };
        drawn.show(markup);
        Some(drawn)
    }

    pub fn element(&self) -> &Element {
        &self.element
    }

    /// Shows something else by the same element, which is to be of the same tag.
    pub fn show(&mut self, markup: VNode) {
        let element = &self.element;
        update(&mut self.attributes, markup.attributes, |name, value| {
            let _ = match value {
                Some(value) => element.set_attribute(name, value),
                None => element.remove_attribute(name),
            };
        });
        update(&mut self.styles, markup.styles, |property, value| {
            let Some(element) = element.dyn_ref::<HtmlElement>() else { return };
            let _ = match value {
                Some(value) => element.style().set_property(property, value),
                None => element.style().remove_property(property).map(|_| ()),
            };
        });
        let left = self.children.len().min(markup.children.len());
        for surplus in self.children.drain(left..) {
            let _ = self.element.remove_child(surplus.node());
        }
        let mut pieces = markup.children.into_iter();
        for (child, piece) in self.children.iter_mut().zip(&mut pieces) {
            if let Some(other) = child.show(piece).and_then(DrawnPiece::new) {
                let _ = self.element.replace_child(other.node(), child.node());
                *child = other;
            }
        }
        for child in pieces.filter_map(DrawnPiece::new) {
            let _ = self.element.append_child(child.node());
            self.children.push(child);
        }
    }
}

impl DrawnPiece {
    fn new(piece: Child) -> Option<Self> {
        Some(match piece {
            Child::Text(text) => {
                let node = document().create_text_node(&text);
                Self::Text(text, node.into())
            }
            Child::Element(markup) => Self::Element(MountedNode::new(markup)?),
        })
    }

    fn node(&self) -> &Node {
        match self {
            Self::Text(_, node) => node,
            Self::Element(drawn) => &drawn.element,
        }
    }

    /// Shows a piece, or returns it where it is of another kind.
    fn show(&mut self, piece: Child) -> Option<Child> {
        match (self, piece) {
            (Self::Text(shown, node), Child::Text(text)) => {
                if *shown != text {
                    node.set_node_value(Some(&text));
                    *shown = text;
                }
                None
            }
            (Self::Element(drawn), Child::Element(markup)) if drawn.tag == markup.tag => {
                drawn.show(markup);
                None
            }
            (_, piece) => Some(piece),
        }
    }
}

/// Tells what differs between two lists of named values, and keeps the second.
fn update(shown: &mut Named, wanted: Named, tell: impl Fn(&'static str, Option<&str>)) {
    for (nth, (name, value)) in wanted.iter().enumerate() {
        if find(shown, nth, name) != Some(value) {
            tell(name, Some(value));
        }
    }
    for (nth, (name, _)) in shown.iter().enumerate() {
        if find(&wanted, nth, name).is_none() {
            tell(name, None);
        }
    }
    *shown = wanted;
}

/// The value of that name, which mostly stands at the same place as in the other list.
fn find<'a>(list: &'a Named, nth: usize, name: &str) -> Option<&'a Words> {
    let same_place = list.get(nth).filter(|(other, _)| *other == name);
    same_place.or_else(|| list.iter().find(|(other, _)| *other == name)).map(|(_, value)| value)
}
