//! The engine: Rhai with limits set and the machine's functions added, and without everything that reaches beyond the
//! script.

use super::limits::Limits;
use super::room::Room;
use super::standing::END;
use super::{calls, frames, over_seeds, queries, references, replay_on, rmap, sweep, tables, what_if};
use rhai::packages::{
    ArithmeticPackage, BasicArrayPackage, BasicBlobPackage, BasicFnPackage, BasicIteratorPackage, BasicMapPackage,
    BasicMathPackage, BasicStringPackage, BitFieldPackage, LanguageCorePackage, LogicPackage, MoreStringPackage,
    Package,
};
use rhai::{Dynamic, Engine, EvalAltResult, LexError, Token};

/// Words of the language that a script may not use, with the reason.
const BANNED: [(&str, &str); 6] = [
    ("eval", "a script cannot make new script text"),
    ("import", "a script is one text and cannot read files"),
    ("export", "a script is one text and has nobody to export to"),
    ("timestamp", "time is modelled: see counter(\"cycles\")"),
    ("sleep", "time is modelled: see counter(\"cycles\")"),
    // Curried functions hold values that no limit counts.
    ("curry", "write a function with all its parameters instead"),
];

/// Words that Rhai reserves for later versions; here they are ordinary names of functions and of fields of maps.
const FREED: [&str; 7] = ["spawn", "use", "shared", "thread", "sync", "static", "default"];

/// Makes an engine for one room.
pub fn engine(room: &Room) -> Engine {
    let limits = room.with(|state| state.limits.clone());
    let mut engine = Engine::new_raw();
    packages(&mut engine);
    set_limits(&mut engine, &limits);
    tokens(&mut engine);
    calls::register(&mut engine);
    queries::register(&mut engine);
    rmap::register(&mut engine);
    tables::register(&mut engine);
    frames::register(&mut engine);
    what_if::register(&mut engine);
    replay_on::register(&mut engine);
    over_seeds::register(&mut engine);
    sweep::register(&mut engine);
    references::register(&mut engine);
    hooks(&mut engine, room);
    engine
}

/// Adds Rhai's standard library without its clock.
fn packages(engine: &mut Engine) {
    LanguageCorePackage::new().register_into_engine(engine);
    ArithmeticPackage::new().register_into_engine(engine);
    BasicStringPackage::new().register_into_engine(engine);
    BasicIteratorPackage::new().register_into_engine(engine);
    BasicFnPackage::new().register_into_engine(engine);
    BitFieldPackage::new().register_into_engine(engine);
    LogicPackage::new().register_into_engine(engine);
    BasicMathPackage::new().register_into_engine(engine);
    BasicArrayPackage::new().register_into_engine(engine);
    BasicBlobPackage::new().register_into_engine(engine);
    BasicMapPackage::new().register_into_engine(engine);
    MoreStringPackage::new().register_into_engine(engine);
}

fn set_limits(engine: &mut Engine, limits: &Limits) {
    engine.set_max_operations(limits.operations);
    engine.set_max_call_levels(limits.call_depth);
    engine.set_max_expr_depths(limits.expression_depth, limits.expression_depth);
    engine.set_max_string_size(limits.string);
    engine.set_max_array_size(limits.array);
    engine.set_max_map_size(limits.map);
    engine.set_max_variables(limits.variables);
    engine.set_max_functions(limits.functions);
    engine.set_max_modules(0);
    engine.set_fail_on_invalid_map_property(true);
    // Needed for comparing bytes with texts.
    engine.set_fast_operators(false);
}

/// Makes freed words names, and banned words errors with their reason.
fn tokens(engine: &mut Engine) {
    #[allow(deprecated)] // Rhai marks it as likely to change, not as going away.
    engine.on_parse_token(|token, _, _| {
        let word = match &token {
            Token::Identifier(word) | Token::Reserved(word) => word.as_str(),
            Token::Import => "import",
            Token::Export => "export",
            _ => return token,
        };
        match BANNED.iter().find(|(banned, _)| *banned == word) {
            Some((word, why)) => Token::LexError(Box::new(LexError::ImproperSymbol(
                word.to_string(),
                format!("there is no `{word}`: {why}"),
            ))),
            None if FREED.contains(&word) => Token::Identifier(Box::new(word.into())),
            None => token,
        }
    });
}

fn hooks(engine: &mut Engine, room: &Room) {
    engine.set_default_tag(Dynamic::from(room.clone()));
    let prints = room.clone();
    engine.on_print(move |text| prints.with(|state| state.print(text)));
    let debugs = room.clone();
    engine.on_debug(move |text, _, _| debugs.with(|state| state.print(text)));
    let progress = room.clone();
    engine.on_progress(move |operations| progress.stops_at(operations));
    let constants = room.clone();
    #[allow(deprecated)] // As above.
    engine.on_var(move |name, _, context| {
        if name == END {
            constants.with(|state| state.ended = true);
            return Ok(Some(Dynamic::UNIT));
        }
        constants.weigh(context.scope())?;
        constant(&constants, name)
    });
}

/// The constants `PAGE` and `FRAMES`, of the machine as it is: they do not exist before the machine, so they make one.
/// `None` for any other name.
fn constant(room: &Room, name: &str) -> Result<Option<Dynamic>, Box<EvalAltResult>> {
    if !matches!(name, "PAGE" | "FRAMES") {
        return Ok(None);
    }
    room.with(|state| {
        let config = state.session().map_err(|mistake| mistake.message)?.config();
        let value = if name == "PAGE" { config.geometry.geometry().page_size() } else { u64::from(config.frames) };
        Ok(Some((value as i64).into()))
    })
}
