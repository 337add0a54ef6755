//! Requests that wait for their replies.

use std::collections::HashMap;

use super::analysis::{EventId, EventNames};
use super::unit::{PairKey, Role};
use crate::model::Direction;

/// Requests that are remembered; later ones are listed without a reply.
const MAX_OPEN: usize = 1_000_000;

/// The open requests of both directions.
#[derive(Clone, Debug, Default)]
pub(super) struct Pairing {
    open: HashMap<(Direction, PairKey), Vec<OpenRequest>>,
    count: usize,
    /// Names of the events, as far as requests have them.
    names: EventNames,
}

#[derive(Clone, Copy, Debug)]
struct OpenRequest {
    message: u32,
    event: EventId,
}

impl Pairing {
    /// Number of open requests.
    pub(super) fn len(&self) -> usize {
        self.count
    }

    /// The event of the open request that a unit of `direction` with `key` replies to.
    pub(super) fn request_event(&self, direction: Direction, key: PairKey) -> Option<&str> {
        let request = self.open.get(&(direction.opposite(), key))?.last()?;
        self.names.get(request.event)
    }

    /// Records the role of a unit in `message`; for a reply, the message of its request.
    pub(super) fn record(
        &mut self,
        direction: Direction,
        message: u32,
        event: &str,
        role: Role,
    ) -> Option<u32> {
        let answered = |key: PairKey| (direction.opposite(), key);
        match role {
            Role::None => None,
            Role::Request(key) => {
                if self.count < MAX_OPEN {
                    let event = self.names.intern(event);
                    self.open.entry((direction, key)).or_default().push(OpenRequest { message, event });
                    self.count += 1;
                }
                None
            }
            Role::PartialReply(key) => self.open.get(&answered(key))?.last().map(|request| request.message),
            Role::Reply(key) => self.close(answered(key), |open| open.len() - 1),
            Role::ReplyInOrder(key) => self.close(answered(key), |_| 0),
        }
    }

    fn close(&mut self, key: (Direction, PairKey), which: impl Fn(&[OpenRequest]) -> usize) -> Option<u32> {
        let open = self.open.get_mut(&key).filter(|open| !open.is_empty())?;
        let request = open.remove(which(open));
        self.count -= 1;
        if open.is_empty() {
            self.open.remove(&key);
        }
        Some(request.message)
    }
}
