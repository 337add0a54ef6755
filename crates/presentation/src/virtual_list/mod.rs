//! The arithmetic of a list of which only the rows on screen exist.

/// The tallest element the app asks a browser for, in px. Firefox caps heights at about 17.8
/// million, Chromium at 33.5; longer lists scroll on a shorter scale.
pub const MAX_SCROLL_HEIGHT: f64 = 15_000_000.0;

/// A list of equally high rows behind a viewport.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct VirtualList {
    pub rows: usize,
    /// Height of a row in px, above 0.
    pub row_height: f64,
    /// Height of the visible part in px.
    pub viewport: f64,
}

/// The rows to draw.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct VisibleRange {
    /// Index of the first row.
    pub first: usize,
    pub count: usize,
    /// Position of the first row's top, in px from the viewport's top; 0 or above it (negative).
    pub offset_px: f64,
}

impl VirtualList {
    /// The height to give the scrolled element, in px.
    pub fn scroll_height(&self) -> f64 {
        self.height().min(MAX_SCROLL_HEIGHT)
    }

    /// The rows that are at least partly visible at that scroll position.
    pub fn visible(&self, scroll_top: f64) -> VisibleRange {
        let top = self.position(scroll_top);
        let row_height = self.row_height();
        let first = ((top / row_height) as usize).min(self.rows.saturating_sub(1));
        let offset_px = (first as f64 * row_height - top).min(0.0);
        let visible_rows = ((self.viewport() - offset_px) / row_height).ceil() as usize;
        VisibleRange { first, count: visible_rows.min(self.rows - first.min(self.rows)), offset_px }
    }

    /// The nearest scroll position at which the row is completely visible; `None` if it is already.
    pub fn scroll_to_show(&self, index: usize, scroll_top: f64) -> Option<f64> {
        let position = self.position(scroll_top);
        let top = index.min(self.rows.saturating_sub(1)) as f64 * self.row_height();
        let bottom = top + self.row_height();
        // Half a pixel is what browsers round scroll positions by.
        if top < position - 0.5 || self.row_height() > self.viewport() {
            let target = self.scroll_of(top);
            return ((target - scroll_top).abs() > 0.5).then_some(target);
        }
        (bottom > position + self.viewport() + 0.5).then(|| self.scroll_of(bottom - self.viewport()))
    }

    /// Where to scroll so that the row is the first, or as near to it as the list's end allows.
    pub fn scroll_for_first(&self, index: usize) -> f64 {
        self.scroll_of(index.min(self.rows) as f64 * self.row_height())
    }

    fn row_height(&self) -> f64 {
        if self.row_height.is_finite() { self.row_height.max(1.0) } else { 1.0 }
    }

    fn viewport(&self) -> f64 {
        if self.viewport.is_finite() { self.viewport.max(0.0) } else { 0.0 }
    }

    /// The height of all rows together.
    fn height(&self) -> f64 {
        self.rows as f64 * self.row_height()
    }

    /// How far the rows can move.
    fn travel(&self) -> f64 {
        (self.height() - self.viewport()).max(0.0)
    }

    /// How far the browser can scroll.
    fn scroll_travel(&self) -> f64 {
        (self.scroll_height() - self.viewport()).max(0.0)
    }

    /// The distance in px between the list's top and the viewport's at that scroll position. Both
    /// ends are exact: a browser's last scroll position can be a fraction of a pixel short of the
    /// end.
    fn position(&self, scroll_top: f64) -> f64 {
        let end = self.scroll_travel();
        if scroll_top.is_nan() || scroll_top <= 0.0 {
            return 0.0;
        }
        if scroll_top > end - 1.0 {
            return self.travel();
        }
        scroll_top * (self.travel() / end)
    }

    /// The reverse of `position`.
    fn scroll_of(&self, position: f64) -> f64 {
        let travel = self.travel();
        if travel <= 0.0 {
            return 0.0;
        }
        position.clamp(0.0, travel) * (self.scroll_travel() / travel)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SHORT: VirtualList = VirtualList { rows: 100, row_height: 24.0, viewport: 240.0 };
    const LONG: VirtualList = VirtualList { rows: 1_000_000, row_height: 24.0, viewport: 600.0 };

    fn close_to(value: f64, expected: f64) {
        assert!((value - expected).abs() < 1e-6, "{value} is not {expected}");
    }

    #[test]
    fn a_short_list_scrolls_pixel_by_pixel() {
        close_to(SHORT.scroll_height(), 2400.0);
        assert_eq!(SHORT.visible(0.0), VisibleRange { first: 0, count: 10, offset_px: 0.0 });
        assert_eq!(SHORT.visible(30.0), VisibleRange { first: 1, count: 11, offset_px: -6.0 });
        assert_eq!(SHORT.visible(2160.0), VisibleRange { first: 90, count: 10, offset_px: 0.0 });
    }

    #[test]
    fn a_long_list_stays_below_the_maximum_scroll_height() {
        close_to(LONG.scroll_height(), MAX_SCROLL_HEIGHT);
        let last = LONG.visible(MAX_SCROLL_HEIGHT - 600.0);
        assert_eq!(last, VisibleRange { first: 999_975, count: 25, offset_px: 0.0 });
    }

    #[test]
    fn empty_and_invalid_lists_show_no_rows() {
        let empty = VirtualList { rows: 0, ..SHORT };
        assert_eq!(empty.visible(0.0).count, 0);
        assert_eq!(empty.scroll_to_show(3, 0.0), None);
        let hidden = VirtualList { viewport: 0.0, ..SHORT };
        assert_eq!(hidden.visible(0.0).count, 0);
        let broken = VirtualList { rows: 3, row_height: f64::NAN, viewport: f64::NAN };
        assert_eq!(broken.visible(f64::NAN).count, 0);
    }

    #[test]
    fn scrolling_to_a_row_moves_the_shortest_distance() {
        assert_eq!(SHORT.scroll_to_show(5, 0.0), None);
        assert_eq!(SHORT.scroll_to_show(10, 0.0), Some(24.0));
        assert_eq!(SHORT.scroll_to_show(2, 480.0), Some(48.0));
        close_to(SHORT.scroll_for_first(7), 168.0);
        close_to(SHORT.scroll_for_first(99), 2160.0);
    }

    fn window() -> impl Strategy<Value = VirtualList> {
        (1_usize..3_000_000, 1.0..60.0_f64, 60.0..2000.0_f64)
            .prop_map(|(rows, row_height, viewport)| VirtualList { rows, row_height, viewport })
    }

    proptest! {
        #[test]
        fn every_row_can_be_scrolled_into_view(window in window(), row in any::<prop::sample::Index>(), from in 0.0..1.0_f64) {
            let row = row.index(window.rows);
            let from = from * window.scroll_height();
            let scroll = window.scroll_to_show(row, from).unwrap_or(from);
            let visible = window.visible(scroll);
            prop_assert!(visible.first <= row && row < visible.first + visible.count);
            let top = visible.offset_px + (row - visible.first) as f64 * window.row_height;
            prop_assert!(top > -3.0 && top + window.row_height < window.viewport + 3.0, "row at {top}");
        }

        #[test]
        fn scrolling_down_never_moves_rows_up(window in window(), a in 0.0..1.0_f64, b in 0.0..1.0_f64) {
            let (above, below) = (a.min(b) * window.scroll_height(), a.max(b) * window.scroll_height());
            prop_assert!(window.visible(above).first <= window.visible(below).first);
        }

        #[test]
        fn visible_rows_fill_the_viewport(window in window(), at in 0.0..1.2_f64) {
            let visible = window.visible(at * window.scroll_height());
            let bottom = visible.offset_px + visible.count as f64 * window.row_height;
            let reached_end = visible.first + visible.count == window.rows;
            prop_assert!(visible.offset_px <= 0.0);
            prop_assert!(reached_end || bottom >= window.viewport);
            prop_assert!(visible.count <= (window.viewport / window.row_height) as usize + 2);
        }

        #[test]
        fn the_last_row_is_fully_visible_at_the_end(window in window()) {
            let visible = window.visible((window.scroll_height() - window.viewport).max(0.0));
            prop_assert_eq!(visible.first + visible.count, window.rows);
            let bottom = visible.offset_px + visible.count as f64 * window.row_height;
            prop_assert!(bottom <= window.viewport + 0.01);
        }
    }
}
