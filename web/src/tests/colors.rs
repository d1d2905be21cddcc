//! Colours and patterns of the map: they can be told apart, and what is written on them can be read.

use crate::map::*;

#[test]
fn colors_can_be_told_apart_and_texts_read() {
    for theme in [&LIGHT, &DARK] {
        for (n, a) in Use::ALL.iter().copied().enumerate() {
            let contrast = contrast_of(theme.text(a), theme.fill(a));
            assert!(contrast >= 4.5, "text on {a:?}: {contrast:.2}");
            for b in Use::ALL.iter().copied().skip(n + 1) {
                assert!(theme.fill(a) != theme.fill(b) && a.pattern() != b.pattern(), "{a:?} and {b:?}");
            }
            if !matches!(a.pattern(), Pattern::Plain | Pattern::Solid) {
                let contrast = contrast_of(theme.line(a), theme.fill(a));
                assert!(contrast >= 1.5, "pattern on {a:?}: {contrast:.2}");
            }
        }
        assert!(contrast_of(theme.faint, theme.fill(Use::Free)) >= 4.5);
        assert!(contrast_of(theme.outline, theme.fill(Use::Free)) >= 3.0);
    }
}

fn contrast_of(a: Rgba, b: Rgba) -> f64 {
    let (a, b) = (theme::luminance(a) + 0.05, theme::luminance(b) + 0.05);
    a.max(b) / a.min(b)
}
