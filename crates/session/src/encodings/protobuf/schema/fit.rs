//! Which of the types a socket's messages are: the one whose fields they have.

use super::super::{MAX_NESTING, Wire};
use super::decode::{unpacked, written_fields};
use super::types::{FieldType, Scalar};
use super::{Field, MessageType, Schema};

/// Fields of a message that are compared with a type.
const MAX_COMPARED: u32 = 2000;

/// How well messages fit a type.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TypeFit {
    /// Messages in which every field is one of the type, with a value of its type.
    pub fitting: usize,
    pub messages: usize,
    /// Fields that are texts, messages or enums with a known value: they are rarely so by chance.
    evidence: u32,
    /// Fields that the type has and no message does, so that it is larger than needed.
    unused: usize,
}

impl TypeFit {
    /// Whether nearly all messages are of that type.
    pub fn is_likely(self) -> bool {
        self.messages > 0 && self.fitting * 10 >= self.messages * 9
    }

    /// For sorting: a better fit is larger.
    fn rank(self) -> (usize, u32, std::cmp::Reverse<usize>) {
        (self.fitting, self.evidence, std::cmp::Reverse(self.unused))
    }
}

/// What is counted in one message.
#[derive(Debug, Default)]
struct Count {
    compared: u32,
    /// Fields that the type does not have, or that have another type.
    misfits: u32,
    evidence: u32,
}

impl Schema {
    /// The message types with how well messages fit them, the best first.
    pub fn ranked(&self, messages: &[&[u8]]) -> Vec<(&str, TypeFit)> {
        let named = self.type_names().into_iter();
        let mut ranked: Vec<_> =
            named.filter_map(|name| Some((name, self.fit(self.message(name)?, messages)))).collect();
        // Stable: of equal ones, in the order of the names.
        ranked.sort_by_key(|(_, fit)| std::cmp::Reverse(fit.rank()));
        ranked
    }

    fn fit(&self, of: &MessageType, messages: &[&[u8]]) -> TypeFit {
        let mut fit = TypeFit::default();
        let mut used = std::collections::HashSet::new();
        for message in messages {
            fit.messages += 1;
            let mut count = Count::default();
            if self.count(of, message, 0, &mut count).is_some() && count.misfits == 0 {
                fit.fitting += 1;
                fit.evidence = fit.evidence.saturating_add(count.evidence);
                used.extend(written_fields(message).into_iter().flatten().map(|field| field.number));
            }
        }
        fit.unused = of.fields.keys().filter(|number| !used.contains(number)).count();
        fit
    }

    /// Counts the fields of a message; `None` if the bytes are not one.
    fn count(&self, of: &MessageType, source: &[u8], depth: usize, count: &mut Count) -> Option<()> {
        if depth > MAX_NESTING {
            return None;
        }
        for value in written_fields(source)? {
            count.compared += 1;
            if count.compared > MAX_COMPARED {
                return Some(());
            }
            let Some(field) = of.fields.get(&value.number) else {
                count.misfits += 1;
                continue;
            };
            let is_list = field.is_repeated && field.kind.is_packable() && value.wire == Wire::Len;
            let elements = if is_list { unpacked(field.kind, &value) } else { Some(vec![value]) };
            for element in elements.unwrap_or_else(|| vec![value]) {
                self.count_value(field, element.wire, element.content, depth, count);
            }
        }
        Some(())
    }

    fn count_value(&self, field: &Field, wire: Wire, content: &[u8], depth: usize, count: &mut Count) {
        let (is_fit, evidence) = match field.kind {
            FieldType::Unknown => (true, 0),
            FieldType::Message(index) => {
                let of = self.messages.get(index).filter(|_| matches!(wire, Wire::Len | Wire::GroupStart));
                (of.is_some_and(|of| self.count(of, content, depth + 1, count).is_some()), 1)
            }
            FieldType::Enum(index) => {
                let number = super::super::varint(content).map(|(number, _)| number as i32);
                let is_known = number
                    .zip(self.enums.get(index))
                    .is_some_and(|(number, names)| names.contains_key(&number));
                (wire == Wire::Varint, u32::from(is_known))
            }
            FieldType::Scalar(Scalar::String) => {
                (wire == Wire::Len && std::str::from_utf8(content).is_ok(), 1)
            }
            FieldType::Scalar(scalar) => (wire == scalar.wire(), 0),
        };
        if is_fit {
            count.evidence += evidence;
        } else {
            count.misfits += 1;
        }
    }
}
