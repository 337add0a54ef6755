//! Parses a regular expression.

use std::iter::Peekable;
use std::str::Chars;

/// A parsed regular expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Syntax {
    /// One character.
    Char(char),
    /// One character of these.
    Class(Class),
    Assertion(Assertion),
    Concat(Vec<Self>),
    Alternatives(Vec<Self>),
    /// The same, at least `min` and at most `max` times.
    Repeat {
        repeated: Box<Self>,
        min: u32,
        max: Option<u32>,
    },
}

/// A set of characters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Class {
    /// Inclusive ranges in any order, which may overlap.
    pub(super) ranges: Vec<(char, char)>,
    /// All characters but those in the ranges.
    pub(super) is_negated: bool,
}

/// A condition on a position between two characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Assertion {
    LineStart,
    LineEnd,
    WordBoundary,
    NoWordBoundary,
}

/// Nested groups; parsing and compiling recur as deep.
const MAX_DEPTH: u32 = 50;
/// The largest number in braces.
const MAX_REPETITIONS: u32 = 1000;

pub(super) const DIGITS: &[(char, char)] = &[('0', '9')];
pub(super) const WORD: &[(char, char)] = &[('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')];
const SPACE: &[(char, char)] =
    &[('\t', '\r'), (' ', ' '), ('\u{a0}', '\u{a0}'), ('\u{2028}', '\u{2029}'), ('\u{feff}', '\u{feff}')];
const LINE_END: &[(char, char)] = &[('\n', '\n')];

impl Syntax {
    /// The longest text that all matches contain, in some case: it has at least two bytes.
    pub(super) fn required_literal(&self) -> Option<String> {
        let longest = match self {
            Self::Char(char) => char.to_string(),
            Self::Concat(parts) => longest_run(parts),
            Self::Repeat { repeated, min: 1.., .. } => repeated.required_literal()?,
            _ => return None,
        };
        (longest.len() >= 2).then_some(longest)
    }
}

fn longest_run(parts: &[Syntax]) -> String {
    let (mut longest, mut run) = (String::new(), String::new());
    for part in parts {
        match part {
            Syntax::Char(char) => run.push(*char),
            // It takes no character.
            Syntax::Assertion(_) => {}
            _ => {
                let inner = part.required_literal().unwrap_or_default();
                for candidate in [std::mem::take(&mut run), inner] {
                    if candidate.len() > longest.len() {
                        longest = candidate;
                    }
                }
            }
        }
    }
    if run.len() > longest.len() { run } else { longest }
}

/// Parses a pattern; the reason if it is invalid.
pub(super) fn parse(pattern: &str) -> Result<Syntax, String> {
    let mut parser = Parser { rest: pattern.chars().peekable(), depth: 0 };
    let syntax = parser.alternatives()?;
    if parser.rest.peek().is_some() {
        return Err("This regular expression has a ) without a (".to_owned());
    }
    Ok(syntax)
}

struct Parser<'p> {
    rest: Peekable<Chars<'p>>,
    depth: u32,
}

impl Parser<'_> {
    fn take(&mut self, char: char) -> bool {
        self.rest.next_if_eq(&char).is_some()
    }

    fn alternatives(&mut self) -> Result<Syntax, String> {
        let mut alternatives = vec![self.concat()?];
        while self.take('|') {
            alternatives.push(self.concat()?);
        }
        Ok(if alternatives.len() == 1 { alternatives.remove(0) } else { Syntax::Alternatives(alternatives) })
    }

    fn concat(&mut self) -> Result<Syntax, String> {
        let mut parts = Vec::new();
        while self.rest.peek().is_some_and(|char| !matches!(char, '|' | ')')) {
            let atom = self.atom()?;
            parts.push(self.repeated(atom)?);
        }
        Ok(Syntax::Concat(parts))
    }

    fn repeated(&mut self, atom: Syntax) -> Result<Syntax, String> {
        let (min, max) = match self.rest.peek() {
            Some('*') => (0, None),
            Some('+') => (1, None),
            Some('?') => (0, Some(1)),
            Some('{') => match self.braces()? {
                Some(bounds) => bounds,
                None => return Ok(atom),
            },
            _ => return Ok(atom),
        };
        self.rest.next();
        // As few or as many as possible: the texts that match are the same.
        self.take('?');
        if self.rest.peek().is_some_and(|char| matches!(char, '*' | '+' | '?')) {
            return Err("This regular expression repeats a repetition: put it into parentheses".to_owned());
        }
        Ok(Syntax::Repeat { repeated: Box::new(atom), min, max })
    }

    /// `{2}`, `{2,}` or `{2,5}`, up to its closing brace; `None` if the brace is an ordinary
    /// character.
    fn braces(&mut self) -> Result<Option<(u32, Option<u32>)>, String> {
        let text: String = self.rest.clone().skip(1).take_while(|char| *char != '}').take(16).collect();
        let (min, max) = text.split_once(',').map_or((text.as_str(), None), |(min, max)| (min, Some(max)));
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let is_closed = self.rest.clone().nth(text.chars().count() + 1) == Some('}');
        if !is_closed || !is_number(min) || max.is_some_and(|max| !max.is_empty() && !is_number(max)) {
            return Ok(None);
        }
        let number = |text: &str| text.parse().ok().filter(|number| *number <= MAX_REPETITIONS);
        let too_many =
            || format!("This regular expression repeats something more than {MAX_REPETITIONS} times");
        let min = number(min).ok_or_else(too_many)?;
        let max = match max {
            None => Some(min),
            Some("") => None,
            Some(max) => Some(number(max).ok_or_else(too_many)?),
        };
        if max.is_some_and(|max| max < min) {
            return Err(format!("{{{text}}} in this regular expression has its larger number first"));
        }
        for _ in 0..=text.chars().count() {
            self.rest.next();
        }
        Ok(Some((min, max)))
    }

    fn atom(&mut self) -> Result<Syntax, String> {
        let class = |ranges: &[(char, char)], is_negated| {
            Syntax::Class(Class { ranges: ranges.to_vec(), is_negated })
        };
        Ok(match self.rest.next() {
            Some('.') => class(LINE_END, true),
            Some('^') => Syntax::Assertion(Assertion::LineStart),
            Some('$') => Syntax::Assertion(Assertion::LineEnd),
            Some('(') => self.group()?,
            Some('[') => Syntax::Class(self.class()?),
            Some('\\') => match self.rest.peek() {
                Some('b') => self.assertion(Assertion::WordBoundary),
                Some('B') => self.assertion(Assertion::NoWordBoundary),
                _ => self.escape()?,
            },
            Some(char @ ('*' | '+' | '?')) => {
                return Err(format!("{char} in this regular expression has nothing to repeat"));
            }
            Some(char) => Syntax::Char(char),
            None => Syntax::Concat(Vec::new()),
        })
    }

    fn assertion(&mut self, assertion: Assertion) -> Syntax {
        self.rest.next();
        Syntax::Assertion(assertion)
    }

    fn group(&mut self) -> Result<Syntax, String> {
        if self.take('?') {
            let is_named = self.take('P') | self.rest.clone().next().is_some_and(|char| char == '<');
            if is_named {
                let is_look_behind = self.rest.clone().nth(1).is_some_and(|char| matches!(char, '=' | '!'));
                if is_look_behind || !self.rest.by_ref().any(|char| char == '>') {
                    return Err("Look-around in regular expressions is not supported".to_owned());
                }
            } else if !self.take(':') {
                return Err("(? in regular expressions is supported only as (?:…)".to_owned());
            }
        }
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err("This regular expression is nested too deep".to_owned());
        }
        let inner = self.alternatives()?;
        self.depth -= 1;
        if self.take(')') { Ok(inner) } else { Err("This regular expression has a ( without a )".to_owned()) }
    }

    /// A character or a class after a backslash.
    fn escape(&mut self) -> Result<Syntax, String> {
        let class = |ranges: &[(char, char)], is_negated| {
            Ok(Syntax::Class(Class { ranges: ranges.to_vec(), is_negated }))
        };
        let char = match self.rest.next() {
            Some('d') => return class(DIGITS, false),
            Some('D') => return class(DIGITS, true),
            Some('w') => return class(WORD, false),
            Some('W') => return class(WORD, true),
            Some('s') => return class(SPACE, false),
            Some('S') => return class(SPACE, true),
            Some('n') => '\n',
            Some('r') => '\r',
            Some('t') => '\t',
            Some('f') => '\u{c}',
            Some('v') => '\u{b}',
            Some('0') => '\0',
            Some('x') => self.hex(2)?,
            Some('u') => self.hex(4)?,
            Some(char @ '1'..='9') => {
                return Err(format!(
                    "\\{char} in regular expressions is not supported: it refers back to a group"
                ));
            }
            Some(char) if char.is_ascii_alphabetic() => {
                return Err(format!("\\{char} in regular expressions is not supported"));
            }
            Some(char) => char,
            None => return Err("This regular expression ends with a backslash".to_owned()),
        };
        Ok(Syntax::Char(char))
    }

    /// A character by its number in hexadecimal: that many digits, or any number of them in braces.
    fn hex(&mut self, count: usize) -> Result<char, String> {
        let digits: String = if self.take('{') {
            self.rest.by_ref().take_while(|char| *char != '}').collect()
        } else {
            self.rest.by_ref().take(count).collect()
        };
        let char = u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32);
        char.ok_or_else(|| format!("{digits} in this regular expression is not the number of a character"))
    }

    /// The class up to its closing bracket.
    fn class(&mut self) -> Result<Class, String> {
        let mut class = Class { is_negated: self.take('^'), ..Class::default() };
        loop {
            let Some(next) = self.rest.next() else {
                return Err("This regular expression has a [ without a ]".to_owned());
            };
            if next == ']' {
                return Ok(class);
            }
            let Some(first) = self.class_char(next, &mut class)? else { continue };
            let is_range =
                self.rest.peek() == Some(&'-') && self.rest.clone().nth(1).is_some_and(|char| char != ']');
            if !is_range {
                class.ranges.push((first, first));
                continue;
            }
            self.rest.next();
            let Some(next) = self.rest.next() else { continue };
            match self.class_char(next, &mut class)? {
                Some(last) if first <= last => class.ranges.push((first, last)),
                Some(last) => {
                    return Err(format!(
                        "{first}-{last} in this regular expression has its larger character first"
                    ));
                }
                None => class.ranges.extend([(first, first), ('-', '-')]),
            }
        }
    }

    /// A character of a class; `None` if it was a class itself, which is added.
    fn class_char(&mut self, char: char, class: &mut Class) -> Result<Option<char>, String> {
        if char != '\\' {
            return Ok(Some(char));
        }
        if self.take('b') {
            return Ok(Some('\u{8}'));
        }
        match self.escape()? {
            Syntax::Class(inner) => {
                class.ranges.extend(inner.resolved());
                Ok(None)
            }
            Syntax::Char(char) => Ok(Some(char)),
            _ => Ok(None),
        }
    }
}

impl Class {
    /// The ranges in order, without overlaps, and negated if it is.
    pub(super) fn resolved(&self) -> Vec<(char, char)> {
        let mut ranges = self.ranges.clone();
        ranges.sort_unstable();
        let mut merged: Vec<(u32, u32)> = Vec::new();
        for (first, last) in ranges {
            let (first, last) = (u32::from(first), u32::from(last));
            match merged.last_mut() {
                Some(before) if first <= before.1.saturating_add(1) => before.1 = before.1.max(last),
                _ => merged.push((first, last)),
            }
        }
        if self.is_negated {
            merged = complement(&merged);
        }
        merged.into_iter().flat_map(|(first, last)| without_surrogates(first, last)).collect()
    }

    /// The class with both cases of the ASCII letters in it.
    pub(super) fn folded(mut self) -> Self {
        let mut both = Vec::new();
        for &(first, last) in &self.ranges {
            for (from, to, case) in [
                ('a', 'z', char::to_ascii_uppercase as fn(&char) -> char),
                ('A', 'Z', char::to_ascii_lowercase),
            ] {
                let (start, end) = (first.max(from), last.min(to));
                if start <= end {
                    both.push((case(&start), case(&end)));
                }
            }
        }
        self.ranges.extend(both);
        self
    }
}

fn complement(ranges: &[(u32, u32)]) -> Vec<(u32, u32)> {
    let mut gaps = Vec::new();
    let mut next = 0;
    for (first, last) in ranges {
        if next < *first {
            gaps.push((next, first - 1));
        }
        next = last + 1;
    }
    if next <= u32::from(char::MAX) {
        gaps.push((next, u32::from(char::MAX)));
    }
    gaps
}

/// The characters of a range of numbers, some of which are not characters.
fn without_surrogates(first: u32, last: u32) -> impl Iterator<Item = (char, char)> {
    let parts = [(first, last.min(0xd7ff)), (first.max(0xe000), last)];
    parts
        .into_iter()
        .filter(|(first, last)| first <= last)
        .filter_map(|(first, last)| Some((char::from_u32(first)?, char::from_u32(last)?)))
}
