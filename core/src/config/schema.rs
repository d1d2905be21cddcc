//! The fields of a configuration as data: their names, kinds, defaults and allowed values, for a form that offers them.
//!
//! Names and defaults are read off the default configuration, names of values off the enums, as serde writes them:
//! nothing is said a second time but which field has which enum.

use super::{
    AllocatorKind, Amount, AnonKind, AreasKind, BuddyConfig, Coalesce, Compact, Config, Holes, Joining, KernelPlace,
    KmallocConfig, KmallocKind, Locked, OffsetFrom, ParagraphFit, PolicyKind, ReplacementConfig, RmapKind, Round,
    Scope, StandIn, Stop, StoreKind, TlbConfig, TreeKind, UnmovableRuns,
};
use crate::config::contig::{Prefer, Rescue};
use crate::config::cpu_cache::CpuCacheConfig;
use crate::hw::geometry::GeometryKind;
use crate::hw::tlb::TlbReplacement;
use serde::Serialize;
use serde_json::{Map, Value};
use strum::VariantArray;

/// A field of a configuration, or of an object in it.
#[derive(Clone, PartialEq, Debug)]
pub struct Field {
    pub name: String,
    pub kind: FieldKind,
    pub default: Value,
}

/// What a field holds.
#[derive(Clone, PartialEq, Debug)]
pub enum FieldKind {
    Flag,
    Number,
    /// One of these names.
    Choice(Vec<String>),
    /// An object with these fields.
    Settings(Vec<Field>),
    List,
}

/// The fields of a machine's configuration.
pub fn fields() -> Vec<Field> {
    let mut config = object(&Config::default());
    // Left out of a configuration's text where nothing is set.
    config.insert("buddy".into(), Value::Object(object(&BuddyConfig::default())));
    config.insert("boot".into(), Value::Array(Vec::new()));
    config.insert("cpu_cache".into(), Value::Object(object(&CpuCacheConfig::default())));
    config.insert("heap".into(), json(&StandIn::default()).trim_matches('"').into());
    config.insert("areas".into(), json(&AreasKind::default()).trim_matches('"').into());
    config.insert("tlb".into(), Value::Object(object(&TlbConfig::default())));
    config.insert("kernel".into(), json(&KernelPlace::default()).trim_matches('"').into());
    config.insert("kmalloc".into(), Value::Object(object(&KmallocConfig::default())));
    config.insert("replacement".into(), Value::Object(object(&ReplacementConfig::default())));
    config.insert("check_pairs".into(), Value::Bool(false));
    config.insert("page_zero".into(), Value::Bool(false));
    fields_of("", config)
}

fn fields_of(prefix: &str, of: Map<String, Value>) -> Vec<Field> {
    let field = |(name, default): (String, Value)| {
        let path = format!("{prefix}{name}");
        let kind = match &default {
            Value::Bool(_) => FieldKind::Flag,
            Value::Number(_) => FieldKind::Number,
            Value::Object(inner) => FieldKind::Settings(fields_of(&format!("{path}."), inner.clone())),
            Value::String(_) => FieldKind::Choice(choices(&path)),
            Value::Array(_) | Value::Null => FieldKind::List,
        };
        Field { name, kind, default }
    };
    of.into_iter().map(field).collect()
}

/// The allowed values of a field that holds a name.
fn choices(path: &str) -> Vec<String> {
    match path {
        "geometry" => names::<GeometryKind>(),
        "kernel" => names::<KernelPlace>(),
        "tlb.replacement" => names::<TlbReplacement>(),
        "allocator" => names::<AllocatorKind>(),
        "buddy.store" => names::<StoreKind>(),
        "buddy.stop" => names::<Stop>(),
        "page_array.coalesce" => names::<Joining>(),
        "quick_fit.coalesce" => names::<Coalesce>(),
        "quick_fit.round" => names::<Round>(),
        "gravity.tree" => names::<TreeKind>(),
        "heap_top.compact" => names::<Compact>(),
        "heap_top.amount" => names::<Amount>(),
        "heap_top.holes" => names::<Holes>(),
        "heap_top.locked" => names::<Locked>(),
        "heap_top.unmovable" => names::<UnmovableRuns>(),
        "heap" => names::<StandIn>(),
        "kmalloc.kind" => names::<KmallocKind>(),
        "kmalloc.fit" => names::<ParagraphFit>(),
        "contig.rescue" => names::<Rescue>(),
        "contig.prefer" => names::<Prefer>(),
        "rmap" => names::<RmapKind>(),
        "offset_from" => names::<OffsetFrom>(),
        "anon" => names::<AnonKind>(),
        "policy" => names::<PolicyKind>(),
        "replacement.scope" => names::<Scope>(),
        "areas" => names::<AreasKind>(),
        _ => unreachable!("{path} has no names to choose from"),
    }
}

fn names<T: VariantArray + Serialize>() -> Vec<String> {
    let name = |variant: &T| json(variant).trim_matches('"').to_string();
    T::VARIANTS.iter().map(name).collect()
}

fn object(value: &impl Serialize) -> Map<String, Value> {
    serde_json::from_str(&json(value)).expect("settings are an object with string keys")
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("settings have only string keys")
}
