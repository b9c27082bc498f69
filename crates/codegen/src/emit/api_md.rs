//! IR -> `API.md`: one line for each operation, type, stream and code, the first thing that a reviewer reads.
//!
//! Everything that a caller can notice is in it, down to a bound or another spelling: a change of the spec that changes what the client
//! does changes this page.

use std::fmt::Write;

use super::SHARED;
use super::builders::is_set_later;
use super::operations::{Arguments, arguments, body, content, path_text};
use super::plan::{Hold, Plan};
use super::text::visible;
use crate::ir::{Bounds, CodeKey, Field, Operation, Param, Reply, Retry, Shape, Ty, TypeDef, Union};

/// The text.
pub(super) fn text(plan: &Plan<'_>, modules: &[String]) -> String {
    let title = visible(&plan.api.title);
    let mut text = format!("# {title}\n\nWritten by `cargo xtask codegen` from {}.\n", plan.api.source);
    text += &settings(plan);
    for group in &plan.api.groups {
        let names = plan.names.group(&group.name);
        let _ = write!(text, "\n## {}\n\n```text\n", names.module);
        for operation in &group.operations {
            let own = plan.names.operation(&operation.id);
            let arguments = arguments(plan, operation);
            let given = given(plan, operation, &arguments).join(", ");
            let later = later(plan, operation, &arguments).join(", ");
            let later = if later.is_empty() { later } else { format!(" [{later}]") };
            let reply = match &operation.reply {
                Reply::Nothing => "()".to_owned(),
                Reply::Raw => "Download".to_owned(),
                Reply::Value(ty) => short(plan, ty),
            };
            let retry = match operation.retry {
                Retry::Safe => "retried",
                Retry::Never => "never retried",
            };
            let also = match (&operation.events, &operation.paging) {
                (Some(_), _) => ", streams",
                (None, Some(_)) => ", in pages",
                (None, None) => "",
            };
            let path = path_text(operation);
            let (module, method) = (&names.module, plain(&own.method));
            let _ = writeln!(text, "{} {path}  client.{module}().{method}({given}){later} -> {reply}  {retry}{also}", operation.method);
        }
        text.push_str("```\n");
    }
    for module in modules {
        let heading = if module == SHARED { "Types that several groups use".to_owned() } else { format!("Types of {module}") };
        let _ = write!(text, "\n## {heading}\n\n```text\n");
        for def in plan.types_of(module) {
            let _ = writeln!(text, "{}", line(plan, def));
        }
        let streams = plan.api.groups.iter().filter(|group| plan.names.group(&group.name).file == *module);
        for operation in streams.flat_map(|group| &group.operations) {
            text += &events(plan, operation).unwrap_or_default();
        }
        text.push_str("```\n");
    }
    text + &codes(plan)
}

/// How a client is set up.
fn settings(plan: &Plan<'_>) -> String {
    let servers = plan.api.servers.iter().map(|server| {
        let arguments: Vec<&str> = server.variables.iter().map(|(name, ..)| name.as_str()).collect();
        match &server.name {
            Some(name) => format!("Client::{}({}): {}", plain(&plan.names.server(name).method), arguments.join(", "), server.url),
            None => format!("Client::builder(): {}", server.url),
        }
    });
    let variables = plan.api.environment.iter().map(|(role, variable)| format!("{variable}: {role}"));
    let lines: Vec<String> = servers.chain(variables).collect();
    if lines.is_empty() { String::new() } else { format!("\n## Settings\n\n```text\n{}\n```\n", lines.join("\n")) }
}

/// The codes of refusals: the constant, the code, and its kind.
fn codes(plan: &Plan<'_>) -> String {
    let lines: Vec<String> = plan
        .api
        .codes
        .iter()
        .map(|code| match &code.key {
            CodeKey::Number(number) => format!("codes::{} = {number}  {}", plan.names.code(&code.name), code.kind),
            CodeKey::Text(text) => format!("codes::{} = {text:?}  {}", plan.names.code(&code.name), code.kind),
            CodeKey::Prefix(text) => format!("{} = \"{text}*\"  {}", code.name, code.kind),
        })
        .collect();
    if lines.is_empty() { String::new() } else { format!("\n## Codes of refusals\n\n```text\n{}\n```\n", lines.join("\n")) }
}

/// The events of an operation, if it has a stream.
fn events(plan: &Plan<'_>, operation: &Operation) -> Option<String> {
    let (events, name) = (operation.events.as_ref()?, plan.names.events(&operation.id)?);
    let each = events.table.iter().map(|event| {
        let content = event.payload.as_ref().map_or_else(|| "String".to_owned(), |id| short(plan, &Ty::Named(id.clone())));
        named(&format!("{}({content})", plain(plan.names.event(&operation.id, &event.wire))), &event.wire, &event.aliases)
    });
    let each: Vec<String> = each.collect();
    Some(format!("events {name} {{ {}, End = {} }}\n", each.join(", "), events.end))
}

/// What something is in Rust, with what it is called on the wire.
fn named(rust: &str, wire: &str, aliases: &[String]) -> String {
    let wire = if rust == wire { String::new() } else { format!(" = {wire}") };
    format!("{rust}{wire}{}", also(aliases))
}

/// Other spellings.
fn also(aliases: &[String]) -> String {
    if aliases.is_empty() { String::new() } else { format!(" (also read: {})", aliases.join(", ")) }
}

/// What a value must satisfy: ` (max 64 characters)`.
fn bounds(plan: &Plan<'_>, bounds: &Bounds, ty: &Ty) -> String {
    fn said<N: std::fmt::Display>(bounds: &(Option<N>, Option<N>), unit: &str) -> Option<String> {
        match bounds {
            (Some(least), Some(most)) => Some(format!(" (min {least}, max {most}{unit})")),
            (Some(least), None) => Some(format!(" (min {least}{unit})")),
            (None, Some(most)) => Some(format!(" (max {most}{unit})")),
            (None, None) => None,
        }
    }
    let unit = if matches!(plan.resolved(ty), Ty::List(_)) { " items" } else { " characters" };
    format!("{}{}", said(&bounds.range, "").unwrap_or_default(), said(&bounds.length, unit).unwrap_or_default())
}

/// What the method takes: a call that names it is complete.
fn given(plan: &Plan<'_>, operation: &Operation, arguments: &Arguments<'_>) -> Vec<String> {
    let params = arguments.params.iter().map(|param| parameter(plan, operation, param));
    let owner = body(plan, operation).map(|(id, ..)| id);
    let fields = arguments.fields.iter().filter_map(|field| Some(plain(plan.names.field(owner?, &field.wire)).to_owned()));
    params
        .chain(fields)
        .chain((arguments.whole.is_some() || content(operation).is_some() && !arguments.apart).then(|| "body".to_owned()))
        .collect()
}

/// A parameter with its bounds. Those of a body are beside its members.
fn parameter(plan: &Plan<'_>, operation: &Operation, param: &Param) -> String {
    format!("{}{}", plain(plan.names.param(&operation.id, param.location, &param.wire)), bounds(plan, &param.bounds, &param.ty))
}

/// What can be set afterwards.
fn later(plan: &Plan<'_>, operation: &Operation, arguments: &Arguments<'_>) -> Vec<String> {
    let params = operation.params.iter().filter(|param| is_set_later(param));
    let mut names: Vec<String> = params.map(|param| parameter(plan, operation, param)).collect();
    if arguments.apart && operation.body.is_some() {
        names.push("body".to_owned());
    } else if let (Some((id, def, of)), None) = (body(plan, operation), arguments.whole) {
        let optional = of.fields.iter().filter(|field| !matches!(Plan::hold(field, def.usage), Hold::Unheld | Hold::Plain | Hold::OrNull));
        names.extend(optional.map(|field| plain(plan.names.field(id, &field.wire)).to_owned()));
    }
    names
}

fn plain(name: &str) -> &str {
    name.trim_start_matches("r#")
}

fn line(plan: &Plan<'_>, def: &TypeDef) -> String {
    let ty = plan.names.ty(&def.id);
    let variant = |wire: &str, aliases: &[String], content: &str| {
        named(&format!("{}{content}", plain(plan.names.variant(&def.id, wire))), wire, aliases)
    };
    match &def.shape {
        Shape::Struct(body) => format!("struct {ty} {{ {} }}", members(plan, &body.fields, def)),
        Shape::Framed(framed) => {
            let content = format!("{}: {}", framed.content, plan.names.ty(&framed.contents));
            let members = members(plan, &framed.fields, def);
            let members = if members.is_empty() { content } else { format!("{members}, {content}") };
            format!("struct {ty} {{ {members} }}")
        }
        Shape::Enum(values) => {
            let values: Vec<String> = values.iter().map(|value| variant(&value.wire, &value.aliases, "")).collect();
            format!("enum {ty} {{ {} }}", values.join(", "))
        }
        Shape::Union(Union::Tagged { variants, .. }) => {
            let variants: Vec<String> =
                variants.iter().map(|one| variant(&one.wire, &one.aliases, &format!("({})", plan.names.ty(&one.object)))).collect();
            format!("enum {ty} {{ {} }}", variants.join(", "))
        }
        Shape::Union(Union::Contents { variants }) => {
            let variants: Vec<String> =
                variants.iter().map(|one| variant(&one.wire, &one.aliases, &format!("({})", typed(plan, &one.ty, one.secret)))).collect();
            format!("enum {ty} {{ {} }}", variants.join(", "))
        }
        Shape::Union(Union::Recognised { variants }) => {
            let variants: Vec<String> = variants.iter().map(|variant| short(plan, &variant.ty)).collect();
            format!("enum {ty} {{ {} }}", variants.join(", "))
        }
        Shape::Union(Union::InText { variants, .. }) => {
            let variants: Vec<String> = variants
                .iter()
                .map(|one| variant(&one.wire, &one.aliases, &format!("({})", short(plan, &Ty::Named(one.object.clone())))))
                .collect();
            format!("enum {ty} in a text {{ {} }}", variants.join(", "))
        }
        Shape::Id => format!("id {ty}"),
        Shape::Alias(_) | Shape::Union(_) => ty.to_owned(),
    }
}

fn members(plan: &Plan<'_>, fields: &[Field], def: &TypeDef) -> String {
    let each = fields.iter().filter(|field| Plan::hold(field, def.usage) != Hold::Unheld).map(|field| {
        let missing = if Plan::hold(field, def.usage) == Hold::Plain { "" } else { "?" };
        let ty = typed(plan, &field.ty, field.secret);
        let ty = if plan.is_or_text(field) { format!("OrText<{ty}>") } else { ty };
        let name = plain(plan.names.field(&def.id, &field.wire));
        let wire = if name == field.wire || field.aliases.is_empty() { String::new() } else { format!(" = {}", field.wire) };
        format!("{name}{missing}: {ty}{wire}{}{}", bounds(plan, &field.bounds, &field.ty), also(&field.aliases))
    });
    each.collect::<Vec<_>>().join(", ")
}

/// A type, hidden in output or not.
fn typed(plan: &Plan<'_>, ty: &Ty, secret: bool) -> String {
    match plan.resolved(ty) {
        Ty::Text | Ty::JsonText(_) if secret => "SecretText".to_owned(),
        Ty::List(item) => format!("Vec<{}>", typed(plan, item, secret)),
        Ty::Map(item) => format!("Map<{}>", typed(plan, item, secret)),
        _ => short(plan, ty),
    }
}

fn short(plan: &Plan<'_>, ty: &Ty) -> String {
    match plan.resolved(ty) {
        Ty::Text => "String".to_owned(),
        Ty::JsonText(id) => format!("JsonText<{}>", short(plan, &Ty::Named(id.clone()))),
        Ty::JsonTextBy { union, .. } => plan.names.ty(union).to_owned(),
        Ty::Flag => "bool".to_owned(),
        Ty::Int => "i64".to_owned(),
        Ty::Float => "f64".to_owned(),
        Ty::Time => "Timestamp".to_owned(),
        Ty::File => "Part".to_owned(),
        Ty::Json => "Json".to_owned(),
        Ty::Named(_) => plan.def(ty).map_or_else(String::new, |def| plan.names.ty(&def.id).to_owned()),
        Ty::List(item) => format!("Vec<{}>", short(plan, item)),
        Ty::Map(item) => format!("Map<{}>", short(plan, item)),
        Ty::Boxed(inner) => short(plan, inner),
        Ty::CommaList => "Vec<String>".to_owned(),
    }
}
