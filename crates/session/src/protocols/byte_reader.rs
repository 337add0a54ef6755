//! Reads the fields of binary protocols from the beginning of a slice. Every method returns `None`
//! past the end.

/// The bytes that have not been read.
#[derive(Clone, Copy, Debug)]
pub(super) struct ByteReader<'b> {
    bytes: &'b [u8],
}

impl<'b> ByteReader<'b> {
    pub(super) fn new(bytes: &'b [u8]) -> Self {
        Self { bytes }
    }

    /// The bytes that have not been read.
    pub(super) fn rest(&self) -> &'b [u8] {
        self.bytes
    }

    pub(super) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// The next `len` bytes.
    pub(super) fn take(&mut self, len: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.bytes.split_at_checked(len)?;
        self.bytes = rest;
        Some(taken)
    }

    pub(super) fn u8(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    /// A big-endian integer of 2 bytes.
    pub(super) fn u16(&mut self) -> Option<u16> {
        Some(u16::from_be_bytes(self.take(2)?.try_into().ok()?))
    }

    /// A big-endian integer of 4 bytes.
    pub(super) fn u32(&mut self) -> Option<u32> {
        Some(u32::from_be_bytes(self.take(4)?.try_into().ok()?))
    }

    /// A little-endian integer of 8 bytes.
    pub(super) fn u64_little_endian(&mut self) -> Option<u64> {
        Some(u64::from_le_bytes(self.take(8)?.try_into().ok()?))
    }

    /// An integer in groups of 7 bits, lowest first, of at most `max_len` bytes (up to 9).
    pub(super) fn varint(&mut self, max_len: usize) -> Option<u64> {
        let mut value = 0;
        for shift in 0..max_len.min(9) {
            let byte = self.u8()?;
            value |= u64::from(byte & 0x7f) << (7 * shift);
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    /// Bytes after their length as a varint of at most `max_len` bytes.
    pub(super) fn varint_bytes(&mut self, max_len: usize) -> Option<&'b [u8]> {
        let len = self.varint(max_len)?;
        self.take(usize::try_from(len).ok()?)
    }
}

#[cfg(test)]
mod tests {
    use super::ByteReader;

    #[test]
    fn fields_are_read_in_their_order() {
        let mut reader = ByteReader::new(b"\x01\x00\x02\x00\x00\x00\x03\xac\x02\x02hi\x04\0\0\0\0\0\0\0!");
        assert_eq!((reader.u8(), reader.u16(), reader.u32()), (Some(1), Some(2), Some(3)));
        assert_eq!((reader.varint(4), reader.varint_bytes(4)), (Some(300), Some(&b"hi"[..])));
        assert_eq!((reader.u64_little_endian(), reader.rest()), (Some(4), &b"!"[..]));
        assert!(reader.take(2).is_none() && reader.u16().is_none() && !reader.is_empty());
        assert_eq!(ByteReader::new(&[0xff; 9]).varint(4), None);
        assert_eq!(ByteReader::new(b"\x05hi").varint_bytes(4), None);
    }
}
