//! What is fuzzed of the crate: any bytes unpack or fail, with the same result in pieces of any
//! size.

use unpack::{PIECE, UnpackError, Unpacker};

/// Bytes unpacked of one input at most: a few bytes can expand to gigabytes.
const MAX_UNPACKED: usize = 16 * PIECE;
/// Inputs up to this length are also pushed a byte at a time.
const SMALL: usize = 600;

/// Runs both decompressors on the same bytes.
pub fn unpack(packed: &[u8]) {
    for method in ["brotli", "zstd"] {
        let complete = unpacked(method, packed, usize::MAX);
        complete.compare(&unpacked(method, packed, 1 + packed.len() % 97), method);
        if packed.len() <= SMALL {
            complete.compare(&unpacked(method, packed, 1), method);
        }
    }
}

struct Unpacked {
    plain: Vec<u8>,
    /// Whether the data is complete; `None` if the limit was reached first.
    done: Option<Result<bool, UnpackError>>,
}

impl Unpacked {
    fn compare(&self, other: &Self, method: &str) {
        // Damage may be noticed before or after the last bytes are pulled, so one output is a
        // prefix of the other.
        let shared = self.plain.len().min(other.plain.len());
        assert!(
            self.plain[..shared] == other.plain[..shared],
            "{method} unpacks to something else in pieces"
        );
        // Brotli's decoder notices some damage only in single bytes. Output that is complete both
        // times is the same.
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
                Err(why) => return Unpacked { plain, done: Some(Err(why)) },
            };
            assert!(pulled.len() <= PIECE, "{method} pulls more than a piece");
            if pulled.is_empty() {
                break;
            }
            plain.extend(pulled);
            if plain.len() >= MAX_UNPACKED {
                return Unpacked { plain, done: None };
            }
        }
    }
    Unpacked { plain, done: Some(Ok(unpacker.is_done())) }
}
