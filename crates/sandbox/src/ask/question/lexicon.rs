//! Words that are known without any table: those that say nothing, and those that mean the same.

use std::collections::HashSet;

use crate::ask::words::stem;

/// Words that change nothing about what is asked for.
const EMPTY: &str = "a about according account ago all altogether am among an and any are as ask at available be been between being both but by \
    calculate came can check come comes compute contain contains could data dataset determine did display do does done during each \
    earned every everything exist exists file find for found from gave generate generated get give go goes got had happen happened \
    has have having he her him his how i if in into is it its just know let list look made make makes many may me much must my need \
    number occur occurred of on one ones only or our out over paid per placed please present provide received record recorded records \
    registered respect respectively result results row rows see she should show single so sold some spent table take taken tell terms than \
    that the their them then there these they this those through to took up us use using value values want was we were what when where \
    which while who whom whose will with within work works would you your bought purchased ordered live lives belong belongs entry \
    entries overall actually currently exactly really across still we've there's what's let's plot chart graph draw visualise visualize bar \
    line pie column columns sort sorted order descending ascending rank ranked ranking among respective corresponding same also";

/// Words of which a table has only one, however it calls it.
const ALIKE: &[&[&str]] = &[
    &["revenue", "sale", "turnover", "income", "amount"],
    &["quantity", "qty", "unit", "volume", "piece"],
    &["price", "cost", "fare", "fee"],
    &["salary", "wage", "pay", "compensation", "earn", "earning"],
    &["age", "old", "aged"],
    &["country", "nation"],
    &["department", "dept", "team", "division"],
    &["product", "item", "article", "goods"],
    &["customer", "client", "buyer"],
    &["employee", "staff", "worker", "person", "people", "name"],
    &["category", "kind", "type", "genre", "class", "segment"],
    &["score", "mark", "grade", "points"],
    &["rating", "stars"],
    &["population", "inhabitant", "people"],
    &["city", "town"],
    &["duration", "length", "long", "minutes"],
    &["region", "area", "territory", "zone"],
    &["profit", "margin", "gain", "earning"],
    &["gender", "sex"],
    &["store", "shop", "branch", "outlet"],
    &["salesperson", "seller", "rep", "salesman", "agent", "representative"],
    &["temperature", "temp"],
    &["manufacturer", "brand", "maker"],
];

/// Superlatives that name a column themselves, and whether they ask for the largest.
const SUPERLATIVES: &[(&str, &[&str], bool)] = &[
    ("oldest", &["age"], true),
    ("youngest", &["age"], false),
    ("cheapest", &["price", "cost", "fare"], false),
    ("priciest", &["price", "cost", "fare"], true),
    ("expensive", &["price", "cost", "fare"], true),
    ("tallest", &["height"], true),
    ("heaviest", &["weight"], true),
    ("lightest", &["weight"], false),
    ("longest", &["duration", "length", "distance", "hours", "minutes"], true),
    ("shortest", &["duration", "length", "distance", "hours", "minutes", "height"], false),
    ("hottest", &["temperature", "temp"], true),
    ("warmest", &["temperature", "temp"], true),
    ("coldest", &["temperature", "temp"], false),
    ("fastest", &["speed"], true),
    ("slowest", &["speed"], false),
    ("profitable", &["profit"], true),
    ("populous", &["population"], true),
];

pub(in crate::ask) fn is_empty_word(word: &str) -> bool {
    EMPTY.split_whitespace().any(|empty| empty == word)
}

/// The stems that mean the same as this one, itself included if there are any.
pub(super) fn alike(own: &str) -> HashSet<String> {
    let classes = ALIKE.iter().map(|class| class.iter().map(|word| stem(word)).collect::<Vec<_>>());
    classes.filter(|class| class.iter().any(|word| word == own)).flatten().collect()
}

/// The columns that a superlative may be about, and whether it asks for the largest.
pub(super) fn superlative(word: &str) -> Option<(&'static [&'static str], bool)> {
    SUPERLATIVES.iter().find(|(known, ..)| *known == word).map(|(_, columns, largest)| (*columns, *largest))
}

/// Words for what a row is, whatever the file is called.
pub(super) const ROWS: [&str; 12] =
    ["row", "record", "entry", "observation", "transaction", "order", "purchase", "sale", "case", "sample", "item", "line"];

/// Parts of names that make a name of a thing, and not of a quantity.
pub(super) const NAMES: [&str; 8] = ["name", "title", "id", "code", "number", "no", "key", "label"];

/// Parts of names of quantities that are not added up.
pub(super) const RATES: [&str; 26] = [
    "price",
    "rate",
    "rating",
    "score",
    "age",
    "temperature",
    "temp",
    "percent",
    "percentage",
    "ratio",
    "average",
    "avg",
    "index",
    "salary",
    "wage",
    "gpa",
    "humidity",
    "speed",
    "height",
    "weight",
    "year",
    "margin",
    "grade",
    "mark",
    "mpg",
    "latitude",
];
