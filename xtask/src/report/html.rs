//! The report as one page that needs nothing from elsewhere.

use std::fmt::Write as _;

use super::{Section, Table};

const STYLE: &str = "\
:root { color-scheme: light dark; --ink: #1c2430; --soft: #5b6675; --line: #d8dee6; --paper: #fff; --wash: #f4f6f9; \
--good: #17693a; --good-wash: #e4f4ea; --bad: #9c1c1c; --bad-wash: #fbe6e6; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e9ef; --soft: #98a4b3; --line: #343d49; --paper: #14181e; \
--wash: #1c222a; --good: #7fd6a0; --good-wash: #15301f; --bad: #ff9c9c; --bad-wash: #3a1717; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, sans-serif; }
main { max-width: 62rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .3rem; } h2 { font-size: 1.25rem; margin: 0; }
p { max-width: 46rem; } .soft { color: var(--soft); } code { font-size: .85em; overflow-wrap: anywhere; }
.verdict { padding: 1rem 1.25rem; border-radius: .6rem; margin: 1.5rem 0; font-size: 1.1rem; }
.part { background: var(--wash); color: var(--soft); } .good { background: var(--good-wash); color: var(--good); } .bad { background: var(--bad-wash); color: var(--bad); }
section { border-top: 1px solid var(--line); padding: 1.6rem 0 .6rem; }
header { display: flex; gap: 1rem; align-items: baseline; justify-content: space-between; flex-wrap: wrap; }
.mark { font-size: .8rem; padding: .15rem .6rem; border-radius: 1rem; white-space: nowrap; }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(13rem, 1fr)); gap: .6rem; margin: 1rem 0; }
dl div { background: var(--wash); border-radius: .5rem; padding: .7rem .9rem; }
dt { color: var(--soft); font-size: .82rem; line-height: 1.3; } dd { margin: 0; font-size: 1.25rem; font-variant-numeric: tabular-nums; }
dl div { display: flex; flex-direction: column-reverse; justify-content: flex-end; }
details { margin: .8rem 0; } summary { cursor: pointer; color: var(--soft); }
.wide { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-size: .88rem; margin: .6rem 0; }
th { text-align: left; color: var(--soft); font-weight: 600; } th, td { padding: .35rem .8rem .35rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
td { white-space: pre-wrap; overflow-wrap: anywhere; min-width: 9rem; }
";

/// The page.
pub(super) fn page(sections: &[Section], image: &str, dates: &str, others: &[String]) -> String {
    let findings: u64 = sections.iter().map(|it| it.findings).sum();
    let missing: usize = sections.iter().map(|it| it.missing.len()).sum();
    let skipped: Vec<&str> = sections
        .iter()
        .flat_map(|it| it.skipped.iter().copied())
        .collect();
    let (class, verdict) = match (findings, missing) {
        (0, 0) if skipped.is_empty() => (
            "good",
            "Everything below was tried, and nothing was found.".to_owned(),
        ),
        (0, 0) => (
            "good",
            format!(
                "Everything below was tried but for {}, and nothing was found.",
                skipped.join(" and ")
            ),
        ),
        (0, _) => (
            "bad",
            format!("Nothing was found, but {missing} of the trials below were not made."),
        ),
        _ => ("bad", format!("{findings} findings.")),
    };
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>Cofferdam: what was tried on the driver</title>\n<style>\n{STYLE}</style>\n<main>\n\
         <h1>What was tried on the driver, and what was found</h1>\n\
         <p class=\"soft\">Image <code>{image}</code> (SHA-256), run as it ships on a simulated kernel, {dates}.</p>\n\
         <div class=\"verdict {class}\">{verdict}</div>\n"
    );
    if !others.is_empty() {
        let _ = writeln!(
            page,
            "<p class=\"soft\">Left by tests of another image, and no word on this one: {}.</p>",
            escaped(&others.join(", "))
        );
    }
    page.push_str(
        "<p>A simulated kernel stands in for Windows here. It knows what the documentation says of each routine that the driver uses, \
         and no more: what it leaves out is listed in <code>tests/stage/README.md</code>. Nothing on this page was \
         measured on Windows.</p>\n",
    );
    for section in sections {
        part(&mut page, section);
    }
    page.push_str("</main>\n</html>\n");
    page
}

fn part(page: &mut String, section: &Section) {
    let (class, mark) = if section.findings > 0 {
        ("bad", format!("{} found", section.findings))
    } else if !section.missing.is_empty() {
        ("bad", format!("not tried: {}", section.missing.join(", ")))
    } else if !section.skipped.is_empty() {
        ("part", format!("skipped: {}", section.skipped.join(", ")))
    } else {
        ("good", "nothing found".into())
    };
    let _ = write!(
        page,
        "<section>\n<header><h2>{}</h2><span class=\"mark {class}\">{}</span></header>\n<p>{}</p>\n",
        escaped(section.title),
        escaped(&mark),
        escaped(section.text)
    );
    if !section.facts.is_empty() {
        page.push_str("<dl>\n");
        for (what, figure) in &section.facts {
            let _ = writeln!(
                page,
                "<div><dt>{}</dt><dd>{}</dd></div>",
                escaped(what),
                escaped(figure)
            );
        }
        page.push_str("</dl>\n");
    }
    for it in &section.tables {
        table(page, it);
    }
    page.push_str("</section>\n");
}

fn table(page: &mut String, table: &Table) {
    let _ = write!(
        page,
        "<details{}><summary>{}</summary><div class=\"wide\"><table>\n<tr>",
        if table.rows.len() <= 12 { " open" } else { "" },
        escaped(&table.title)
    );
    for head in &table.head {
        let _ = write!(page, "<th>{}</th>", escaped(head));
    }
    page.push_str("</tr>\n");
    for row in &table.rows {
        page.push_str("<tr>");
        for cell in row {
            let _ = write!(page, "<td>{}</td>", escaped(cell));
        }
        page.push_str("</tr>\n");
    }
    page.push_str("</table></div></details>\n");
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
