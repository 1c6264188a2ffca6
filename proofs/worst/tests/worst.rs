//! A short search finds nothing that costs more than it may.

use cofferdam_worst::search::{Effort, worst};
use cofferdam_worst::{Judge, MOST, Subject};

fn is_bounded(subject: &Subject) {
    let mut judge = Judge::new(&subject.content);
    let ordinary = judge.per_unit(&subject.ordinary);
    let text = worst(&mut judge, Effort::SHORT);
    let most = judge.per_unit(std::slice::from_ref(&text));
    println!(
        "{}: ordinary {ordinary:.2} steps, worst {most:.2}",
        subject.name
    );
    assert!(most > ordinary, "the search finds something");
    assert!(most <= f64::from(judge.proved()) + 16.0, "within the proof");
    let shown: String = String::from_utf16_lossy(&text).chars().take(80).collect();
    assert!(most <= ordinary * MOST, "{most:.2} steps a unit: {shown:?}");
}

#[test]
fn small_content() {
    is_bounded(&Subject::small());
}

#[test]
fn recorded_literals() {
    match Subject::recorded() {
        Some(subject) => is_bounded(&subject),
        None => println!("skipped: no data"),
    }
}
