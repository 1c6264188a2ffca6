//! The client against the engine's own parts: everything that it asks is understood, everything answered is shown.

mod support;

use cofferdam_client::{Client, Error, Transport, TransportError};
use cofferdam_engine::Mode;
use cofferdam_engine::event::Value;
use cofferdam_engine::judge::{Finding, Verdict};
use cofferdam_engine::protocol::{EventRecord, HelloAnswer, MAX_CHUNK, RollbackOrder};
use cofferdam_engine::stats::Counter;
use cofferdam_interpreter::schema::Kind;
use support::{Driver, Handle};

/// Content of a version, longer than a chunk: rules' titles may be long.
fn content(version: u64) -> Vec<u8> {
    let title = "a".repeat(60_000);
    let rule = |number| {
        format!(
            "rule 00000000-0000-0000-0000-00000000000{number}.0 high alert \"{title}\" always {{ match }}"
        )
    };
    let text = format!(
        "content {{ version {version} }}\nkind file_event {{\n{}\n{}\n}}",
        rule(1),
        rule(2)
    );
    cofferdam_asm::assemble::assemble_to_bytes(&text).unwrap()
}

fn connected() -> (Client<Handle>, Handle) {
    let driver = Driver::installed();
    (Client::connect(driver.clone()).unwrap(), driver)
}

#[test]
fn content_is_uploaded_in_chunks_and_activated() {
    let (mut client, driver) = connected();
    let bytes = content(3);
    let before = driver.0.borrow().requests;
    let mut seen = Vec::new();
    let load = client.load(&bytes, |done| seen.push(done)).unwrap();
    assert!(load.ok, "{load:?}");
    assert_eq!((load.version, load.active, load.fallback), (3, 3, 0));
    assert_eq!(seen.last(), Some(&bytes.len()));
    let chunks = bytes.len().div_ceil(MAX_CHUNK);
    assert!(chunks > 1 && seen.len() == chunks);
    assert_eq!(driver.0.borrow().requests - before, chunks + 2);
    let status = client.status().unwrap();
    assert!(status.trial);
    assert_eq!(
        (status.content_version, status.fallback, status.highest),
        (3, 0, 3)
    );
    assert!(client.healthy(3).unwrap().ok);
    assert_eq!(client.healthy(4).unwrap().outcome, "not-here");
    let status = client.status().unwrap();
    assert!(!status.trial);
    assert_eq!(status.fallback, 3);
}

#[test]
fn what_is_refused_says_why() {
    let (mut client, _driver) = connected();
    assert!(client.load(&content(3), |_| ()).unwrap().ok);
    let load = client.load(&content(3), |_| ()).unwrap();
    assert_eq!(
        (load.ok, load.outcome, load.active),
        (false, "not-newer", 3)
    );
    let mut damaged = content(4);
    damaged[200] = 1;
    let load = client.load(&damaged, |_| ()).unwrap();
    assert_eq!((load.outcome, load.active), ("refused", 3));
    let refused = load.refused.unwrap();
    assert_eq!((refused.section, refused.index), ("header", 200));
    assert!(refused.code.starts_with("DAM"));
    let last = client.status().unwrap().last_refusal.unwrap();
    assert_eq!((last.outcome, last.refused), ("refused", Some(refused)));
    let too_long = vec![0; client.hello().max_content as usize + 1];
    assert!(matches!(
        client.load(&too_long, |_| ()),
        Err(Error::TooLong)
    ));
}

#[test]
fn an_order_goes_back_once() {
    let (mut client, _driver) = connected();
    for version in [3, 4] {
        assert!(client.load(&content(version), |_| ()).unwrap().ok);
        assert!(client.healthy(version).unwrap().ok);
    }
    let order = RollbackOrder {
        magic: RollbackOrder::MAGIC,
        number: 1,
        from: 4,
        to: 3,
        expires: 0,
        channel: *b"dev\0\0\0\0\0\0\0\0\0\0\0\0\0",
        key_id: [0; 16],
        signature: [0; 64],
    };
    let load = client.roll_back(&order.write()).unwrap();
    assert_eq!((load.ok, load.active), (true, 3));
    assert_eq!(client.roll_back(&order.write()).unwrap().outcome, "replay");
    assert!(matches!(client.roll_back(&[0; 3]), Err(Error::Order)));
    assert!(matches!(
        client.roll_back(&[0; RollbackOrder::SIZE]),
        Err(Error::Order)
    ));
}

#[test]
fn mode_and_muting_reach_the_driver() {
    let (mut client, driver) = connected();
    driver.0.borrow().stats().add(0, Counter::Events, 7);
    driver.0.borrow().stats().took(0, 1500);
    client.set_mode(Mode::Enforce).unwrap();
    client.mute(r"C:\backup.exe").unwrap();
    let status = client.status().unwrap();
    assert_eq!((status.mode, status.muted), ("enforce", 1));
    assert_eq!(status.counter("events"), Some(7));
    assert_eq!(
        (status.latency[0].from_ns, status.latency[0].count),
        (1024, 1)
    );
    assert_eq!(status.degraded, ["no_keys"]);
    assert_eq!(
        (status.channel.as_str(), status.loaded_at.as_str()),
        ("dev", "2023-07-20 00:33:46.000")
    );
    client.unmute().unwrap();
    assert_eq!(client.status().unwrap().muted, 0);
}

#[test]
fn events_arrive_with_their_texts_and_gaps() {
    let (mut client, driver) = connected();
    let image: Vec<u16> = r"C:\a.exe".encode_utf16().collect();
    let object = vec![0x62; 500];
    let record = EventRecord {
        kind: Kind::FileEvent,
        time: 133_342_868_260_000_000,
        content_version: 3,
        start_key: 9,
        process_id: 4,
        finding: Finding {
            rule: 0,
            id: *b"\x5f\x2d\x0c\x3e\x9a\x41\x4d\x3c\x8a\x55\x0f\x6a\x1d\x2b\x3c\x4d",
            condition: 2,
            severity: 3,
            verdict: Verdict::Denied,
            would_deny: false,
        },
        image: Value::Text(&image),
        object: Value::Text(&object),
    };
    for _ in 0..6 {
        driver.0.borrow().record(&record);
    }
    let read = client.read_events().unwrap();
    assert_eq!((read.events.len(), read.dropped), (4, 2));
    driver.0.borrow().record(&EventRecord {
        image: Value::Unsupplied,
        object: Value::Absent,
        ..record
    });
    let [event] = &client.read_events().unwrap().events[..] else {
        panic!("one event");
    };
    assert_eq!((event.sequence, event.dropped), (4, 2));
    assert_eq!((&event.image, &event.object), (&None, &None));
    let first = &read.events[0];
    assert_eq!(first.rule, "5f2d0c3e-9a41-4d3c-8a55-0f6a1d2b3c4d#2");
    assert_eq!(
        (first.verdict, first.kind.as_str()),
        ("denied", "file_event")
    );
    assert_eq!(first.image.as_ref().unwrap().text, r"C:\a.exe");
    let object = first.object.as_ref().unwrap();
    assert_eq!(
        (object.length, object.cut, object.text.len()),
        (500, true, 464)
    );
    let json = serde_json::to_value(first).unwrap();
    assert_eq!(json["time"], "2023-07-20 00:33:46.000");
    assert_eq!(json["image"]["cut"], false);
}

#[test]
fn an_error_is_told_in_words() {
    let (mut client, _driver) = connected();
    let error = client.read_events().unwrap_err();
    assert_eq!(
        error.to_string(),
        "the request was cancelled (status 0xC0000120)"
    );
}

/// A driver that answers every request with these bytes.
struct Says(Vec<u8>);

impl Transport for Says {
    fn control(&mut self, _: u32, _: &[u8], output: &mut [u8]) -> Result<usize, TransportError> {
        for (place, byte) in output.iter_mut().zip(&self.0) {
            *place = *byte;
        }
        Ok(self.0.len())
    }
}

#[test]
fn a_driver_that_misbehaves_is_an_error() {
    for length in [0, 1, HelloAnswer::SIZE - 1, HelloAnswer::SIZE + 1, 1 << 20] {
        let connected = Client::connect(Says(vec![1; length]));
        assert!(matches!(connected, Err(Error::Answer)), "{length}");
    }
    let mut other = HelloAnswer::ours();
    other.version = 7;
    let connected = Client::connect(Says(other.write().to_vec()));
    assert!(matches!(
        connected,
        Err(Error::Version { ours: 1, theirs: 7 })
    ));
    // A greeting, read as the answer to anything else, is no answer.
    let mut client = Client::connect(Says(HelloAnswer::ours().write().to_vec())).unwrap();
    assert!(matches!(client.status(), Err(Error::Answer)));
    assert!(matches!(client.read_events(), Err(Error::Answer)));
    assert!(matches!(client.healthy(1), Err(Error::Answer)));
}
