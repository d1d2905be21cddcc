//! The answers of OSTEP's program for free-space management, chapter 17: 40 runs, with the address, the elements
//! searched and the whole list after each operation.

use crate::program::Program;
use pageturner::vocabulary::heap::HeapSettings;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const ROWS: &str = include_str!("../../fixtures/freelist.json");

#[test]
fn a_list_answers_as_the_published_program() {
    let rows: Value = serde_json::from_str(ROWS).expect("JSON");
    let rows = rows["rows"].as_array().expect("rows");
    assert_eq!(rows.len(), 40);
    for (n, row) in rows.iter().enumerate() {
        let mut program = Program::new(settings(row));
        let mut blocks = BTreeMap::new();
        for (at, op) in row["ops"].as_array().expect("operations").iter().enumerate() {
            let id = op["id"].as_u64().expect("an id");
            if op["op"] == "alloc" {
                let got = program.malloc(op["size"].as_u64().expect("a size"));
                // The program adds the header to the -1 of a failed request, too.
                let none = row["header"].as_i64().expect("a header") - 1;
                let found = got.map_or(none, |addr| addr.0 as i64);
                assert_eq!(Some(found), op["got"].as_i64(), "row {n}, {at}: address");
                assert_eq!(Some(program.stats().searched), op["searched"].as_u64(), "row {n}, {at}: searched");
                blocks.extend(got.map(|addr| (id, addr)));
            } else if let Some(addr) = blocks.remove(&id) {
                program.free(addr);
            }
            let list: Vec<(u64, u64)> = program.picture().free_blocks().collect();
            assert_eq!(json!(list), op["free"], "row {n}, {at}: the list");
            assert_eq!(program.check(), [] as [String; 0], "row {n}, {at}");
        }
    }
}

fn settings(row: &Value) -> HeapSettings {
    let mut text = "freelist".to_string();
    for name in ["base", "size", "policy", "list", "coalesce", "header", "align"] {
        text += &format!(",{name}={}", row[name].to_string().replace('"', ""));
    }
    text.parse().expect("settings")
}

/// Without the quirks a list is in order after each operation, and what can be joined is.
#[test]
fn without_quirks_the_list_is_in_order_always() {
    for list in ["addrsort", "sizesort+", "sizesort-", "insert-front", "insert-back"] {
        let text = format!("freelist,list={list},coalesce=true,quirks=false,size=400");
        let mut program = Program::new(text.parse().expect("settings"));
        let blocks: Vec<_> = (1..20).filter_map(|bytes| program.malloc(bytes)).collect();
        for n in (0..blocks.len()).step_by(2).chain((1..blocks.len()).step_by(2)) {
            program.free(blocks[n]);
            let mut free: Vec<(u64, u64)> = program.picture().free_blocks().collect();
            free.sort_unstable();
            assert!(free.windows(2).all(|pair| pair[0].0 + pair[0].1 < pair[1].0), "{free:?}");
        }
        assert_eq!(program.picture().free_blocks().collect::<Vec<_>>(), [(1000, 400)]);
    }
}
