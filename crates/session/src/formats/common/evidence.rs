//! Evidence that a file is of its detected format: at least one of its elements is one of that
//! format.

/// Number of elements after which a file without a genuine one is rejected before its end.
const MAX_UNPROVEN: u64 = 1000;

/// Counts the elements of a file.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::formats) struct Evidence {
    elements: u64,
    has_genuine: bool,
}

impl Evidence {
    /// Counts an element, which may be one of the format.
    pub(in crate::formats) fn add(&mut self, is_genuine: bool) {
        self.elements += 1;
        self.has_genuine |= is_genuine;
    }

    /// Counts an element of the format.
    pub(in crate::formats) fn add_genuine(&mut self) {
        self.add(true);
    }

    /// Counts an element that is not one of the format.
    pub(in crate::formats) fn add_invalid(&mut self) {
        self.add(false);
    }

    /// Whether a genuine element was found.
    pub(in crate::formats) fn is_proven(self) -> bool {
        self.has_genuine
    }

    /// Whether there were elements, and none of them is of the format.
    pub(in crate::formats) fn is_missing(self) -> bool {
        self.elements > 0 && !self.has_genuine
    }

    /// Whether so many elements were read without a genuine one that the rest need not be read.
    pub(in crate::formats) fn is_refuted(self) -> bool {
        self.is_missing() && self.elements >= MAX_UNPROVEN
    }

    /// Whether there were any elements at all.
    pub(in crate::formats) fn is_empty(self) -> bool {
        self.elements == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_genuine_element_proves_a_format_and_a_thousand_others_refute_it() {
        let mut evidence = Evidence::default();
        assert!(evidence.is_empty() && !evidence.is_missing());
        for _ in 0..MAX_UNPROVEN {
            assert!(!evidence.is_refuted());
            evidence.add_invalid();
        }
        assert!(evidence.is_refuted());
        evidence.add_genuine();
        assert!(!evidence.is_refuted() && !evidence.is_missing());
    }
}
