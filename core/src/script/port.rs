//! Messages in a script: `let port = q.port()`, `p.send(port, segment, header)`, `q.receive(port)`.

use super::mistake::{Answer, Fail, Mistake};
use super::room::{act, look};
use super::values::{CallFields, Port, Process, Segment, addr, amount, bytes, call, small, value};
use crate::lab::tell::placed::suggest;
use crate::os::port::ring::Waiting;
use crate::units::{PortId, VirtAddr};
use crate::vocabulary::command::{Command, NewPort, Receive, Send};
use crate::vocabulary::port::{PortInfo, SendBy, WAYS_TO_SEND};
use rhai::{Array, Dynamic, Engine, Map, NativeCallContext};

/// Adds the functions to the engine.
pub fn register(engine: &mut Engine) {
    engine.register_type_with_name::<Port>("port");
    engine.register_fn("to_string", |port: Port| port.0.to_string());
    engine.register_fn("to_debug", |port: Port| port.0.to_string());
    engine.register_fn("==", |a: Port, b: Port| a == b);
    engine.register_fn("!=", |a: Port, b: Port| a != b);
    register_calls(engine);
    register_queries(engine);
}

fn register_calls(engine: &mut Engine) {
    engine.register_fn("port", |ctx: NativeCallContext, p: Process| {
        call(&ctx, Command::Port(NewPort { pid: p.0, auto: None }))
    });
    engine.register_fn("port", |ctx: NativeCallContext, p: Process, fields: Map| {
        let mut fields = CallFields::new(&ctx, "port", fields);
        let auto = fields.int("auto")?.map(|auto| amount(&ctx, "auto", auto)).transpose()?;
        fields.finish()?;
        call(&ctx, Command::Port(NewPort { pid: p.0, auto }))
    });
    engine.register_fn("send", |ctx: NativeCallContext, p: Process, port: Port, header: Dynamic| {
        let header = bytes(&ctx, header)?;
        call(&ctx, Command::Send(Send { pid: p.0, port: port.0, addr: None, bytes: None, header, by: SendBy::Remap }))
    });
    engine.register_fn("send", |ctx: NativeCallContext, p: Process, port: Port, segment: Dynamic, header: Dynamic| {
        send(&ctx, p, port, segment, header, Map::new())
    });
    engine.register_fn(
        "send",
        |ctx: NativeCallContext, p: Process, port: Port, segment: Dynamic, header: Dynamic, fields: Map| {
            send(&ctx, p, port, segment, header, fields)
        },
    );
    engine.register_fn("receive", |ctx: NativeCallContext, p: Process, port: Port| {
        call(&ctx, Command::Receive(Receive { pid: p.0, port: port.0, addr: None, into: None }))
    });
    engine.register_fn("receive", |ctx: NativeCallContext, p: Process, port: Port, fields: Map| {
        let mut fields = CallFields::new(&ctx, "receive", fields);
        let (at, into) = (fields.int("addr")?.map(addr), fields.int("into")?.map(addr));
        fields.finish()?;
        act(&ctx, Command::Receive(Receive { pid: p.0, port: port.0, addr: at, into })).map(value)
    });
}

fn send(ctx: &NativeCallContext, p: Process, port: Port, segment: Dynamic, header: Dynamic, fields: Map) -> Answer {
    let mut fields = CallFields::new(ctx, "send", fields);
    let sent = fields.int("bytes")?.map(|sent| amount(ctx, "bytes", sent)).transpose()?;
    let by = fields.text("by")?;
    fields.finish()?;
    let by = by.map_or(Ok(SendBy::default()), |by| {
        by.parse::<SendBy>().map_err(|_| {
            let short: String = by.chars().take(40).collect();
            Mistake::new(format!("send: there is no way `{short}`"), suggest(&short, WAYS_TO_SEND)).at(ctx)
        })
    })?;
    let (at, header) = (segment_at(ctx, p, &segment)?, bytes(ctx, header)?);
    call(ctx, Command::Send(Send { pid: p.0, port: port.0, addr: Some(at), bytes: sent, header, by }))
}

/// Where a process has mapped a segment that is named by its address, or itself.
fn segment_at(ctx: &NativeCallContext, p: Process, segment: &Dynamic) -> Result<VirtAddr, Fail> {
    if let Ok(at) = segment.as_int() {
        return Ok(addr(at));
    }
    let Some(id) = segment.read_lock::<Segment>().map(|segment| segment.0) else {
        let message = format!("send: {} is no segment", super::values::type_name(segment.type_name()));
        return Err(Mistake::new(message, "give the address at which it is mapped, or the segment").at(ctx));
    };
    let found = look(ctx, 16, |view| {
        let run = view.runs.values().find(|run| run.id == id);
        let mapped = run.and_then(|run| run.mapped.iter().find(|(pid, _)| *pid == p.0));
        mapped.map(|(_, start)| view.geometry().addr(*start))
    })?;
    let missing =
        || Mistake::new(format!("send: process {} does not map the segment", p.0), "p.map_run(segment) first");
    found.ok_or_else(|| missing().at(ctx))
}

fn register_queries(engine: &mut Engine) {
    engine.register_fn("port", |ctx: NativeCallContext, number: i64| {
        let port = Port(PortId(small(&ctx, "port", number)?));
        let known = look(&ctx, 1, |view| view.ports.get(&port.0).is_some())?;
        let missing = || Mistake::new(format!("there is no {}", port.0), "ports() lists them");
        if known { Ok(port) } else { Err(missing().at(&ctx)) }
    });
    engine.register_fn("ports", |ctx: NativeCallContext| {
        look(&ctx, 64, |view| view.ports.keys().map(|port| Dynamic::from(Port(*port))).collect::<Array>())
    });
    engine.register_get("number", |port: &mut Port| i64::from(port.0.0));
    engine.register_get("owner", |ctx: NativeCallContext, port: &mut Port| {
        info(&ctx, *port).map(|info| Process(info.owner))
    });
    engine.register_get("frame", |ctx: NativeCallContext, port: &mut Port| {
        info(&ctx, *port).map(|info| i64::from(info.ring.0))
    });
    engine.register_fn("queue", |ctx: NativeCallContext, port: Port| {
        let info = info(&ctx, port)?;
        look(&ctx, 16, |view| view.messages(&info).map(waiting).collect::<Array>())
    });
}

/// What is known of a port that has not ended.
fn info(ctx: &NativeCallContext, port: Port) -> Result<PortInfo, Fail> {
    let info = look(ctx, 1, |view| view.ports.get(&port.0).copied())?;
    info.ok_or_else(|| Mistake::new(format!("{} has ended", port.0), "it ends with its process").at(ctx))
}

fn waiting(message: Waiting) -> Dynamic {
    let Waiting { from, header, by, bytes, run } = message;
    Map::from([
        ("from".into(), Dynamic::from(Process(from))),
        ("header".into(), String::from_utf8_lossy(&header).into_owned().into()),
        ("bytes".into(), (bytes as i64).into()),
        ("by".into(), <&str>::from(by).into()),
        ("segment".into(), run.map_or(Dynamic::from(-1_i64), |run| Dynamic::from(Segment(run)))),
    ])
    .into()
}
