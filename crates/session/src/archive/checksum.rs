//! The checksum of a member, by which an archive tells that it is damaged: what packs a member does not notice.
//!
//! CRC-32 with the reversed polynomial (PKWARE APPNOTE 6.3, 4.4.7), eight bytes at a time by eight tables: each step of the
//! plain way waits for the one before.

use super::Member;

const POLYNOMIAL: u32 = 0xEDB8_8320;
/// Bytes that are taken at once.
const STEP: usize = 8;

/// What a byte does to the checksum when so many bytes come after it within a step.
type Table = [u32; 256];

/// Sums up what comes out of an archive, to compare it with what the archive's directory says of it.
#[derive(Clone, Debug)]
pub struct Checksum {
    tables: Box<[Table; STEP]>,
    sum: u32,
    len: u64,
    told_sum: u32,
    told_len: u64,
}

impl Default for Checksum {
    /// Of data whose checksum comes behind it.
    fn default() -> Self {
        Self { tables: tables(), sum: u32::MAX, len: 0, told_sum: 0, told_len: 0 }
    }
}

impl Checksum {
    /// The checksum of what was added.
    pub(crate) fn sum(&self) -> u32 {
        !self.sum
    }

    /// Before the first byte of that member.
    pub fn of(member: &Member) -> Self {
        Self { tables: tables(), sum: u32::MAX, len: 0, told_sum: member.checksum, told_len: member.len }
    }

    /// Takes the next unpacked bytes.
    pub fn add(&mut self, bytes: &[u8]) {
        let (steps, rest) = bytes.as_chunks::<STEP>();
        for step in steps {
            let step = u64::from_le_bytes(*step) ^ u64::from(self.sum);
            // The first of the eight has seven after it.
            let parts = self.tables.iter().rev().zip(step.to_le_bytes());
            self.sum = parts.fold(0, |sum, (table, byte)| sum ^ table[usize::from(byte)]);
        }
        for byte in rest {
            self.sum = after(self.sum ^ u32::from(*byte), &self.tables[0]);
        }
        self.len += bytes.len() as u64;
    }

    /// What is wrong with the member, when all of it has come.
    pub fn fault(&self) -> Option<String> {
        if self.len != self.told_len {
            return Some(format!("{} bytes came out of it, the archive says {}", self.len, self.told_len));
        }
        (!self.sum != self.told_sum).then(|| "its checksum is not the one in the archive".to_owned())
    }
}

fn after(sum: u32, table: &Table) -> u32 {
    table[(sum & 0xFF) as usize] ^ (sum >> 8)
}

/// Made when they are needed: stored, they would be a fiftieth of the app.
fn tables() -> Box<[Table; STEP]> {
    let bits = |byte: usize| (0..8).fold(byte as u32, |sum, _| (sum >> 1) ^ (POLYNOMIAL * (sum & 1)));
    let alone: Table = std::array::from_fn(bits);
    let mut next = alone;
    let mut tables = Box::new([alone; STEP]);
    for table in tables.iter_mut().skip(1) {
        next = next.map(|sum| after(sum, &alone));
        *table = next;
    }
    tables
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::Method;
    use proptest::prelude::*;

    fn member(checksum: u32, len: u64) -> Member {
        Member { name: "a".into(), method: Method::Stored, checksum, packed_len: len, len, header_start: 0 }
    }

    /// Bit by bit, as the polynomial is defined.
    fn plainly(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(u32::MAX, |sum, byte| {
            (0..8).fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ (POLYNOMIAL * (sum & 1)))
        })
    }

    fn fault(checksum: u32, len: u64, pieces: &[&[u8]]) -> Option<String> {
        let mut sum = Checksum::of(&member(checksum, len));
        for piece in pieces {
            sum.add(piece);
        }
        sum.fault()
    }

    #[test]
    fn the_check_value_of_the_format_is_met() {
        assert_eq!(fault(0xCBF4_3926, 9, &[b"123456789"]), None);
        assert_eq!(fault(0, 0, &[]), None);
    }

    #[test]
    fn damage_is_told_by_what_shows_it() {
        let changed = fault(0xCBF4_3926, 9, &[b"123456780"]).unwrap_or_default();
        assert!(changed.contains("checksum"), "{changed}");
        assert_eq!(
            fault(0xCBF4_3926, 9, &[b"12345678"]).as_deref(),
            Some("8 bytes came out of it, the archive says 9")
        );
    }

    proptest! {
        #[test]
        fn however_it_is_cut_the_sum_is_the_plain_one(bytes: Vec<u8>, at in 0.0..=1.0) {
            let (one, other) = bytes.split_at((bytes.len() as f64 * at) as usize);
            prop_assert_eq!(fault(plainly(&bytes), bytes.len() as u64, &[one, other]), None);
            prop_assert!(fault(plainly(&bytes) ^ 1, bytes.len() as u64, &[one, other]).is_some());
        }
    }
}
