//! The translation as `Session` hands it out.

use super::{tlb, translation};
use crate::dto::{TlbDto, TranslationDto, Typed};
use crate::js;
use crate::session::JsSession;
use pageturner::units::{Pid, Vpn};
use wasm_bindgen::prelude::*;

impl JsSession {
    /// The way from a page's address to its frame, as data; `None` if there is no such page.
    pub fn translation_dto(&self, pid: u32, vpn: u64) -> Option<TranslationDto> {
        translation(self.core().view(), Pid(pid), Vpn(vpn))
    }

    /// The TLB as it is looked through for a page, or for none, as data.
    pub fn tlb_dto(&self, page: Option<(u32, u64)>) -> TlbDto {
        tlb(self.core().view(), page.map(|(pid, vpn)| (Pid(pid), Vpn(vpn))))
    }
}

#[wasm_bindgen(js_class = Session)]
impl JsSession {
    /// The way from a page's address to its frame; `undefined` if there is no such page.
    pub fn translation(&self, pid: u32, vpn: f64) -> Option<Typed<TranslationDto>> {
        js::maybe(self.translation_dto(pid, vpn as u64))
    }

    /// The TLB, as it is looked through for a page of a process.
    #[wasm_bindgen(js_name = tlbFor)]
    pub fn tlb_for(&self, pid: u32, vpn: f64) -> Typed<TlbDto> {
        js::typed(&self.tlb_dto(Some((pid, vpn as u64))))
    }

    /// The TLB, looked through for no page.
    pub fn tlb(&self) -> Typed<TlbDto> {
        js::typed(&self.tlb_dto(None))
    }
}
