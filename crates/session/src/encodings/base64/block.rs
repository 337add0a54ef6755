//! Sixteen digits of base64 at once, by vector instructions of WebAssembly or by portable code.

/// Number of digits in a block, and of the bytes that they encode.
pub(super) const DIGITS: usize = 16;
const BYTES: usize = 12;

/// The bytes that a block encodes; `None` if it has another character than a digit.
pub(super) fn decode(digits: &[u8; DIGITS]) -> Option<[u8; BYTES]> {
    machine::values(digits).map(machine::pack)
}

/// Whether all characters of a block are digits.
pub(super) fn is_valid(digits: &[u8; DIGITS]) -> bool {
    machine::values(digits).is_some()
}

// The compiler makes no vector instructions of loops where it optimizes the module for size.
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod machine {
    use core::arch::wasm32::{
        i8x16_shuffle, u8x16_add, u8x16_all_true, u8x16_eq, u8x16_lt, u8x16_splat, u8x16_sub, u16x8_shl,
        u16x8_shr, u16x8_splat, u32x4_extract_lane, u32x4_shl, u32x4_shr, u32x4_splat, u64x2,
        u64x2_extract_lane, v128, v128_and, v128_or,
    };

    use super::{BYTES, DIGITS};

    /// The value of each digit; `None` if one is another character.
    pub(super) fn values(digits: &[u8; DIGITS]) -> Option<v128> {
        let all = u128::from_le_bytes(*digits);
        let digits = u64x2(all as u64, (all >> 64) as u64);
        // A mask of the digits in a range, and their values.
        let range = |first: u8, count: u8, value: u8| {
            let offset = u8x16_sub(digits, u8x16_splat(first));
            let mask = u8x16_lt(offset, u8x16_splat(count));
            (mask, v128_and(mask, u8x16_add(offset, u8x16_splat(value))))
        };
        let either = |one: u8, other: u8, value: u8| {
            let mask = v128_or(u8x16_eq(digits, u8x16_splat(one)), u8x16_eq(digits, u8x16_splat(other)));
            (mask, v128_and(mask, u8x16_splat(value)))
        };
        let parts = [
            range(b'A', 26, 0),
            range(b'a', 26, 26),
            range(b'0', 10, 52),
            either(b'+', b'-', 62),
            either(b'/', b'_', 63),
        ];
        let join = |(mask, values), (other_mask, other_values)| {
            (v128_or(mask, other_mask), v128_or(values, other_values))
        };
        let (is_digit, values) = parts.into_iter().reduce(join)?;
        u8x16_all_true(is_digit).then_some(values)
    }

    pub(super) fn pack(values: v128) -> [u8; BYTES] {
        let first = u16x8_shl(v128_and(values, u16x8_splat(0x3F)), 6);
        let pairs = v128_or(first, u16x8_shr(values, 8));
        let first = u32x4_shl(v128_and(pairs, u32x4_splat(0xFFF)), 12);
        let groups = v128_or(first, u32x4_shr(pairs, 16));
        let bytes = i8x16_shuffle::<2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, 0, 0, 0, 0>(groups, groups);
        let low = u128::from(u64x2_extract_lane::<0>(bytes));
        let packed = low | u128::from(u32x4_extract_lane::<2>(bytes)) << 64;
        *packed.to_le_bytes().first_chunk().unwrap_or(&[0; BYTES])
    }
}

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
mod machine {
    use super::super::VALUES;
    use super::{BYTES, DIGITS};

    /// The value of each digit; `None` if one is another character.
    pub(super) fn values(digits: &[u8; DIGITS]) -> Option<[u8; DIGITS]> {
        let values = digits.map(|digit| VALUES[usize::from(digit)]);
        let has_other = u128::from_le_bytes(values) & u128::from_le_bytes([0x80; DIGITS]) != 0;
        (!has_other).then_some(values)
    }

    pub(super) fn pack(values: [u8; DIGITS]) -> [u8; BYTES] {
        let mut packed = [0; BYTES];
        for (group, bytes) in values.as_chunks().0.iter().zip(packed.as_chunks_mut().0) {
            let bits = u32::from_be_bytes(*group);
            let value = bits & 0x3F | bits >> 2 & 0xFC0 | bits >> 4 & 0x3_F000 | bits >> 6 & 0xFC_0000;
            let [_, first, second, third] = value.to_be_bytes();
            *bytes = [first, second, third];
        }
        packed
    }
}
