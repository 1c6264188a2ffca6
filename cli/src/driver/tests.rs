//! The commands against a driver that says what it is told to.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use cofferdam_client::{Client, Event, Text, Transport, TransportError};
use cofferdam_engine::protocol::{ControlCode, HelloAnswer, LoadAnswer, LoadOutcome, parse};
use cofferdam_engine::stats::{STATUS_SIZE, StatusHeader};
use cofferdam_interpreter::{Code, Refusal, Section};

use super::args::{EventFormat, Events, Load, Mode, ModeChoice, Status};
use super::*;
use crate::args::Format;

/// Answers by request, and remembers the requests that it did not expect to be greeted with.
#[derive(Clone, Default)]
struct Told {
    answers: HashMap<u32, Vec<u8>>,
    asked: Rc<RefCell<Vec<ControlCode>>>,
}

impl Told {
    fn says(mut self, code: ControlCode, answer: Vec<u8>) -> Self {
        self.answers.insert(code.number(), answer);
        self
    }
}

impl Transport for Told {
    fn control(
        &mut self,
        code: u32,
        input: &[u8],
        output: &mut [u8],
    ) -> Result<usize, TransportError> {
        let request =
            parse(code, input, output.len()).map_err(|bad| TransportError::Status(bad.status()))?;
        self.asked.borrow_mut().push(request.code());
        let answer = self
            .answers
            .get(&code)
            .ok_or(TransportError::Status(0xC000_0120))?;
        output[..answer.len()].copy_from_slice(answer);
        Ok(answer.len())
    }
}

fn status(change: impl FnOnce(&mut StatusHeader)) -> Vec<u8> {
    let mut header = StatusHeader::new();
    header.mode = 1;
    change(&mut header);
    let mut answer = vec![0; STATUS_SIZE];
    answer[..StatusHeader::SIZE].copy_from_slice(&header.write());
    answer
}

fn told() -> Told {
    Told::default().says(ControlCode::Hello, HelloAnswer::ours().write().to_vec())
}

fn client(told: &Told) -> Client<Told> {
    Client::connect(told.clone()).expect("a greeting")
}

fn plain(text: &str) -> String {
    anstream::adapter::strip_str(text).to_string()
}

#[test]
fn a_degraded_driver_is_found() {
    let well = told().says(ControlCode::Status, status(|_| ()));
    let args = Status {
        format: Format::Json,
    };
    assert_eq!(
        super::status::run(&mut client(&well), &args).expect("a status"),
        Exit::Ok
    );
    let ill = told().says(
        ControlCode::Status,
        status(|header| header.degraded = 1 << 4),
    );
    assert_eq!(
        super::status::run(&mut client(&ill), &args).expect("a status"),
        Exit::Found
    );
    let text = plain(&super::status::text(
        &client(&ill).status().expect("a status"),
    ));
    assert!(text.contains("degraded  registry"), "{text}");
    assert!(text.contains("content   none: nothing is judged"), "{text}");
}

#[test]
fn content_on_trial_says_how_it_is_confirmed() {
    let trial = told().says(
        ControlCode::Status,
        status(|header| {
            (
                header.active,
                header.trial,
                header.rules,
                header.quarantined,
            ) = (7, 1, 1415, 2);
            header.channel[..3].copy_from_slice(b"dev");
            (header.last_outcome, header.last_version) = (LoadOutcome::NotNewer.number(), 6);
        }),
    );
    let text = plain(&super::status::text(
        &client(&trial).status().expect("a status"),
    ));
    let line = "content   version 7, channel dev, 1,415 rules, 2 of them quarantined because they faulted; \
                on trial: `cofferdam load --healthy` confirms it";
    assert!(text.contains(line), "{text}");
    assert!(
        text.contains("refused   version 6: The version is not higher"),
        "{text}"
    );
}

#[test]
fn a_refusal_says_code_section_and_index() {
    let refusal = Refusal {
        code: Code::FieldCount,
        section: Section::Kinds,
        index: 3,
    };
    let refused = told().says(
        ControlCode::Health,
        LoadAnswer::refused(refusal, 8, 7, 6).write().to_vec(),
    );
    let args = Load {
        file: None,
        rollback: None,
        healthy: Some(8),
        format: Format::Human,
    };
    let exit = super::load::run(|| Ok(client(&refused)), &args).expect("an answer");
    assert_eq!(exit, Exit::Refused);
    let text = plain(&super::load::text(
        &client(&refused).healthy(8).expect("an answer"),
    ));
    let code = format!(
        "DAM{:03} ({}), kinds 3: ",
        Code::FieldCount.number(),
        Code::FieldCount.name()
    );
    assert!(
        text.starts_with("refused: The verifier refuses the content. "),
        "{text}"
    );
    assert!(text.contains(&code), "{text}");
    assert!(
        text.contains(
            "content version 8, active now: version 7, the next boot falls back to: version 6"
        ),
        "{text}"
    );
}

#[test]
fn a_file_that_is_not_there_is_said_before_the_driver_is_asked() {
    let args = Load {
        file: Some("no/such/file.dam".into()),
        rollback: None,
        healthy: None,
        format: Format::Human,
    };
    let connect = || -> Result<Client<Told>, Failure> { panic!("the driver was asked") };
    assert_eq!(
        super::load::run(connect, &args).expect_err("no file").exit,
        Exit::Usage
    );
}

#[test]
fn the_mode_is_set_and_then_asked_for() {
    let driver = told()
        .says(ControlCode::SetMode, Vec::new())
        .says(ControlCode::Status, status(|header| header.mode = 2));
    let args = Mode {
        mode: Some(ModeChoice::Enforce),
        format: Format::Human,
    };
    super::mode::run(&mut client(&driver), &args).expect("a mode");
    let asked = driver.asked.borrow().clone();
    assert_eq!(
        asked,
        [
            ControlCode::Hello,
            ControlCode::SetMode,
            ControlCode::Status
        ]
    );
}

fn event() -> Event {
    let text = |text: &str, length, cut| {
        Some(Text {
            text: text.to_owned(),
            length,
            cut,
        })
    };
    Event {
        sequence: 5,
        dropped: 0,
        time: "2023-07-20 00:33:46.788".to_owned(),
        kind: "file_event".to_owned(),
        verdict: "denied",
        would_deny: false,
        rule_id: [1; 16],
        rule: "01010101-0101-0101-0101-010101010101".to_owned(),
        condition: 0,
        severity: 3,
        fault: 0,
        content_version: 7,
        process_id: 4,
        start_key: 9,
        image: text("C:\\a\u{1b}[2J.exe", 11, false),
        object: text(r"C:\b", 500, true),
    }
}

#[test]
fn an_event_is_a_line_without_a_strangers_escapes() {
    let rule = event().rule;
    let line = plain(&super::events::text(&event(), &HashMap::new()));
    let expected = format!(
        "2023-07-20 00:33:46.788 denied high          file_event {rule} [4] C:\\a\u{fffd}[2J.exe -> C:\\b... (500 units)\n"
    );
    assert_eq!(line, expected);
    let titles = HashMap::from([(rule, "A title".to_owned())]);
    assert!(super::events::text(&event(), &titles).contains(" A title ["));
    let json = super::events::line(&event(), &titles).expect("JSON");
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(
        (&json["title"], &json["object"]["cut"]),
        (&"A title".into(), &true.into())
    );
}

#[test]
fn a_driver_that_stops_ends_the_command() {
    let args = Events {
        format: EventFormat::Human,
        content: None,
        count: None,
    };
    let failure = super::events::run(|| Ok(client(&told())), &args).expect_err("no more events");
    assert_eq!(
        failure.to_string(),
        "the request was cancelled (status 0xC0000120)"
    );
}
