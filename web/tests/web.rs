//! The wasm edge in a real browser: what the page calls, with the page's own values.
//!
//! The data's contents are tested natively (`web/src/tests/`); here is what only a browser can show: values that cross
//! the border, errors that are thrown, pixels on a canvas, and that WebAssembly computes what the native code computes.

use pageturner::lab::recording::Recording;
use pageturner_web::dto::{Subject, Tick, Typed};
use pageturner_web::map::{DARK, LIGHT, MapPainter, Rgba, Use, css, paint_swatch};
use pageturner_web::scripts::{import_strace, run};
use pageturner_web::session::JsSession;
use pageturner_web::{legend, load_recording, new_session};
use serde_json::{Value, json};
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

wasm_bindgen_test_configure!(run_in_browser);

const SCENARIO: &str = r#"// A fork and a copy
machine(#{ frames: 64, swap_slots: 16 });
let p = spawn("parent");
let a = p.mmap(2);
p.write(a, "hello");
let c = p.fork();
c.write(a, "jello");
note("two frames now");
"#;

/// A value as JavaScript's own `JSON.stringify` gives it, so that none of this project's code is in between.
fn plain(value: &JsValue) -> Value {
    let text = js_sys::JSON::stringify(value).map(String::from).unwrap_or("null".into());
    serde_json::from_str(&text).unwrap()
}

fn object<T: JsCast>(json: Value) -> T {
    js_sys::JSON::parse(&json.to_string()).unwrap().unchecked_into()
}

fn scenario(source: &str) -> Value {
    plain(&run(source, js_sys::Function::new_no_args("")))
}

fn session() -> JsSession {
    let outcome = scenario(SCENARIO);
    assert_eq!(outcome["error"], Value::Null);
    load_recording(outcome["recording"].as_str().unwrap()).unwrap()
}

#[wasm_bindgen_test]
fn the_same_recording_has_the_same_events_as_natively() {
    let recording = Recording::parse(include_str!("../../tests/fixtures/digest.jsonl")).unwrap();
    let digest = recording.replay().unwrap().digest();
    assert_eq!(format!("{digest:#018x}\n"), include_str!("../../tests/fixtures/digest.txt"));
}

#[wasm_bindgen_test]
fn the_model_agrees_with_recorded_kernel_runs_as_it_does_natively() {
    let calls = pageturner_linux::stored::check(include_str!("../../tests/linux/runs/recorded.txt")).unwrap();
    assert!(calls > 500);
}

#[wasm_bindgen_test]
fn a_scenario_is_run_and_stepped_through_both_ways() {
    let mut session = session();
    let steps = session.step_count();
    assert_eq!(steps, 6);
    let mut forwards = Vec::new();
    for step in 0..=steps {
        session.seek(step);
        forwards.push(plain(&session.state()));
    }
    assert_eq!(forwards.len() as u32, steps + 1);
    for (step, state) in forwards.iter().enumerate().rev() {
        session.seek(step as u32);
        assert_eq!(plain(&session.state()), *state);
    }
    while session.micro_forward() {}
    assert_eq!(plain(&session.state()), forwards[steps as usize]);
    assert_eq!(plain(&session.cursor()), json!({ "step": steps, "event": session.event_count() }));
    assert_eq!(session.core().check(), [] as [String; 0]);
    assert_eq!(session.ticks(), [4, 0, 1, 4, 1, 5]);
}

#[wasm_bindgen_test]
fn the_state_has_the_shape_that_the_page_declares() {
    let mut session = session();
    let raw = session.state();
    let state = plain(&raw);
    assert_eq!(state["machine"]["levels"], json!(["PGD", "PUD", "PMD", "PTE"]));
    assert_eq!(state["processes"][0]["parent"], Value::Null);
    assert_eq!(state["processes"][1]["parent"], 1);
    let vma = &state["processes"][0]["vmas"][0];
    assert!(vma["startAddr"].as_str().unwrap().starts_with("0x"));
    assert_eq!(vma["start"].as_u64().unwrap() + 2, vma["end"].as_u64().unwrap());
    let names = ["vpn", "state", "at", "writable", "accessed", "dirty", "shared"];
    assert!(names.iter().all(|name| vma["pages"][0].get(name).is_some()));
    assert!(state["tally"]["cycles"].is_number());
    // Null where null is declared, and numbers that are numbers: JSON alone would not show that.
    let first = js_sys::Reflect::get(&raw, &"processes".into()).unwrap().unchecked_into::<js_sys::Array>().get(0);
    assert!(js_sys::Reflect::get(&first, &"parent".into()).unwrap().is_null());
    let steps = plain(&session.steps(0, 100));
    assert_eq!(steps[5]["kind"], "note");
    assert_eq!(
        (&steps[5]["note"], &steps[5]["line"], &steps[5]["answer"]),
        (&json!("two frames now"), &json!(8), &Value::Null)
    );
    let events = plain(&session.events(4, 0, u32::MAX));
    assert_eq!(
        events.as_array().unwrap().len() as u64,
        steps[4]["endEvent"].as_u64().unwrap() - steps[4]["firstEvent"].as_u64().unwrap()
    );
}

#[wasm_bindgen_test]
fn a_process_that_is_as_it_was_is_the_same_object() {
    let mut session = session();
    let mut at = |step: u32| {
        session.seek(step);
        let processes = js_sys::Reflect::get(&session.state(), &"processes".into()).unwrap();
        processes.unchecked_into::<js_sys::Array>().to_vec()
    };
    // A fork, a write of the child, a note.
    let (fork, write, note, before) = (at(4), at(5), at(6), at(3));
    assert_eq!((fork.len(), write.len(), before.len()), (2, 2, 1));
    assert_eq!(write, note);
    assert!(write[1] != fork[1] && before[0] != note[0]);
}

#[wasm_bindgen_test]
fn a_page_is_inspected_asked_about_and_linked() {
    let mut session = session();
    let state = plain(&session.state());
    let page: Typed<Subject> =
        object(json!({ "kind": "page", "pid": 2, "vpn": state["processes"][1]["vmas"][0]["start"] }));
    let seen = plain(&session.inspect(page.clone()).unwrap().unwrap());
    assert_eq!(seen["walk"].as_array().unwrap().len(), 4);
    assert_eq!(seen["bytes"][0], "6a", "a j");
    let frame = &seen["walk"][3]["next"];
    assert_eq!(seen["rows"][0]["subject"], json!({ "kind": "frame", "pfn": frame }));
    let why = plain(&session.why(page.clone(), "Writable").unwrap().unwrap());
    assert_eq!(why["step"], 4);
    let links = plain(&session.links(page).unwrap());
    assert!(links["frames"].as_array().unwrap().contains(frame));
    let nothing = session.inspect(object(json!({ "kind": "vma", "id": 99 }))).unwrap();
    assert!(nothing.is_none());
    assert!(session.inspect(object(json!({ "kind": "planet" }))).is_err());
    assert!(session.why(JsValue::UNDEFINED.unchecked_into(), "Writable").is_err());
    assert_eq!(session.find_tick(Tick::Note, true), None);
    assert_eq!(session.find_tick(Tick::Process, true), Some(4));
}

#[wasm_bindgen_test]
fn errors_have_their_places() {
    let outcome = scenario("let p = spawn();\nlet a = p.mmap(1);\np.wriet(a, 1);");
    let error = &outcome["error"];
    assert_eq!((&error["line"], &error["column"]), (&json!(3), &json!(3)), "{error}");
    assert!(error["message"].is_string() && error["hint"].as_str().unwrap().contains("write"));
    let partial = load_recording(outcome["recording"].as_str().unwrap()).unwrap();
    assert_eq!(partial.step_count(), 2, "what ran before the error is there");

    let thrown = load_recording("{\"pageturner\":1,\"machine\":{}}\n{\"do\":\"spwan\"}\n").unwrap_err();
    assert_eq!(plain(&thrown)["line"], 2);
    let thrown = new_session("{\"frames\": 3}").unwrap_err();
    assert!(plain(&thrown)["message"].as_str().unwrap().contains("frames"), "{}", plain(&thrown));
    let thrown = new_session("{\"frames\": 64,\n \"fram\": 3}").unwrap_err();
    assert!(plain(&thrown)["hint"].as_str().unwrap().contains("frames"), "{}", plain(&thrown));
    assert!(new_session("}").is_err() && new_session("").is_err() && load_recording("").is_err());
    assert!(import_strace("\u{0}\u{1}", false, false).is_err() || import_strace("no log", false, false).is_err());
    assert!(new_session("{\"geometry\":\"classroom\"}").is_ok());
}

#[wasm_bindgen_test]
fn a_run_can_be_watched_and_ended() {
    let calls = std::rc::Rc::new(std::cell::Cell::new(0));
    let counted = calls.clone();
    let stop: Closure<dyn FnMut(u32) -> bool> = Closure::new(move |_: u32| -> bool {
        counted.set(counted.get() + 1);
        false
    });
    let function: &js_sys::Function = stop.as_ref().unchecked_ref();
    let outcome = plain(&run("let p = spawn(); let a = p.mmap(1);\nloop { p.touch(a, 1); }", function.clone()));
    assert_eq!(calls.get(), 1, "not asked again after the answer false");
    assert!(outcome["error"].is_object());
    assert!(outcome["recording"].as_str().unwrap().lines().count() > 2);
}

#[wasm_bindgen_test]
fn the_console_speaks_and_complains() {
    let mut session = new_session("{\"frames\":64}").unwrap();
    let reply = plain(&session.console("let p = spawn(\"me\"); let a = p.mmap(1); p.write(a, \"hi\"); p.read(a, 2)"));
    assert_eq!(reply["error"], Value::Null);
    assert!(reply["text"].as_str().unwrap().contains("hi"));
    assert_eq!(session.step_count(), 4);
    let reply = plain(&session.console("p.munmap("));
    assert_eq!(reply["error"]["line"], 1);
    assert_eq!(session.step_count(), 4);
    let again = load_recording(&session.recording()).unwrap();
    assert_eq!(again.step_count(), 4);
}

#[wasm_bindgen_test]
fn a_log_of_strace_becomes_a_recording() {
    let log = include_str!("../../tests/strace/cat.strace");
    let imported = plain(&import_strace(log, false, false).unwrap());
    assert!(imported["skipped"].is_array());
    let session = load_recording(imported["recording"].as_str().unwrap()).unwrap();
    assert!(session.step_count() > 10);
    assert_eq!(session.core().check(), [] as [String; 0]);
}

fn canvas(width: u32, height: u32) -> HtmlCanvasElement {
    let document = web_sys::window().unwrap().document().unwrap();
    let canvas: HtmlCanvasElement = document.create_element("canvas").unwrap().unchecked_into();
    canvas.set_width(width);
    canvas.set_height(height);
    canvas
}

fn pixel(canvas: &HtmlCanvasElement, x: f64, y: f64) -> Rgba {
    let context: CanvasRenderingContext2d = canvas.get_context("2d").unwrap().unwrap().unchecked_into();
    let data = context.get_image_data(x, y, 1.0, 1.0).unwrap().data();
    data.0.as_slice().try_into().unwrap()
}

fn cell(painter: &MapPainter, pfn: u32) -> Vec<f64> {
    painter.cell(pfn).iter().map(|number| number.as_f64().unwrap()).collect()
}

#[wasm_bindgen_test]
fn the_map_is_painted_where_it_is_hit() {
    let mut session = session();
    let frame = plain(&session.state())["processes"][1]["vmas"][0]["pages"][0]["at"].as_u64().unwrap() as u32;
    let canvas = canvas(300, 200);
    let mut painter = MapPainter::new(canvas.clone()).unwrap();
    assert_eq!(painter.hit(10.0, 10.0), -1.0, "nothing is painted yet");
    for (number, theme) in [(0, &LIGHT), (1, &DARK)] {
        painter.set_theme(number);
        for (width, height) in [(300, 200), (801, 603), (150, 40), (7, 9)] {
            painter.resize(width, height);
            painter.paint(&mut session).unwrap();
            let cell = cell(&painter, frame);
            let (x, y) = (cell[0] + (cell[2] * 0.8).floor(), cell[1] + (cell[3] / 8.0).floor());
            assert_eq!(painter.hit(x, y), f64::from(frame));
            assert_eq!(css(pixel(&canvas, x, y)), css(theme.fill(Use::Anon)), "{width} x {height}");
        }
    }
    painter.resize(300, 200);
    painter.select(f64::from(frame));
    painter.highlight(vec![0, 1_000_000]);
    painter.changed(vec![frame]);
    painter.zoom(3.0, 20.0, 20.0);
    painter.pan(-5.0, 5.0);
    painter.paint(&mut session).unwrap();
    assert!(painter.cell_size() > 20.0);
    painter.fit();
    painter.paint(&mut session).unwrap();
    assert_eq!(painter.hit(-1.0, 0.0), -1.0);
    assert_eq!(cell(&painter, 64), [] as [f64; 0]);
}

#[wasm_bindgen_test]
fn the_map_follows_the_time() {
    let mut session = session();
    let frame = plain(&session.state())["processes"][1]["vmas"][0]["pages"][0]["at"].as_u64().unwrap() as u32;
    let canvas = canvas(320, 320);
    let mut painter = MapPainter::new(canvas.clone()).unwrap();
    let mut color_after = |step: u32| {
        session.seek(step);
        painter.paint(&mut session).unwrap();
        let cell = cell(&painter, frame);
        css(pixel(&canvas, cell[0] + 8.0, cell[1] + 4.0))
    };
    let (free, used) = (css(LIGHT.fill(Use::Free)), css(LIGHT.fill(Use::Anon)));
    assert_eq!(
        [color_after(5), color_after(4), color_after(5), color_after(0), color_after(6)],
        [used.clone(), free.clone(), used.clone(), free, used]
    );
}

#[wasm_bindgen_test]
fn a_million_frames_are_a_million_pixels() {
    let mut session = new_session("{\"frames\":1048576}").unwrap();
    session.console("let p = spawn(); let a = p.mmap(4); p.touch(a, 4)");
    let canvas = canvas(1024, 1024);
    let mut painter = MapPainter::new(canvas.clone()).unwrap();
    painter.paint(&mut session).unwrap();
    assert_eq!(painter.cell_size(), 1.0);
    let state = plain(&session.state());
    let root = state["processes"][0]["root"].as_u64().unwrap();
    let (x, y) = ((root % 1024) as f64, (root / 1024) as f64);
    assert_eq!(css(pixel(&canvas, x, y)), css(LIGHT.fill(Use::Table)));
    assert_eq!(painter.hit(x, y), root as f64);
    painter.resize(500, 400);
    painter.paint(&mut session).unwrap();
    assert!(painter.cell_size() < 1.0);
    assert_eq!(css(pixel(&canvas, 250.0, 200.0)), css(LIGHT.fill(Use::Free)));
}

#[wasm_bindgen_test]
fn the_legend_is_what_the_map_paints() {
    let lines = plain(&legend(1));
    let of = |group: &str| {
        lines.as_array().unwrap().iter().filter(|line| line["group"] == group).cloned().collect::<Vec<_>>()
    };
    assert_eq!((of("use").len(), of("sign").len()), (10, 19));
    for line in of("sign") {
        let canvas = canvas(24, 24);
        paint_swatch(&canvas, line["name"].as_str().unwrap(), 1).unwrap();
    }
    for line in of("use") {
        let canvas = canvas(24, 24);
        let name = line["name"].as_str().unwrap();
        paint_swatch(&canvas, name, 1).unwrap();
        let at = Use::named(name).unwrap();
        let colors = [css(DARK.fill(at)), css(DARK.line(at)), css(DARK.outline)];
        assert!(colors.contains(&css(pixel(&canvas, 12.0, 12.0))), "{name}");
        assert_eq!(line["color"], colors[0]);
    }
    assert!(paint_swatch(&canvas(24, 24), "planet", 0).is_err());
}
