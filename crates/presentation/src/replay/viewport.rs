//! The shape of the replayed page.

use session::model::Session;

/// The narrowest and the widest pane that is made for a page, as width by height.
const MIN_ASPECT: f64 = 0.3;
const MAX_ASPECT: f64 = 4.0;

/// Width by height of the page when it was first recorded, of its events or of its first screenshot;
/// `None` where neither records it. It does not follow the viewport: a pane that did would jump
/// during the replay.
pub fn page_aspect(session: &Session) -> Option<f64> {
    let screenshot = || session.screenshots.iter().find_map(|screenshot| screenshot.size);
    let (width, height) = session.viewport.or_else(screenshot)?;
    (width > 0 && height > 0).then(|| (f64::from(width) / f64::from(height)).clamp(MIN_ASPECT, MAX_ASPECT))
}

#[cfg(test)]
mod tests {
    use super::*;
    use session::model::Screenshot;

    #[test]
    fn the_aspect_is_that_of_the_first_viewport_or_screenshot() {
        let picture = |size| Screenshot { time: None, path: "a.jpeg".into(), size };
        let screenshots = vec![picture(None), picture(Some((390, 780)))];
        let mut session = Session { screenshots, ..Session::default() };
        assert_eq!(page_aspect(&session), Some(0.5));
        session.viewport = Some((1280, 640));
        assert_eq!(page_aspect(&session), Some(2.0));
        assert_eq!(page_aspect(&Session::default()), None);
    }

    #[test]
    fn extreme_shapes_are_bounded() {
        for (viewport, aspect) in [((1, 100_000), MIN_ASPECT), ((100_000, 1), MAX_ASPECT)] {
            assert_eq!(
                page_aspect(&Session { viewport: Some(viewport), ..Session::default() }),
                Some(aspect)
            );
        }
        assert_eq!(page_aspect(&Session { viewport: Some((0, 10)), ..Session::default() }), None);
    }
}
