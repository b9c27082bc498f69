//! The report in a real browser. Where there is none, the test says so and passes; `.ci/run` installs one.

use std::process::Command;

use super::support::{command, folder, run};

const BROWSERS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

#[test]
fn a_browser_shows_text_table_and_picture() {
    let is_there = |name: &&str| Command::new(name).arg("--version").output().is_ok_and(|output| output.status.success());
    let Some(browser) = BROWSERS.into_iter().find(is_there) else {
        assert!(std::env::var_os("CI").is_none(), "CI has no browser: .ci/run installs one");
        eprintln!("skipped: none of {BROWSERS:?} is installed");
        return;
    };
    let folder = folder("browser");
    let demo = run(&mut command(&folder), "demo --quiet");
    assert_eq!(demo.code, 0, "{}", demo.err);
    // The page has no program of its own; what the browser made of it is asked of a second page, which has it in a frame.
    let page = std::fs::read_to_string(folder.join("powerdrill-demo/report.html")).expect("it was written");
    let asked = page.replacen("default-src 'none';", "default-src 'none'; script-src 'unsafe-inline';", 1) + ASK;
    assert_ne!(asked.len(), page.len() + ASK.len(), "the page forbids programs");
    std::fs::write(folder.join("asked.html"), asked).expect("it is written");
    let mut start = Command::new(browser);
    start.args(["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]);
    start.arg(format!("--user-data-dir={}", folder.join("profile").display())).args(["--virtual-time-budget=5000", "--dump-dom"]);
    let output = start.arg(format!("file://{}", folder.join("asked.html").display())).output().expect("it starts");
    let dom = String::from_utf8_lossy(&output.stdout);
    let told = dom.split("id=\"told\">").nth(1).and_then(|rest| rest.split("</pre>").next());
    let told = told.unwrap_or_else(|| panic!("nothing was told:\n{dom}\n{}", String::from_utf8_lossy(&output.stderr)));
    assert_eq!(
        told.lines().collect::<Vec<_>>(),
        [
            "heading: What is the total revenue by region?",
            "answer: East has the highest total revenue: 59863.3.",
            "rows: region|East|North|South|West",
            "picture: shown, wider than 400",
            "asked of the network: 0",
        ]
    );
}

/// Tells what is seen: text that is laid out, cells that have a place, a picture that was decoded.
const ASK: &str = r##"<pre id="told"></pre><script>
addEventListener("load", () => {
  const seen = (element) => element.getBoundingClientRect().height > 0;
  const rows = [...document.querySelectorAll("#tables tr")].filter(seen).map((row) => row.cells[0].innerText);
  const line = document.querySelector("#answer").innerText.split("\n").find((line) => line.includes("highest"));
  const picture = document.querySelector("#pictures img");
  document.querySelector("#told").textContent = [
    `heading: ${document.querySelector("#question").innerText}`,
    `answer: ${line}`,
    `rows: ${rows.join("|")}`,
    `picture: ${picture.complete && seen(picture) ? "shown" : "not shown"}, ${picture.naturalWidth > 400 ? "wider than 400" : picture.naturalWidth}`,
    `asked of the network: ${performance.getEntriesByType("resource").filter((entry) => !entry.name.startsWith("data:")).length}`,
  ].join("\n");
});
</script>"##;
