//! Questions about page tables and bytes as they lie in memory: what exercises on paper show.

use super::mistake::{Fail, Mistake};
use super::queries::{frame_number, look_at_tables};
use super::room::{Room, look};
use super::values::{CallFields, Process, address, amount};
use crate::lab::tell::placed::suggest;
use crate::lab::tell::print_tables::{Blanks, Part, tables_text};
use crate::units::VirtAddr;
use rhai::{Dynamic, Engine, Map, NativeCallContext};
use strum::VariantNames;

/// Adds the functions to the engine.
pub fn register(engine: &mut Engine) {
    engine.register_fn("peek", |ctx: NativeCallContext, frame: i64, offset: i64| {
        let (pfn, offset) = (frame_number(&ctx, frame)?, amount(&ctx, "peek", offset)?);
        let page = look(&ctx, 1, |view| view.geometry().page_size())?;
        if offset >= page {
            let hint = format!("a frame has bytes 0 to {}", page - 1);
            return Err(Mistake::new(format!("peek: there is no byte {offset}"), hint).at(&ctx));
        }
        look(&ctx, 1, |view| i64::from(view.ram.read(pfn, offset, 1)[0]))
    });
    engine.register_fn("cr3", |ctx: NativeCallContext, p: Process| {
        look(&ctx, 1, |view| {
            let root = view.process(p.0).map(|process| u64::from(process.root.0) * view.geometry().page_size());
            root.map_or(Dynamic::from(-1_i64), |root| address(VirtAddr(root)))
        })
    });
    engine.register_fn("print_tables", |ctx: NativeCallContext, p: Process| print(&ctx, p, &Blanks::default()));
    engine.register_fn("print_tables", |ctx: NativeCallContext, p: Process, fields: Map| {
        let mut fields = CallFields::new(&ctx, "print_tables", fields);
        let given = fields.array("blanks")?.unwrap_or_default();
        fields.finish()?;
        let blanks = blanks(&ctx, given)?;
        print(&ctx, p, &blanks)
    });
}

fn print(ctx: &NativeCallContext, p: Process, blanks: &Blanks) -> Result<(), Fail> {
    let text = look_at_tables(ctx, p, |view| tables_text(view, p.0, blanks))?;
    Room::of(ctx).with(|state| text.lines().for_each(|line| state.print(line)));
    Ok(())
}

/// Names of parts, and addresses of pages.
fn blanks(ctx: &NativeCallContext, given: rhai::Array) -> Result<Blanks, Fail> {
    let mut blanks = Blanks::default();
    for item in given {
        if let Ok(at) = item.as_int() {
            let page = look(ctx, 1, |view| view.geometry().vpn(VirtAddr(at as u64)))?;
            blanks.pages.push(page);
            continue;
        }
        let name = item.into_string().unwrap_or_default();
        let unknown = || {
            let what =
                format!("print_tables: there is no `{}` to leave out", name.chars().take(40).collect::<String>());
            Mistake::new(what, suggest(&name, Part::VARIANTS)).at(ctx)
        };
        blanks.parts.push(name.parse().map_err(|_| unknown())?);
    }
    Ok(blanks)
}
