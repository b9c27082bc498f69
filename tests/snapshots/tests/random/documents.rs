//! A number -> a legal OpenAPI 3.0 document, the same every time: every keyword that says something about types, in every place, with names
//! that collide, mean something in Rust, or are written in letters that it refuses.

use serde_json::{Map, Value, json};

/// Names of everything: plain ones so that things meet, and nasty ones.
const NAMES: [&str; 40] = [
    "name",
    "id",
    "type",
    "self",
    "Self",
    "String",
    "Option",
    "Result",
    "Box",
    "Vec",
    "new",
    "check",
    "send",
    "body",
    "client",
    "extra",
    "value",
    "members",
    "other",
    "raw",
    "tag",
    "async",
    "a-b",
    "a_b",
    "aB",
    "A.B",
    "1st",
    "$ref",
    "",
    " ",
    "名前",
    "größe",
    "@odata.type",
    "x/y",
    "id_null",
    "root",
    "types",
    "Client",
    "Default",
    "serde",
];
/// Values of enums.
const VALUES: [&str; 14] = ["a", "A", "", "1", "+1", "-1", "self", "Unknown", "is open", "a-b", "a.b", "äöü", "中", "\"quoted\"\\"];
/// Names of schemas.
const SCHEMAS: [&str; 14] =
    ["Thing", "thing", "Client", "String", "Self", "Option", "Error", "a.b", "a-b", "List", "Serialize", "Call", "名前", "Root"];
const MEDIA: [&str; 9] = [
    "application/json",
    "application/vnd.thing+json",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "text/plain",
    "application/octet-stream",
    "image/*",
    "text/event-stream",
    "application/xml",
];
/// How deep schemas are nested.
const DEEPEST: u32 = 4;

/// A source of numbers that depends on its seed alone.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        // SplitMix64: short, and good enough for dice.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % sides as u64) as usize
    }

    fn one_in(&mut self, sides: usize) -> bool {
        self.roll(sides) == 0
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.roll(from.len())]
    }
}

/// The document of a number.
pub fn document(seed: u64) -> Value {
    let mut dice = Dice(seed);
    let count = 1 + dice.roll(SCHEMAS.len());
    let known: Vec<&str> = SCHEMAS.iter().take(count).copied().collect();
    let schemas: Map<String, Value> = known.iter().map(|name| ((*name).to_owned(), schema(&mut dice, &known, DEEPEST))).collect();
    let mut paths = Map::new();
    for _ in 0..=dice.roll(5) {
        let params: Vec<&str> = (0..dice.roll(3)).map(|_| dice.pick(&["id", "type", "a-b", "self"])).collect();
        let mut path = format!("/{}", dice.pick(&["things", "v1/things", "types", "a.b", "root", "async", "名前"]));
        for (position, param) in params.iter().enumerate().filter(|(position, param)| !params[..*position].contains(param)) {
            path += &format!("/{{{param}}}{}", if position == 0 { "" } else { "/more" });
        }
        let mut item = Map::new();
        for method in ["get", "put", "post", "delete", "patch", "head", "options", "trace"] {
            if dice.one_in(3) {
                item.insert(method.to_owned(), operation(&mut dice, &known, &params));
            }
        }
        paths.insert(path, Value::Object(item));
    }
    let mut document = json!({
        "openapi": "3.0.3",
        "info": { "title": dice.pick(&["Things", "", "A \"quoted\" `title` [x]"]), "version": "1" },
        "paths": paths,
        "components": { "schemas": schemas, "securitySchemes": {
            "token": { "type": "http", "scheme": "bearer" },
            "basic": { "type": "http", "scheme": "basic" },
            "key": { "type": "apiKey", "in": "header", "name": "X-Key" },
            "cookie": { "type": "apiKey", "in": "cookie", "name": "key" },
        } },
    });
    if dice.one_in(2) {
        let scheme = dice.pick(&["token", "basic", "key", "cookie"]);
        document["security"] = json!([{ scheme: [] }]);
    }
    document
}

fn operation(dice: &mut Dice, known: &[&str], params: &[&str]) -> Value {
    let mut operation = Map::new();
    let mut parameters: Vec<Value> = Vec::new();
    for (position, param) in params.iter().enumerate() {
        if !params[..position].contains(param) {
            let style = dice.pick(&["simple", "label", "matrix"]);
            let (explode, schema) = (dice.one_in(2), schema(dice, known, 2));
            parameters.push(json!({ "in": "path", "name": param, "required": true, "style": style, "explode": explode, "schema": schema }));
        }
    }
    for _ in 0..dice.roll(4) {
        let (location, styles): (&str, &[&str]) = [
            ("query", &["form", "spaceDelimited", "pipeDelimited", "deepObject"] as &[&str]),
            ("header", &["simple"]),
            ("cookie", &["form"]),
        ][dice.roll(3)];
        let name = dice.pick(&["id", "type", "send", "body", "x-thing", "filter", "Filter"]);
        if parameters.iter().any(|other| other["in"] == location && other["name"] == name) {
            continue;
        }
        let (required, schema) = (dice.one_in(2), schema(dice, known, 2));
        let mut parameter = json!({ "in": location, "name": name, "required": required });
        if dice.one_in(6) {
            parameter["content"] = json!({ "application/json": { "schema": schema } });
        } else {
            parameter["schema"] = schema;
            parameter["style"] = dice.pick(styles).into();
            parameter["explode"] = dice.one_in(2).into();
        }
        parameters.push(parameter);
    }
    operation.insert("parameters".to_owned(), parameters.into());
    if dice.one_in(2) {
        operation
            .insert("operationId".to_owned(), dice.pick(&["get_thing", "things", "Things.get", "things/list", "type", "中", "new"]).into());
    }
    if dice.one_in(2) {
        operation.insert("tags".to_owned(), json!([dice.pick(&["things", "Thing", "type", "serde", "中", "types", "a b", "self"])]));
    }
    if dice.one_in(2) {
        operation.insert("requestBody".to_owned(), json!({ "required": dice.one_in(2), "content": content(dice, known) }));
    }
    let mut responses = Map::new();
    for status in ["200", "201", "2XX", "404", "default"] {
        if dice.one_in(2) {
            let content = if dice.one_in(4) { json!({}) } else { content(dice, known) };
            responses.insert(status.to_owned(), json!({ "description": "What comes.", "content": content }));
        }
    }
    operation.insert("responses".to_owned(), responses.into());
    Value::Object(operation)
}

fn content(dice: &mut Dice, known: &[&str]) -> Value {
    let mut content = Map::new();
    for _ in 0..=dice.roll(2) {
        content.insert(dice.pick(&MEDIA).to_owned(), json!({ "schema": schema(dice, known, 3) }));
    }
    Value::Object(content)
}

fn schema(dice: &mut Dice, known: &[&str], depth: u32) -> Value {
    if depth == 0 || dice.one_in(3) {
        return json!({ "$ref": format!("#/components/schemas/{}", dice.pick(known)) });
    }
    let mut schema = match dice.roll(11) {
        0 => text(dice),
        1 => json!({ "type": "integer", "format": "int32", "minimum": dice.roll(5), "maximum": 9 }),
        2 => json!({ "type": "number", "maximum": 0.5, "exclusiveMaximum": true }),
        3 => json!({ "type": "boolean" }),
        4 => json!({ "type": "array", "items": schema(dice, known, depth - 1), "minItems": 1 }),
        5 => json!({ "type": "object", "additionalProperties": schema(dice, known, depth - 1) }),
        6 => json!({}),
        7 => several(dice, known, depth),
        8 => json!({ "allOf": alternatives(dice, known, depth) }),
        _ => object(dice, known, depth),
    };
    if dice.one_in(5) && schema.get("type").is_some() {
        schema["nullable"] = true.into();
    }
    if dice.one_in(4) {
        schema["description"] = dice.pick(&["What it is.", "It `is` [this] <b>.\n\n    code\n```\nopen", "*/ \u{202e} \"quoted\""]).into();
    }
    for key in ["deprecated", "readOnly", "writeOnly"] {
        if dice.one_in(12) {
            schema[key] = true.into();
        }
    }
    schema
}

fn text(dice: &mut Dice) -> Value {
    match dice.roll(3) {
        0 => json!({ "type": "string", "format": dice.pick(&["date-time", "date", "byte", "binary", "uuid", "odd"]) }),
        1 => {
            let mut values: Vec<&str> = (0..=dice.roll(6)).map(|_| dice.pick(&VALUES)).collect();
            values.sort_unstable();
            values.dedup();
            json!({ "type": "string", "enum": values })
        }
        _ => json!({ "type": "string", "minLength": dice.roll(3), "pattern": "^x" }),
    }
}

fn object(dice: &mut Dice, known: &[&str], depth: u32) -> Value {
    let mut properties = Map::new();
    for _ in 0..dice.roll(5) {
        properties.insert(dice.pick(&NAMES).to_owned(), schema(dice, known, depth - 1));
    }
    let required: Vec<&String> = properties.keys().filter(|_| dice.one_in(2)).collect();
    let mut object = json!({ "type": "object", "properties": properties.clone() });
    if !required.is_empty() {
        object["required"] = json!(required);
    }
    match dice.roll(5) {
        0 => object["additionalProperties"] = true.into(),
        1 => object["additionalProperties"] = false.into(),
        2 => object["additionalProperties"] = schema(dice, known, depth - 1),
        _ => {}
    }
    object
}

fn alternatives(dice: &mut Dice, known: &[&str], depth: u32) -> Vec<Value> {
    (0..=dice.roll(3)).map(|_| schema(dice, known, depth - 1)).collect()
}

fn several(dice: &mut Dice, known: &[&str], depth: u32) -> Value {
    let key = dice.pick(&["oneOf", "anyOf"]);
    if dice.one_in(2) {
        return json!({ key: alternatives(dice, known, depth) });
    }
    let named: Vec<Value> = (0..=dice.roll(3)).map(|_| json!({ "$ref": format!("#/components/schemas/{}", dice.pick(known)) })).collect();
    let mut schema = json!({ key: named, "discriminator": { "propertyName": dice.pick(&["type", "kind"]) } });
    if dice.one_in(2) {
        let target = dice.pick(known);
        schema["discriminator"]["mapping"] =
            json!({ dice.pick(&VALUES): format!("#/components/schemas/{target}"), "other": dice.pick(known) });
    }
    schema
}
