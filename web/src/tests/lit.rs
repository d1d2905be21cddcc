//! What is lit up together has one line around it.

use super::map::{Picture, view};
use crate::map::*;

/// On which sides of a frame's cell the line is: left, right, above, below.
fn sides(picture: &mut Picture, pfn: u32) -> [bool; 4] {
    let cell = picture.camera.rect(pfn);
    let (x, y) = ((cell.x0 + cell.x1) / 2, (cell.y0 + cell.y1) / 2);
    let near = |picture: &mut Picture, x0, y0, x1, y1| picture.has(Rect { x0, y0, x1, y1 }, LIGHT.ring);
    [
        near(picture, cell.x0 - 1, y, cell.x0 + 4, y + 1),
        near(picture, cell.x1 - 5, y, cell.x1, y + 1),
        near(picture, x, cell.y0 - 1, x + 1, cell.y0 + 4),
        near(picture, x, cell.y1 - 5, x + 1, cell.y1),
    ]
}

/// Frames 13 to 18 in rows of 8: the first three are on the right of their row, the others on the left of the next.
#[test]
fn a_run_has_one_line_around_it_also_over_rows() {
    let marks = Marks { highlighted: (13..27).collect(), ..Marks::default() };
    for size in [160, 320, 700] {
        let mut picture = Picture::of(&view(64), size, size, &marks);
        assert_eq!(picture.camera.columns(), 8);
        assert_eq!(sides(&mut picture, 13), [true, false, true, false], "the first at {size}");
        assert_eq!(sides(&mut picture, 15), [false, true, true, false], "the end of a row at {size}");
        assert_eq!(sides(&mut picture, 16), [true, false, true, false], "nothing of it is above, at {size}");
        assert_eq!(sides(&mut picture, 22), [false, false, false, true], "in the middle, at {size}");
        assert_eq!(sides(&mut picture, 26), [false, true, false, true], "the last at {size}");
        assert!(picture.signs.has(Sign::Linked));
        // Where the line turns inwards it has no hole.
        let cell = picture.camera.rect(21);
        let inner = Rect { y1: cell.y0 + 2, x1: cell.x0 + 2, x0: cell.x0 - 1, y0: cell.y0 - 1 };
        assert!(picture.has(inner, LIGHT.ring), "12 is not in the run, but 13 and 20 are, at {size}");
    }
}

#[test]
fn many_dots_side_by_side_have_one_ring() {
    let marks = Marks { highlighted: (2000..2020).collect(), ..Marks::default() };
    let mut picture = Picture::of(&view(4096), 192, 192, &marks);
    let cell = picture.camera.rect(2010);
    assert!(picture.camera.cell() < GAPS);
    assert!(!picture.has(cell, LIGHT.ring), "its middle is to be seen");
    assert!(picture.has(cell.grown(4), LIGHT.ring));
}
