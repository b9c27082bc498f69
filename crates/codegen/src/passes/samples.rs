//! Small APIs for the tests of the passes.

use std::collections::BTreeMap;

use apispec::Pointer;

use crate::ir::{
    Api, Bounds, Field, Group, Location, Operation, Param, Presence, Reply, Retry, Security, Segment, Shape, Source, Struct, Ty, TypeDef,
    TypeId, Usage,
};

/// An API of these types and one operation, `get_thing`, that has nothing to send or to read.
pub(crate) fn api(types: Vec<(&str, Shape)>) -> Api {
    Api {
        source: "specs/sample.yaml".to_owned(),
        title: "Sample".to_owned(),
        version: "1".to_owned(),
        docs: String::new(),
        envelope: None,
        codes: Vec::new(),
        retry_after: None,
        rate_limit: None,
        environment: Vec::new(),
        servers: Vec::new(),
        security: Security::None,
        groups: vec![Group {
            name: "things".to_owned(),
            docs: String::new(),
            operations: vec![operation("get_thing", "GET", "/things")],
            origin: Pointer::root().child("tags").item(0),
        }],
        types: types.into_iter().map(|(name, shape)| (id(name), definition(name, shape))).collect::<BTreeMap<_, _>>(),
        fallbacks: Vec::new(),
        foreign: false,
    }
}

pub(crate) fn operation(id: &str, method: &str, path: &str) -> Operation {
    Operation {
        id: id.to_owned(),
        rust_name: None,
        origin: Pointer::root().child("paths").child(path).child(&method.to_lowercase()),
        summary: String::new(),
        docs: String::new(),
        method: method.to_owned(),
        path: vec![Segment::Literal(path.to_owned())],
        retry: Retry::Never,
        rate_limit: None,
        params: Vec::new(),
        body: None,
        bodiless: false,
        json_type: None,
        reply: Reply::Nothing,
        events: None,
        paging: None,
        losses: Vec::new(),
    }
}

pub(crate) fn first(api: &mut Api) -> &mut Operation {
    &mut api.groups[0].operations[0]
}

pub(crate) fn id(name: &str) -> TypeId {
    TypeId(name.to_owned())
}

pub(crate) fn named(name: &str) -> Ty {
    Ty::Named(id(name))
}

pub(crate) fn definition(name: &str, shape: Shape) -> TypeDef {
    let origin = Pointer::root().child("components").child("schemas").child(name);
    TypeDef { id: id(name), rust_name: None, origin, docs: String::new(), shape, usage: Usage::default(), losses: Vec::new() }
}

pub(crate) fn members(fields: Vec<Field>) -> Struct {
    Struct { fields, ..Struct::default() }
}

pub(crate) fn field(wire: &str, ty: Ty) -> Field {
    Field {
        wire: wire.to_owned(),
        rust_name: None,
        origin: Pointer::root().child(wire),
        aliases: Vec::new(),
        docs: String::new(),
        ty,
        presence: Presence::Required,
        source: Source::Caller,
        bounds: Bounds::default(),
        accepts: Vec::new(),
        secret: false,
        losses: Vec::new(),
    }
}

/// A parameter in the query that may be left out.
pub(crate) fn param(wire: &str, ty: Ty) -> Param {
    Param {
        wire: wire.to_owned(),
        rust_name: None,
        origin: Pointer::root().child(wire),
        location: Location::Query,
        source: Source::Caller,
        docs: String::new(),
        required: false,
        ty,
        bounds: Bounds::default(),
        style: None,
        explode: true,
        secret: false,
        losses: Vec::new(),
    }
}
