//! What is fuzzed: any bytes unpack, or are refused, the same in pieces of any size.

use unpack::{Damaged, PIECE, Unpacker};

/// What is unpacked of one input at most; a few bytes may stand for gigabytes.
const ENOUGH: usize = 16 * PIECE;
/// Inputs up to this length come a byte at a time too.
const SMALL: usize = 600;

/// Both ways of packing, on the same bytes.
pub fn unpack(packed: &[u8]) {
    for method in ["brotli", "zstd"] {
        let whole = unpacked(method, packed, usize::MAX);
        whole.compare(&unpacked(method, packed, 1 + packed.len() % 97), method);
        if packed.len() <= SMALL {
            whole.compare(&unpacked(method, packed, 1), method);
        }
    }
}

struct Unpacked {
    plain: Vec<u8>,
    /// Whether the data came to its end; `None` where enough was unpacked.
    done: Option<Result<bool, Damaged>>,
}

impl Unpacked {
    fn compare(&self, other: &Self, method: &str) {
        // What was unpacked before a fault shows comes with it, or was pulled before: one is the other's beginning.
        let shared = self.plain.len().min(other.plain.len());
        assert!(
            self.plain[..shared] == other.plain[..shared],
            "{method} unpacks to something else in pieces"
        );
        // Of data that no packer wrote, Brotli's decoder notices some damage only where the bits come singly; what is
        // whole both ways is the same.
        if let (Some(Ok(true)), Some(Ok(true))) = (&self.done, &other.done) {
            assert_eq!(self.plain.len(), other.plain.len(), "{method} loses bytes");
        }
    }
}

fn unpacked(method: &str, packed: &[u8], piece: usize) -> Unpacked {
    let mut unpacker = Unpacker::new(method).expect("a method that is known");
    let mut plain = Vec::new();
    for piece in packed.chunks(piece) {
        unpacker.push(piece);
        loop {
            let pulled = match unpacker.pull() {
                Ok(pulled) => pulled,
                Err(damaged) => return Unpacked { plain, done: Some(Err(damaged)) },
            };
            assert!(pulled.len() <= PIECE, "{method} pulls more than a piece");
            if pulled.is_empty() {
                break;
            }
            plain.extend(pulled);
            if plain.len() >= ENOUGH {
                return Unpacked { plain, done: None };
            }
        }
    }
    Unpacked { plain, done: Some(Ok(unpacker.is_done())) }
}
