//! docs/scripting.md: it shows every function, has the limits, and its scripts run.

use super::run;
use pageturner::script::Limits;

#[test]
fn the_manual_shows_every_function() {
    let manual = include_str!("../../../../docs/scripting.md");
    for function in pageturner::script::FUNCTIONS {
        let of = function.usage.split_once('.').map_or("", |(of, _)| of);
        let shown = if function.method { format!("`{of}.{}", function.name) } else { format!("{}(", function.name) };
        assert!(manual.contains(&shown), "docs/scripting.md lacks {}", function.usage);
    }
}

#[test]
fn the_manual_tells_the_limits() {
    let manual = include_str!("../../../../docs/scripting.md");
    let limits = Limits::default();
    for (said, limit) in [
        ("128 KiB of text, 40,000,000 steps", limits.source == 128 << 10 && limits.operations == 40_000_000),
        ("200,000 commands, and 600,000 on", limits.commands == 200_000 && limits.seed_commands == 600_000),
        ("24 functions", limits.call_depth == 24),
        ("48 expressions", limits.expression_depth == 48),
        ("256 variables and 256 functions", limits.variables == 256 && limits.functions == 256),
        (
            "16,384 elements in a value, 4 MiB in all",
            limits.array == 16384 && limits.memory == 4 << 20 && limits.string == 128 << 10,
        ),
        ("up\nto 1 MiB", limits.printed == 1 << 20),
    ] {
        assert!(manual.contains(said) && limit, "{said}");
    }
}

#[test]
fn the_manual_s_scripts_run() {
    let manual = include_str!("../../../../docs/scripting.md");
    let scripts: Vec<&str> = manual.split("```rust\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert!(scripts.len() >= 5);
    for script in scripts {
        let outcome = run(script);
        assert_eq!(outcome.error.map(|error| error.to_string()), None, "{script}");
        assert_eq!(outcome.failed_expects, 0, "{script}");
    }
}
