//! Questions about tables, and what separate calculations (`data/expected.py` with pandas, the other two with Python alone) make
//! of them.
//!
//! The tables and the questions of each set were written after the analysis as it was then. An answer contains every expected number, in its text or in its
//! table; where a question asks for what a table does not have, it says so and has neither a table nor a picture.

use serde_json::Value;

use super::client::{Caller, send};
use super::frozen;
use crate::Config;

const TABLES: [(&str, &[u8]); 5] = [
    ("employees.csv", include_bytes!("data/employees.csv")),
    ("bestellungen.csv", include_bytes!("data/bestellungen.csv")),
    ("weather.tsv", include_bytes!("data/weather.tsv")),
    ("passengers.csv", include_bytes!("data/passengers.csv")),
    ("films.csv", include_bytes!("data/films.csv")),
];

const SECOND: [(&str, &[u8]); 3] = [
    ("flights.csv", include_bytes!("data/flights.csv")),
    ("energy.csv", include_bytes!("data/energy.csv")),
    ("survey.csv", include_bytes!("data/survey.csv")),
];

const THIRD: [(&str, &[u8]); 3] = [
    ("inventory.csv", include_bytes!("data/inventory.csv")),
    ("tickets.csv", include_bytes!("data/tickets.csv")),
    ("countries.tsv", include_bytes!("data/countries.tsv")),
];

/// All numbers in a text.
fn numbers(text: &str) -> Vec<f64> {
    let parts = text.split(|character: char| !(character.is_ascii_digit() || ".-".contains(character)));
    parts.filter_map(|part| part.trim_end_matches('.').parse().ok()).collect()
}

#[tokio::test]
async fn numbers_equal_those_of_a_separate_calculation() {
    // Not understood, and said so: never a number that was made up.
    let puzzled = asked(&TABLES, include_str!("data/expected.json")).await;
    assert_eq!(puzzled, ["Which Stadt grew the most?", "How many films did Pathé release between 2000 and 2010?"]);
    let puzzled = asked(&SECOND, include_str!("data/expected_second.json")).await;
    assert_eq!(puzzled, ["What is the total distance flown by A320 aircraft?", "How many people aged 18-24 answered?"]);
    let puzzled = asked(&THIRD, include_str!("data/expected_third.json")).await;
    assert_eq!(puzzled, Vec::<String>::new());
}

/// Asks all questions and compares the answers. Gives the questions that were not understood and could have been.
async fn asked(tables: &[(&str, &'static [u8])], expected: &str) -> Vec<String> {
    let sandbox = frozen(Config::default()).await;
    let caller = Caller::v2(&sandbox);
    let session = caller.session().await;
    let expected: Vec<(String, String, Vec<Value>)> = serde_json::from_str(expected).expect("JSON");
    let mut puzzled = Vec::new();
    for (file, content) in tables {
        let dataset = caller.dataset(file, *content).await;
        for (_, question, parts) in expected.iter().filter(|(table, ..)| table == file) {
            let blocks = caller.ask(&session, &dataset, question).await.data()["blocks"].clone();
            let blocks = blocks.as_array().expect("a list");
            let mut told: String =
                blocks.iter().filter(|block| block["type"] == "MESSAGE").filter_map(|block| block["content"].as_str()).collect();
            let files = blocks.iter().filter(|block| block["type"] == "TABLE" || block["type"] == "IMAGE").count();
            if told.contains("did not understand") {
                assert_eq!(files, 0, "{question}");
                if parts[0] != "not understand" {
                    puzzled.push(question.clone());
                }
                continue;
            }
            assert_eq!(files, 4, "{question}: a table and a picture, each twice");
            let table = blocks.iter().find(|block| block["type"] == "TABLE").expect("a table")["content"]["url"]
                .as_str()
                .expect("a text")
                .to_owned();
            told.push_str(&send(&sandbox, "GET", &table, &[], b"").await.text());
            let found = numbers(&told);
            for part in parts {
                let right = match part.as_f64() {
                    Some(number) => found.iter().any(|found| (found - number).abs() < 0.006),
                    None => told.contains(part.as_str().expect("a text")),
                };
                assert!(right, "{question}: {part} is missing in {told}");
            }
        }
    }
    puzzled
}

#[tokio::test]
async fn what_is_a_value_of_several_columns_has_to_be_told_apart() {
    let sandbox = frozen(Config::default()).await;
    let caller = Caller::v2(&sandbox);
    let session = caller.session().await;
    let dataset = caller.dataset("flights.csv", include_bytes!("data/flights.csv").as_slice()).await;
    let answer = caller.ask(&session, &dataset, "How many flights are there with CDG?").await;
    assert!(answer.text().contains("`CDG` is a value of Origin and of Destination, and it does not say of which"), "{}", answer.text());
    for (question, rows) in [("How many flights from CDG are there?", "10"), ("How many flights to CDG are there?", "13")] {
        let answer = caller.ask(&session, &dataset, question).await;
        assert!(answer.text().contains(&format!("**{rows}**")), "{question}: {}", answer.text());
    }
}

/// A column `Organic` that says `organic`, and numbers that are divided by other numbers.
#[tokio::test]
async fn a_column_that_is_called_like_its_value_is_not_grouped_by() {
    let sandbox = frozen(Config::default()).await;
    let caller = Caller::v2(&sandbox);
    let session = caller.session().await;
    let rows = ["F1;Maize;1,5;30;organic", "F2;Oats;2,5;10;organic", "F3;Oats;4;12;conventional", "F4;Oats;8;7;conventional"];
    let dataset = caller.dataset("harvest.csv", format!("Field;Crop;Hectares;Yield;Organic\n{}\n", rows.join("\n"))).await;
    for (question, told) in [
        ("Average hectares of organic fields", "average Hectares is **2**"),
        ("How many fields are organic?", "number of rows is **2**"),
        ("What is the average yield by organic?", "organic: **20**, conventional: **9.5**"),
        ("Compare organic and conventional yield except maize", "conventional: **19**, organic: **10**"),
        ("What is the yield per hectare for each crop?", "did not understand"),
        ("What is the total yield by hectares?", "1.5: **30**"),
        ("Total yield by crop", "Maize: **30**"),
    ] {
        let answer = caller.ask(&session, &dataset, question).await;
        assert!(answer.text().contains(told), "{question}: {}", answer.text());
    }
}

#[tokio::test]
async fn what_is_asked_for_and_not_there_is_not_answered() {
    let sandbox = frozen(Config::default()).await;
    let caller = Caller::v2(&sandbox);
    let session = caller.session().await;
    let dataset = caller.dataset("employees.csv", include_bytes!("data/employees.csv").as_slice()).await;
    for question in [
        "What is the total revenue by department?",
        "Which manager earns the most?",
        "How many employees were ill last year?",
        "What is the average salary in Paris?",
        "How many customers are there?",
        "What is the average salary by planet?",
        "average age of the 5 oldest employees",
        "total salary for Sales in Berlin and Marketing in Madrid",
        "Which department has an average salary above 60000?",
        "What is the second highest salary?",
        "Why?",
        "Tell me a joke",
    ] {
        let answer = caller.ask(&session, &dataset, question).await;
        let blocks = answer.data()["blocks"].clone();
        assert!(answer.text().contains("did not understand"), "{question}: {blocks:#}");
        assert!(blocks.as_array().expect("a list").iter().all(|block| block["type"] != "TABLE"), "{question}");
    }
}

#[tokio::test]
async fn the_questions_that_are_suggested_are_understood() {
    let sandbox = frozen(Config::default()).await;
    let caller = Caller::v2(&sandbox);
    let session = caller.session().await;
    for (file, content) in TABLES.into_iter().chain(SECOND).chain(THIRD) {
        let dataset = caller.dataset(file, content).await;
        let suggested = caller.get(&format!("/datasets/{dataset}/overview")).await.data()["exploration_questions"].clone();
        assert_eq!(suggested.as_array().expect("a list").len(), 3);
        for question in suggested.as_array().expect("a list") {
            let answer = caller.ask(&session, &dataset, question.as_str().expect("a text")).await;
            assert!(!answer.text().contains("did not understand"), "{question}");
        }
    }
}
