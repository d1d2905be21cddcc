//! The picture of references for the page, as data and as text.

use crate::dto::{FrameRowDto, ReferenceDto, ReferencesDto, Typed};
use crate::js;
use crate::session::JsSession;
use pageturner::lab::tell::references::{References, csv, markdown};
use wasm_bindgen::prelude::*;

#[wasm_bindgen(js_class = Session)]
impl JsSession {
    /// The last `window` references at the cursor, at most 256, some to come among them, and every frame after each;
    /// `undefined` if no process has made any lately.
    pub fn references(&mut self, window: u32) -> Option<Typed<ReferencesDto>> {
        js::maybe(self.references_dto(window))
    }

    /// The same as a Markdown table, or, `values`, as lines of values parted by commas; empty if there are none.
    #[wasm_bindgen(js_name = referencesText)]
    pub fn references_text(&mut self, window: u32, values: bool) -> String {
        let text = if values { csv } else { markdown };
        self.picture(window).as_ref().map(text).unwrap_or_default()
    }
}

impl JsSession {
    /// The last references at the cursor, as data.
    pub fn references_dto(&mut self, window: u32) -> Option<ReferencesDto> {
        self.picture(window).map(dto)
    }

    fn picture(&mut self, window: u32) -> Option<References> {
        let (core, recent, reader) = self.reading();
        reader.heard_from(core, window as usize, &|range, hear| recent.each(core, range, hear))
    }
}

fn dto(all: References) -> ReferencesDto {
    let column = |one: pageturner::lab::tell::references::Reference| ReferenceDto {
        step: one.step + 1,
        vpn: one.vpn.0,
        page: one.page,
        writes: one.writes,
        hit: one.hit,
        victims: one.victims,
        row: one.row.map(|row| row as u32),
    };
    let rows = all.rows.into_iter().map(|row| FrameRowDto {
        frame: row.frame.0,
        pages: std::iter::once(row.before).chain(row.cells.into_iter().map(|cell| cell.page)).collect(),
    });
    ReferencesDto {
        pid: all.pid.0,
        references: all.totals.references,
        misses: all.totals.misses,
        columns: all.columns.into_iter().map(column).collect(),
        current: all.current as u32,
        rows: rows.collect(),
        more_rows: all.more_rows,
        areas: all.areas.into_iter().map(|area| (area.letters, area.name)).collect(),
    }
}
