//! A simple scanner that reads a byte at a time; the tests compare the fast scanner with it.

use super::*;

struct Container {
    is_list: bool,
    /// The node of an object, or of the elements of a list; `None` where it is not followed.
    node: Option<NodeId>,
    list: NodeId,
    start: usize,
    route: Route,
    key: Span,
}

#[derive(Clone, Copy, PartialEq)]
enum Expects {
    Value,
    Key,
    Colon,
    After,
}

pub(super) struct Reference<'a> {
    text: &'a [u8],
    route: fn(NodeId, &[u8]) -> Route,
    root_element: NodeId,
    stack: Vec<Container>,
    expects: Expects,
    key: Span,
    wanted: Route,
    at: usize,
    pub(super) events: Vec<Event>,
}

impl<'a> Reference<'a> {
    pub(super) fn scan(
        text: &'a [u8],
        route: fn(NodeId, &[u8]) -> Route,
        root_element: NodeId,
    ) -> (Vec<Event>, ScanEnd) {
        let mut scan = Self {
            text,
            route,
            root_element,
            stack: Vec::new(),
            expects: Expects::Value,
            key: Span::default(),
            wanted: Route::Skip,
            at: 0,
            events: Vec::new(),
        };
        let end = loop {
            if let Some(end) = scan.step() {
                break end;
            }
        };
        (scan.events, end)
    }

    fn step(&mut self) -> Option<ScanEnd> {
        let Some(&byte) = self.text.get(self.at) else {
            let is_over = self.stack.is_empty() && matches!(self.expects, Expects::Value | Expects::After);
            return Some(if is_over { ScanEnd::Complete } else { ScanEnd::Truncated });
        };
        let broken = Some(ScanEnd::Broken { byte: self.at as u64 });
        let in_list = self.stack.last().map(|frame| frame.is_list);
        match (self.expects, byte) {
            (_, b' ' | b'\t' | b'\r' | b'\n') => self.at += 1,
            (Expects::Value, 0xEF | 0xBB | 0xBF) if self.at < 3 => self.at += 1,
            (Expects::Key, b'"') => {
                let start = self.at;
                let Some(end) = self.after_string() else { return Some(ScanEnd::Truncated) };
                self.key = Span::between(start as u64 + 1, end as u64 - 1);
                self.expects = Expects::Colon;
            }
            (Expects::Colon, b':') => {
                let key = &self.text[self.key.start as usize..self.key.end() as usize];
                let node = self.stack.last().and_then(|frame| frame.node).filter(|_| key.len() <= MAX_KEY);
                self.wanted = node.map_or(Route::Skip, |node| (self.route)(node, key));
                self.expects = Expects::Value;
                self.at += 1;
            }
            (Expects::After, b',') if in_list.is_some() => {
                self.expects = if in_list == Some(true) { Expects::Value } else { Expects::Key };
                self.at += 1;
            }
            // A comma between values at the top.
            (Expects::After, b',') => {
                self.expects = Expects::Value;
                self.at += 1;
            }
            (Expects::Key | Expects::After, b'}') if in_list == Some(false) => self.close(),
            (Expects::Value | Expects::After, b']') if in_list == Some(true) => self.close(),
            (Expects::Value, b'}' | b']') => return broken,
            (Expects::Value, _) => return self.value(byte),
            (Expects::After, _) if in_list.is_none() => self.expects = Expects::Value,
            _ => {
                if !self.is_in_element() {
                    return broken;
                }
                self.events.push(Event::SyntaxError(self.at as u32));
                let frame = self.stack.pop()?;
                (self.wanted, self.key) = (frame.route, frame.key);
                return self.skip(frame.start, vec![b'}']);
            }
        }
        None
    }

    fn is_in_element(&self) -> bool {
        self.stack.last().is_some_and(|frame| !frame.is_list) && self.is_below_list()
    }

    fn is_below_list(&self) -> bool {
        self.stack.len() > 1 && self.stack.iter().any(|frame| frame.is_list)
    }

    fn value(&mut self, byte: u8) -> Option<ScanEnd> {
        let wanted = match self.stack.last() {
            None if byte == b'[' => Route::List { list: Outline::ROOT_LIST, element: self.root_element },
            None if byte == b'{' => Route::Enter(Outline::ROOT),
            None => Route::Skip,
            Some(frame) if frame.is_list => frame.node.map_or(Route::Skip, Route::Enter),
            Some(_) => self.wanted,
        };
        self.wanted = wanted;
        let start = self.at;
        let followed = |node: NodeId| Some(node).filter(|node| *node != Outline::OPAQUE);
        match (byte, wanted) {
            (b'{', Route::Enter(node)) => {
                let key = self.key;
                self.stack.push(Container {
                    is_list: false,
                    node: followed(node),
                    list: 0,
                    start,
                    route: wanted,
                    key,
                });
                self.events.push(Event::Enter(node));
                self.expects = Expects::Key;
                self.at += 1;
            }
            (b'[', Route::List { list, element }) => {
                let key = self.key;
                self.stack.push(Container {
                    is_list: true,
                    node: followed(element),
                    list,
                    start,
                    route: wanted,
                    key,
                });
                self.events.push(Event::ListStart(list, start as u32));
                self.at += 1;
            }
            (b'{' | b'[', _) => return self.skip(start, Vec::new()),
            (b'"', _) => match self.after_string() {
                Some(end) => self.end(start, end),
                None => return Some(ScanEnd::Truncated),
            },
            _ => {
                let mut may_be_torn = self.is_below_list();
                self.at += 1;
                while let Some(byte) = self.text.get(self.at).filter(|byte| !b",}] \t\r\n".contains(byte)) {
                    if may_be_torn && b"\":{[".contains(byte) {
                        self.events.push(Event::SyntaxError(self.at as u32));
                        may_be_torn = false;
                    }
                    self.at += 1;
                }
                if self.at == self.text.len() && !self.stack.is_empty() {
                    return Some(ScanEnd::Truncated);
                }
                self.end(start, self.at);
            }
        }
        None
    }

    /// Passes over a container of which these closing brackets are needed.
    fn skip(&mut self, start: usize, mut needed: Vec<u8>) -> Option<ScanEnd> {
        let mut deeper = 0_u64;
        while let Some(&byte) = self.text.get(self.at) {
            match byte {
                b'"' => {
                    if self.after_string().is_none() {
                        return Some(ScanEnd::Truncated);
                    }
                    continue;
                }
                b'{' | b'[' if needed.len() >= MAX_DEPTH => deeper += 1,
                b'}' | b']' if deeper > 0 => deeper -= 1,
                b'{' => needed.push(b'}'),
                b'[' => needed.push(b']'),
                b'}' | b']' if needed.pop() != Some(byte) => {
                    return Some(ScanEnd::Broken { byte: self.at as u64 });
                }
                _ => {}
            }
            self.at += 1;
            if needed.is_empty() {
                self.end(start, self.at);
                return None;
            }
        }
        Some(ScanEnd::Truncated)
    }

    fn close(&mut self) {
        self.at += 1;
        let Some(frame) = self.stack.pop() else { return };
        (self.wanted, self.key) = (frame.route, frame.key);
        if frame.is_list {
            self.events.push(Event::ListEnd(frame.list, self.at as u32));
            self.wanted = Route::Skip;
        }
        self.end(frame.start, self.at);
    }

    fn end(&mut self, start: usize, end: usize) {
        let value = Span::between(start as u64, end as u64);
        self.expects = Expects::After;
        self.events.extend(match (self.stack.last(), self.wanted) {
            (None, _) => Some(Event::Root(value)),
            (Some(frame), _) if frame.is_list => Some(Event::Element { list: frame.list, span: value }),
            (Some(frame), Route::Report) => {
                frame.node.map(|node| Event::Field { node, key: self.key, value })
            }
            (_, Route::Capture(slot)) => Some(Event::Captured { slot, value }),
            (_, Route::List { list, .. }) => Some(Event::NotAList { list, value }),
            _ => None,
        });
    }

    fn after_string(&mut self) -> Option<usize> {
        let mut is_escaped = false;
        loop {
            self.at += 1;
            match self.text.get(self.at)? {
                _ if is_escaped => is_escaped = false,
                b'\\' => is_escaped = true,
                b'"' => {
                    self.at += 1;
                    return Some(self.at);
                }
                _ => {}
            }
        }
    }
}
