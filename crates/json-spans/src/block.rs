//! Sixteen bytes of a text, compared at once by vector instructions (SSE2, WebAssembly SIMD) or
//! portable code.

/// Number of bytes in a block.
pub(super) const LEN: usize = 16;

/// Sixteen bytes. The lowest bit of a mask is the first byte.
#[derive(Clone, Copy)]
pub(super) struct Block(machine::Bytes);

impl Block {
    /// The first [`LEN`] bytes of `text`; `None` if there are fewer.
    pub(super) fn of(text: &[u8]) -> Option<Self> {
        text.first_chunk().map(|bytes| Self(machine::load(bytes)))
    }

    /// A mask of the bytes equal to `byte`.
    pub(super) fn equal(self, byte: u8) -> u32 {
        machine::equal(self.0, byte)
    }

    /// A mask of the bytes equal to the byte of `other` at the same offset.
    pub(super) fn same(self, other: Self) -> u32 {
        machine::same(self.0, other.0)
    }

    /// A mask of the ASCII control characters (below 0x20).
    pub(super) fn controls(self) -> u32 {
        machine::controls(self.0)
    }

    /// A mask of the brackets and braces.
    pub(super) fn brackets(self) -> u32 {
        machine::brackets(self.0)
    }
}

/// The bit by which `[` differs from `{`, and `]` from `}`.
const CURLY: u8 = b'[' ^ b'{';

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod machine {
    use core::arch::wasm32::{u8x16_bitmask, u8x16_eq, u8x16_lt, u8x16_splat, u64x2, v128, v128_or};

    use super::{CURLY, LEN};

    pub(super) type Bytes = v128;

    pub(super) fn load(bytes: &[u8; LEN]) -> Bytes {
        let both = u128::from_le_bytes(*bytes);
        u64x2(both as u64, (both >> 64) as u64)
    }

    pub(super) fn equal(bytes: Bytes, byte: u8) -> u32 {
        same(bytes, u8x16_splat(byte))
    }

    pub(super) fn same(bytes: Bytes, others: Bytes) -> u32 {
        u8x16_bitmask(u8x16_eq(bytes, others)).into()
    }

    pub(super) fn controls(bytes: Bytes) -> u32 {
        u8x16_bitmask(u8x16_lt(bytes, u8x16_splat(b' '))).into()
    }

    pub(super) fn brackets(bytes: Bytes) -> u32 {
        let curly = v128_or(bytes, u8x16_splat(CURLY));
        let opening = u8x16_eq(curly, u8x16_splat(b'{'));
        let closing = u8x16_eq(curly, u8x16_splat(b'}'));
        u8x16_bitmask(v128_or(opening, closing)).into()
    }
}

// A fifth of the instructions that the compiler generates for the portable comparison.
#[cfg(target_arch = "x86_64")]
#[expect(
    unsafe_code,
    reason = "the intrinsics are unsafe functions, though SSE2 is part of every x86-64 processor"
)]
mod machine {
    use core::arch::x86_64::{
        __m128i, _mm_cmpeq_epi8, _mm_min_epu8, _mm_movemask_epi8, _mm_or_si128, _mm_set_epi64x, _mm_set1_epi8,
    };

    use super::{CURLY, LEN};

    pub(super) type Bytes = __m128i;

    pub(super) fn load(bytes: &[u8; LEN]) -> Bytes {
        let both = u128::from_le_bytes(*bytes);
        // SAFETY: SSE2 is part of x86-64, and values are passed, no pointers.
        unsafe { _mm_set_epi64x((both >> 64) as i64, both as i64) }
    }

    pub(super) fn equal(bytes: Bytes, byte: u8) -> u32 {
        // SAFETY: as above.
        same(bytes, unsafe { _mm_set1_epi8(byte.cast_signed()) })
    }

    pub(super) fn same(bytes: Bytes, others: Bytes) -> u32 {
        // SAFETY: as above.
        unsafe { _mm_movemask_epi8(_mm_cmpeq_epi8(bytes, others)).cast_unsigned() }
    }

    pub(super) fn controls(bytes: Bytes) -> u32 {
        // SAFETY: as above.
        unsafe {
            let min = _mm_min_epu8(bytes, _mm_set1_epi8(0x1F));
            _mm_movemask_epi8(_mm_cmpeq_epi8(min, bytes)).cast_unsigned()
        }
    }

    pub(super) fn brackets(bytes: Bytes) -> u32 {
        // SAFETY: as above.
        unsafe {
            let all = |byte: u8| _mm_set1_epi8(byte.cast_signed());
            let curly = _mm_or_si128(bytes, all(CURLY));
            let opening = _mm_cmpeq_epi8(curly, all(b'{'));
            let closing = _mm_cmpeq_epi8(curly, all(b'}'));
            _mm_movemask_epi8(_mm_or_si128(opening, closing)).cast_unsigned()
        }
    }
}

#[cfg(not(any(all(target_arch = "wasm32", target_feature = "simd128"), target_arch = "x86_64")))]
mod machine {
    use super::{CURLY, LEN};

    pub(super) type Bytes = [u8; LEN];

    pub(super) fn load(bytes: &[u8; LEN]) -> Bytes {
        *bytes
    }

    pub(super) fn equal(bytes: Bytes, byte: u8) -> u32 {
        same(bytes, [byte; LEN])
    }

    pub(super) fn same(bytes: Bytes, others: Bytes) -> u32 {
        bytes.iter().zip(&others).rev().fold(0, |mask, (byte, other)| mask << 1 | u32::from(byte == other))
    }

    pub(super) fn controls(bytes: Bytes) -> u32 {
        bytes.iter().rev().fold(0, |mask, byte| mask << 1 | u32::from(*byte < b' '))
    }

    pub(super) fn brackets(bytes: Bytes) -> u32 {
        let curly = bytes.map(|byte| byte | CURLY);
        equal(curly, b'{') | equal(curly, b'}')
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn byte_wise(bytes: &[u8; LEN], is_match: impl Fn(u8) -> bool) -> u32 {
        (0..LEN).map(|at| u32::from(is_match(bytes[at])) << at).sum()
    }

    #[test]
    fn fewer_than_sixteen_bytes_do_not_make_a_block() {
        assert!(Block::of(&[b' '; LEN - 1]).is_none());
        assert_eq!(Block::of(&[b' '; LEN + 1]).map(|block| block.equal(b' ')), Some(0xFFFF));
    }

    proptest! {
        #[test]
        fn masks_equal_those_of_a_byte_wise_comparison(
            any in any::<[u8; LEN]>(),
            json in prop::array::uniform16(prop::sample::select(b"[]{}\"\\ \x1b\x1d;=Z^z~".to_vec())),
            byte in any::<u8>(),
        ) {
            for bytes in [any, json] {
                let block = Block::of(&bytes).expect("sixteen bytes");
                for byte in [byte, b'"', b'\\', b' '] {
                    prop_assert_eq!(block.equal(byte), byte_wise(&bytes, |other| other == byte));
                }
                let other = Block::of(&any).expect("sixteen bytes");
                prop_assert_eq!(block.same(other), (0..LEN).map(|at| u32::from(bytes[at] == any[at]) << at).sum::<u32>());
                prop_assert_eq!(block.controls(), byte_wise(&bytes, |byte| byte < 0x20));
                prop_assert_eq!(block.brackets(), byte_wise(&bytes, |byte| b"[]{}".contains(&byte)));
            }
        }
    }
}
