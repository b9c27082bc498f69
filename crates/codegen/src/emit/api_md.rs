//! IR -> `API.md`: one line for each operation and type, the first thing that a reviewer reads.

use std::fmt::Write;

use super::SHARED;
use super::builders::is_set_later;
use super::operations::{Arguments, arguments, body, path_text};
use super::plan::{Hold, Plan};
use super::text::visible;
use crate::ir::{Field, Operation, Reply, Retry, Shape, Ty, TypeDef, Union};

/// The text.
pub(super) fn text(plan: &Plan<'_>, modules: &[String]) -> String {
    let title = visible(&plan.api.title);
    let mut text = format!("# {title}\n\nWritten by `cargo xtask codegen` from {}.\n", plan.api.source);
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
        text.push_str("```\n");
    }
    text
}

/// What the method takes: a call that names it is complete.
fn given(plan: &Plan<'_>, operation: &Operation, arguments: &Arguments<'_>) -> Vec<String> {
    let params = arguments.params.iter().map(|param| plain(plan.names.param(&operation.id, &param.wire)).to_owned());
    let owner = body(plan, operation).map(|(id, ..)| id);
    let fields = arguments.fields.iter().filter_map(|field| Some(plain(plan.names.field(owner?, &field.wire)).to_owned()));
    params.chain(fields).chain(arguments.whole.map(|_| "body".to_owned())).collect()
}

/// What can be set afterwards.
fn later(plan: &Plan<'_>, operation: &Operation, arguments: &Arguments<'_>) -> Vec<String> {
    let params = operation.params.iter().filter(|param| is_set_later(param));
    let mut names: Vec<String> = params.map(|param| plain(plan.names.param(&operation.id, &param.wire)).to_owned()).collect();
    if let (Some((id, def, of)), None) = (body(plan, operation), arguments.whole) {
        let optional =
            of.fields.iter().filter(|field| !matches!(Plan::hold(field, def.usage), Hold::Constant | Hold::Plain | Hold::OrNull));
        names.extend(optional.map(|field| plain(plan.names.field(id, &field.wire)).to_owned()));
    }
    names
}

fn plain(name: &str) -> &str {
    name.trim_start_matches("r#")
}

fn line(plan: &Plan<'_>, def: &TypeDef) -> String {
    let name = plan.names.ty(&def.id);
    match &def.shape {
        Shape::Struct(body) => format!("struct {name} {{ {} }}", members(plan, &body.fields, def)),
        Shape::Framed(framed) => {
            let content = format!("{}: {}", framed.content, plan.names.ty(&framed.contents));
            let members = members(plan, &framed.fields, def);
            let members = if members.is_empty() { content } else { format!("{members}, {content}") };
            format!("struct {name} {{ {members} }}")
        }
        Shape::Enum(values) => {
            let values: Vec<&str> = values.iter().map(|value| value.wire.as_str()).collect();
            format!("enum {name} {{ {} }}", values.join(", "))
        }
        Shape::Union(Union::Tagged { variants, .. }) => {
            let variants: Vec<String> =
                variants.iter().map(|variant| format!("{}({})", variant.wire, plan.names.ty(&variant.object))).collect();
            format!("enum {name} {{ {} }}", variants.join(", "))
        }
        Shape::Union(Union::Contents { variants }) => {
            let variants: Vec<String> = variants.iter().map(|variant| format!("{}({})", variant.wire, short(plan, &variant.ty))).collect();
            format!("enum {name} {{ {} }}", variants.join(", "))
        }
        Shape::Union(Union::Recognised { variants }) => {
            let variants: Vec<String> = variants.iter().map(|variant| short(plan, &variant.ty)).collect();
            format!("enum {name} {{ {} }}", variants.join(", "))
        }
        Shape::Union(Union::InText { variants, .. }) => {
            let variants: Vec<String> =
                variants.iter().map(|variant| format!("{}({})", variant.wire, short(plan, &Ty::Named(variant.object.clone())))).collect();
            format!("enum {name} in a text {{ {} }}", variants.join(", "))
        }
        Shape::Id => format!("id {name}"),
        Shape::Alias(_) | Shape::Union(_) => name.to_owned(),
    }
}

fn members(plan: &Plan<'_>, fields: &[Field], def: &TypeDef) -> String {
    let each = fields.iter().filter(|field| Plan::hold(field, def.usage) != Hold::Constant).map(|field| {
        let missing = if Plan::hold(field, def.usage) == Hold::Plain { "" } else { "?" };
        let ty = if field.secret && *plan.resolved(&field.ty) == Ty::Text { "SecretText".to_owned() } else { short(plan, &field.ty) };
        format!("{}{missing}: {ty}", plain(plan.names.field(&def.id, &field.wire)))
    });
    each.collect::<Vec<_>>().join(", ")
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
