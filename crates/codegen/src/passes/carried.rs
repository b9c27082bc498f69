//! After this pass, every parameter is a text or a list of texts, files are only in forms, a form is nothing else, and what the client
//! fills in is a parameter of the client.
//!
//! Path, query, headers and forms carry text; what else they could carry depends on the server, so it is an error to ask for it.

use std::collections::BTreeSet;

use apispec::{Pointer, Problem};

use super::reach;
use crate::ir::{Api, Body, Location, Operation, Reply, Shape, Source, Ty, TypeId, Union};

/// The roles of environment variables that are no parameters.
pub(crate) const ROLES: [&str; 5] = ["key", "base_url", "key_id", "key_secret", "security_token"];

/// Runs the pass.
///
/// # Errors
/// Whatever of this does not hold.
pub fn run(api: &mut Api) -> Result<(), Vec<Problem>> {
    let mut problems = Vec::new();
    let forms: BTreeSet<TypeId> = reach::operations(api).filter_map(form).cloned().collect();
    for operation in reach::operations(api) {
        params(api, operation, &mut problems);
        streams(api, operation, &mut problems);
    }
    for (id, definition) in &api.types {
        let Shape::Struct(members) = &definition.shape else { continue };
        for field in &members.fields {
            let item = match reach::resolved(&api.types, &field.ty) {
                Ty::List(item) => item,
                other => other,
            };
            if forms.contains(id) && !api.foreign && !carried(api, item, true) {
                let message =
                    format!("the member `{}` of the form `{}` is neither a text, nor a file, nor a list of either", field.wire, id.0);
                problems.push(told("form-member", api, &field.origin, message, "send it as text that holds JSON"));
            }
            filled(api, &field.source, &field.origin, &mut problems);
        }
    }
    problems.extend(shared_forms(api, &forms));
    plain_files(api, &forms);
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

fn told(rule: &'static str, api: &Api, at: &Pointer, message: String, help: &str) -> Problem {
    Problem::new(rule, &api.source, message, help).at(at.clone())
}

fn form(operation: &Operation) -> Option<&TypeId> {
    match &operation.body {
        Some(Body::Multipart(id)) => Some(id),
        Some(Body::Json(_) | Body::Form(_) | Body::Whole(_) | Body::Raw(_)) | None => None,
    }
}

/// Whether something is carried as text, or in a form as a file, or is a list of such things.
pub(crate) fn carried(api: &Api, ty: &Ty, form: bool) -> bool {
    match reach::resolved(&api.types, ty) {
        Ty::Text | Ty::Flag | Ty::Int | Ty::Float | Ty::Time => true,
        Ty::CommaList | Ty::File => form,
        Ty::Named(id) => matches!(api.types.get(id).map(|definition| &definition.shape), Some(Shape::Enum(_) | Shape::Id)),
        Ty::Json | Ty::List(_) | Ty::Map(_) | Ty::Boxed(_) | Ty::JsonText(_) | Ty::JsonTextBy { .. } => false,
    }
}

fn params(api: &Api, operation: &Operation, problems: &mut Vec<Problem>) {
    for param in &operation.params {
        let item = match reach::resolved(&api.types, &param.ty) {
            Ty::List(item) => item,
            Ty::CommaList => &Ty::Text,
            other => other,
        };
        if param.style.is_none() && !carried(api, item, false) {
            let message = format!("the parameter `{}` of `{}` is neither a text nor a list of texts", param.wire, operation.id);
            problems.push(told("parameter-form", api, &param.origin, message, "describe it as the text that is sent"));
        }
        if matches!(param.source, Source::Client(_)) && param.location == Location::Path {
            let message = format!("the parameter `{}` is part of the path, which the client does not fill in", param.wire);
            problems.push(told("client-parameter", api, &param.origin, message, "leave `x-client-parameter` out"));
        }
        filled(api, &param.source, &param.origin, problems);
    }
}

fn filled(api: &Api, source: &Source, origin: &Pointer, problems: &mut Vec<Problem>) {
    let Source::Client(name) = source else { return };
    let known = |(role, _): &&(String, String)| role == name && !ROLES.contains(&role.as_str());
    if !api.environment.iter().any(|entry| known(&entry)) {
        let message = format!("the client has no parameter `{name}`");
        problems.push(told("client-parameter", api, origin, message, "name its environment variable in `x-environment`"));
    }
}

/// A stream is asked for in a JSON body.
fn streams(api: &Api, operation: &Operation, problems: &mut Vec<Problem>) {
    if operation.events.is_some() && !matches!(operation.body, Some(Body::Json(_))) {
        let message = format!("`{}` has a stream, but no JSON body that could ask for it", operation.id);
        problems.push(told("event-stream", api, &operation.origin, message, "give it a JSON body with the member that asks"));
    }
}

/// A form has no JSON, so it cannot be a part of anything that has.
fn shared_forms(api: &Api, forms: &BTreeSet<TypeId>) -> Vec<Problem> {
    let bodies = reach::operations(api).filter_map(|operation| match &operation.body {
        Some(Body::Json(id)) => Some(id),
        _ => None,
    });
    let elsewhere = reach::operations(api).flat_map(reach::received).chain(bodies);
    let inside = api.types.values().flat_map(|definition| reach::of_shape(&definition.shape));
    let used: BTreeSet<&TypeId> = elsewhere.chain(inside).filter(|id| forms.contains(*id)).collect();
    let problem = |id: &TypeId| {
        let origin = api.types.get(id).map(|definition| definition.origin.clone()).unwrap_or_default();
        told("form-member", api, &origin, format!("`{}` is a form and something else, too", id.0), "give the form a schema of its own")
    };
    used.into_iter().map(problem).collect()
}

/// A file that is not in a form is text, and is listed.
fn plain_files(api: &mut Api, forms: &BTreeSet<TypeId>) {
    let is_name = |id: &&TypeId| *reach::resolved(&api.types, &Ty::Named((*id).clone())) == Ty::File;
    let names: BTreeSet<TypeId> = api.types.keys().filter(is_name).cloned().collect();
    let Api { types, source, groups, .. } = api;
    let problem = |at: &Pointer| {
        let help = "describe its encoding, or send it in a form";
        Problem::new("weaker-type", source, "a file outside of a form is text", help).at(at.clone())
    };
    for (_, definition) in types.iter_mut().filter(|(id, _)| !forms.contains(*id)) {
        let fields = match &mut definition.shape {
            Shape::Struct(members) => {
                if members.extra.as_mut().is_some_and(|ty| replace(ty, &names)) {
                    definition.losses.push(problem(&definition.origin));
                }
                members.fields.as_mut_slice()
            }
            Shape::Framed(framed) => framed.fields.as_mut_slice(),
            // A name for a file may be used in a form; these have no other types of values.
            Shape::Alias(_) | Shape::Enum(_) | Shape::Id => &mut [],
            Shape::Union(union) => {
                let types = alternatives(union).into_iter();
                if types.filter_map(|ty| replace(ty, &names).then_some(())).count() > 0 {
                    definition.losses.push(problem(&definition.origin));
                }
                &mut []
            }
        };
        for field in fields {
            if replace(&mut field.ty, &names) {
                field.losses.push(problem(&field.origin));
            }
        }
    }
    for operation in groups.iter_mut().flat_map(|group| &mut group.operations) {
        if let Reply::Value(ty) = &mut operation.reply
            && replace(ty, &names)
        {
            operation.losses.push(problem(&operation.origin));
        }
    }
}

/// The types in a union that are no names of objects.
fn alternatives(union: &mut Union) -> Vec<&mut Ty> {
    match union {
        Union::Contents { variants } => variants.iter_mut().map(|variant| &mut variant.ty).collect(),
        Union::Recognised { variants } => variants.iter_mut().map(|variant| &mut variant.ty).collect(),
        Union::Untagged { variants } => variants.iter_mut().collect(),
        Union::Tagged { .. } | Union::Shorthand { .. } | Union::InText { .. } => Vec::new(),
    }
}

/// Makes text of a file in a type; says whether there was one. `names` are other names for files.
pub(crate) fn replace(ty: &mut Ty, names: &BTreeSet<TypeId>) -> bool {
    let is_file = match ty {
        Ty::File => true,
        Ty::Named(id) => names.contains(id),
        Ty::List(inner) | Ty::Map(inner) | Ty::Boxed(inner) => return replace(inner, names),
        _ => false,
    };
    if is_file {
        *ty = Ty::Text;
    }
    is_file
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::passes::samples::{self, field, id, members, named, param};

    fn messages(api: &mut Api) -> Vec<String> {
        run(api).map_or_else(|problems| problems.into_iter().map(|problem| problem.message).collect(), |()| Vec::new())
    }

    #[test]
    fn a_parameter_that_no_text_can_carry_is_a_problem() {
        let mut api = samples::api(vec![("Thing", Shape::Struct(members(vec![]))), ("Id", Shape::Id)]);
        samples::first(&mut api).params =
            vec![param("ids", Ty::List(Box::new(named("Id")))), param("filter", named("Thing")), param("map", Ty::Map(Box::new(Ty::Text)))];
        let expected = ["filter", "map"].map(|name| format!("the parameter `{name}` of `get_thing` is neither a text nor a list of texts"));
        assert_eq!(messages(&mut api), expected);
    }

    #[test]
    fn what_the_client_fills_in_is_a_parameter_of_the_client() {
        let mut api = samples::api(vec![]);
        let mut user = param("user_id", Ty::Text);
        user.source = Source::Client("user_id".to_owned());
        samples::first(&mut api).params = vec![user];
        assert_eq!(messages(&mut api), ["the client has no parameter `user_id`"]);
        api.environment.push(("user_id".to_owned(), "USER_ID".to_owned()));
        assert_eq!(messages(&mut api), [""; 0]);
        api.environment = vec![("key".to_owned(), "KEY".to_owned())];
        samples::first(&mut api).params[0].source = Source::Client("key".to_owned());
        assert_eq!(messages(&mut api), ["the client has no parameter `key`"]);
    }

    #[test]
    fn files_are_in_forms_and_forms_are_nothing_else() {
        let holding = |ty| Shape::Struct(members(vec![field("file", ty)]));
        let mut api = samples::api(vec![("Form", holding(Ty::File)), ("Reply", holding(Ty::File)), ("Other", holding(named("Form")))]);
        samples::first(&mut api).body = Some(Body::Multipart(id("Form")));
        assert_eq!(messages(&mut api), ["`Form` is a form and something else, too"]);
        let Shape::Struct(reply) = &api.types[&id("Reply")].shape else { panic!("not a struct") };
        assert_eq!((&reply.fields[0].ty, reply.fields[0].losses.len()), (&Ty::Text, 1));
        let Shape::Struct(form) = &api.types[&id("Form")].shape else { panic!("not a struct") };
        assert_eq!(form.fields[0].ty, Ty::File);
    }
}
