//! After this pass, an operation with pages has both parameters, and its reply is an object with a list of items and a count of all.

use apispec::Problem;

use crate::ir::{Api, Field, Location, Operation, Paging, Reply, Shape, Ty, TypeDef};
use crate::passes::reach;

/// Runs the pass.
///
/// # Errors
/// Whatever of this is not there.
pub fn run(api: &mut Api) -> Result<(), Vec<Problem>> {
    let mut problems = Vec::new();
    for operation in reach::operations(api) {
        let Some(paging) = &operation.paging else { continue };
        for missing in missing(api, operation, paging) {
            let message = format!("`{}` has pages, but {missing}", operation.id);
            let place = operation.origin.child("x-paging");
            problems.push(Problem::new("paging-form", &api.source, message, "name what is there, or leave `x-paging` out").at(place));
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

fn missing(api: &Api, operation: &Operation, paging: &Paging) -> Vec<String> {
    let mut missing = Vec::new();
    for name in [&paging.page, &paging.size] {
        let is_it = |wire: &str, location| wire == name && location == Location::Query;
        if !operation.params.iter().any(|param| is_it(&param.wire, param.location) && param.ty == Ty::Int) {
            missing.push(format!("no whole number `{name}` in the query"));
        }
    }
    let members: &[Field] = match &operation.reply {
        Reply::Value(Ty::Named(id)) => match api.types.get(id) {
            Some(TypeDef { shape: Shape::Struct(members), .. }) => &members.fields,
            _ => &[],
        },
        Reply::Value(_) | Reply::Nothing | Reply::Raw => &[],
    };
    let has = |name: &str, is_it: fn(&Ty) -> bool| members.iter().any(|field| field.wire == name && is_it(&field.ty));
    if !has(&paging.items, |ty| matches!(ty, Ty::List(_))) {
        missing.push(format!("no list `{}` in the reply", paging.items));
    }
    if !has(&paging.total, |ty| *ty == Ty::Int) {
        missing.push(format!("no whole number `{}` in the reply", paging.total));
    }
    missing
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::passes::samples::{self, field, members, named, param};

    fn paged(items: Ty) -> Api {
        let page = members(vec![field("items", items), field("total", Ty::Int)]);
        let mut api = samples::api(vec![("Page", Shape::Struct(page))]);
        let operation = samples::first(&mut api);
        let text = str::to_owned;
        operation.paging = Some(Paging { page: text("page"), size: text("size"), items: text("items"), total: text("total") });
        operation.params = vec![param("page", Ty::Int), param("size", Ty::Int)];
        operation.reply = Reply::Value(named("Page"));
        api
    }

    #[test]
    fn pages_of_a_list_are_left_as_they_are() {
        let mut api = paged(Ty::List(Box::new(Ty::Text)));
        let before = api.clone();
        run(&mut api).expect("no problems");
        assert_eq!(api, before);
    }

    #[test]
    fn everything_that_is_missing_is_said() {
        let mut api = paged(Ty::Text);
        samples::first(&mut api).params.pop();
        let messages: Vec<_> = run(&mut api).expect_err("problems").into_iter().map(|problem| problem.message).collect();
        let expected = ["no whole number `size` in the query", "no list `items` in the reply"];
        assert_eq!(messages, expected.map(|missing| format!("`get_thing` has pages, but {missing}")));
    }
}
