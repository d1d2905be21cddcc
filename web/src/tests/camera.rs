//! The camera of the map: which frame lies under a point, and what zooming keeps.

use crate::map::*;

#[test]
fn a_point_hits_the_frame_whose_cell_it_is_in() {
    for (frames, width, height) in [(16, 300, 200), (1000, 123, 457), (1 << 16, 640, 480), (1 << 20, 500, 400)] {
        let mut camera = Camera::new(frames, width, height);
        for step in 0..12 {
            for pfn in [0, 1, frames / 3, frames - 1] {
                let rect = camera.rect(pfn);
                if camera.cell() >= 1.0 {
                    for (x, y) in [(rect.x0, rect.y0), (rect.x1 - 1, rect.y1 - 1)] {
                        assert_eq!(camera.hit(f64::from(x), f64::from(y)), Some(pfn), "{frames} frames, step {step}");
                    }
                }
            }
            camera.zoom(1.7, f64::from(width) / 3.0, f64::from(height) / 2.0);
            camera.pan(3.0, -5.0);
        }
        assert_eq!(Camera::new(frames, width, height).hit(-1.0, 5.0), None);
    }
}

#[test]
fn zooming_keeps_the_point_and_ends_at_the_whole_map() {
    let mut camera = Camera::new(4096, 400, 400);
    let whole = camera.clone();
    let before = camera.hit(130.0, 220.0);
    for _ in 0..10 {
        camera.zoom(1.3, 130.0, 220.0);
        assert_eq!(camera.hit(130.0, 220.0), before);
    }
    camera.pan(1e9, f64::NAN);
    camera.pan(1e9, -1e9);
    assert!(!camera.visible_rows().is_empty() && !camera.visible_columns().is_empty(), "panned out of sight");
    camera.zoom(1e-6, 1.0, 1.0);
    assert_eq!(camera, whole);
}

#[test]
fn what_is_shown_is_in_sight_whole_and_larger() {
    for upwards in [false, true] {
        let mut camera = Camera::new(4096, 640, 480);
        camera.set_upwards(upwards);
        let whole = camera.clone();
        for (first, count) in [(0, 8), (1000, 1), (2040, 100), (4095, 1)] {
            camera.show(first, count);
            assert!(camera.cell() > whole.cell(), "{first}, {count}");
            for pfn in [first, first + count - 1] {
                let rect = camera.rect(pfn);
                assert!(rect.x0 >= 0 && rect.y0 >= 0 && rect.x1 <= 640 && rect.y1 <= 480, "{first}, {count}: {rect:?}");
            }
        }
        camera.show(4000, u32::MAX);
        assert!(camera.sees(camera.rect(4095)));
        camera.show(0, 4096);
        assert_eq!(camera, whole);
    }
}

#[test]
fn buddies_of_a_block_fill_a_rectangle() {
    let camera = Camera::new(1024, 700, 300);
    assert!(camera.columns().is_power_of_two());
    assert!(camera.cell() * f64::from(camera.columns()) <= 700.0);
    assert!(camera.cell() * f64::from(camera.rows()) <= 300.0);
}
