//! The client that ships, against the driver that ships.

use cofferdam_client::{Client, Transport, TransportError};
use cofferdam_engine::Mode;
use cofferdam_stage::machine::{self, Machine};
use cofferdam_stage::sensor::{DEVICE, content, order, started};

use super::denying;

/// Requests go through the simulated I/O manager.
struct Device<'m> {
    machine: &'m Machine,
    client: machine::Client<'m>,
}

/// `STATUS_CANCELLED`.
const CANCELLED: u32 = 0xC000_0120;

fn connect(machine: &Machine) -> Client<Device<'_>> {
    let client = machine.client(DEVICE).expect("the device opens");
    Client::connect(Device { machine, client }).expect("the driver greets")
}

impl Transport for Device<'_> {
    fn control(
        &mut self,
        code: u32,
        input: &[u8],
        output: &mut [u8],
    ) -> Result<usize, TransportError> {
        let sent = self.client.control(code, input, output.len());
        // What pends when the machine has come to rest would pend for ever.
        self.machine.settle();
        let done = sent
            .or_else(|pended| self.client.poll(pended))
            .or_else(|pended| self.client.cancel(pended))
            .map_err(|_| TransportError::Status(CANCELLED))?;
        if done.status != 0 {
            return Err(TransportError::Status(done.status));
        }
        for (place, byte) in output.iter_mut().zip(&done.output) {
            *place = *byte;
        }
        Ok(done.information as usize)
    }
}

#[test]
fn content_status_mode_and_events_as_the_commands_have_them() {
    let machine = started(Mode::Audit);
    let mut client = connect(&machine);
    let rule = denying(1, "file_event", "TargetFilename|endswith: '.bad'");
    let bytes = content(&[rule.as_str()], 3);

    let mut done = 0;
    let load = client.load(&bytes, |now| done = now).expect("an answer");
    assert!(load.ok, "{load:?}");
    assert_eq!((load.version, load.active, done), (3, 3, bytes.len()));
    let again = client.load(&bytes, |_| ()).expect("an answer");
    assert_eq!((again.outcome, again.active), ("not-newer", 3));
    let mut forged = content(&[rule.as_str()], 4);
    let last = forged.len() - 1;
    forged[last] ^= 1;
    let refused = client.load(&forged, |_| ()).expect("an answer");
    assert_eq!((refused.outcome, refused.active), ("signature", 3));

    let status = client.status().expect("a status");
    assert_eq!(
        (status.mode, status.content_version, status.rules),
        ("audit", 3, 1)
    );
    assert!(status.trial);
    assert!(client.healthy(3).expect("an answer").ok);
    assert!(!client.status().expect("a status").trial);

    client.set_mode(Mode::Enforce).expect("the mode is set");
    assert_eq!(client.status().expect("a status").mode, "enforce");
    assert!(machine.shell().create(r"C:\Users\user\file.bad").is_err());
    let read = client.read_events().expect("an event");
    let [event] = &read.events[..] else {
        panic!("one event: {read:?}");
    };
    assert_eq!(
        (event.verdict, event.kind.as_str()),
        ("denied", "file_event")
    );
    assert_eq!(event.rule, "00000000-0000-4000-8000-000000000001");
    let object = event.object.as_ref().expect("a file");
    assert_eq!(
        (object.text.as_str(), object.cut),
        (r"C:\Users\user\file.bad", false)
    );
    let nothing = client.read_events().expect_err("nothing more");
    assert!(nothing.to_string().contains("cancelled"), "{nothing}");
}

#[test]
fn a_signed_order_goes_back_once() {
    let machine = started(Mode::Audit);
    let mut client = connect(&machine);
    let rule = denying(1, "file_event", "TargetFilename|endswith: '.bad'");
    for version in [3, 4] {
        let bytes = content(&[rule.as_str()], version);
        assert!(client.load(&bytes, |_| ()).expect("an answer").ok);
        assert!(client.healthy(version).expect("an answer").ok);
    }
    let mut forged = order(1, 4, 3);
    forged[100] ^= 1;
    let load = client.roll_back(&forged).expect("an answer");
    assert_eq!((load.outcome, load.active), ("signature", 4));
    let load = client.roll_back(&order(1, 4, 3)).expect("an answer");
    assert!(load.ok && load.active == 3, "{load:?}");
    let load = client.roll_back(&order(1, 4, 3)).expect("an answer");
    assert_eq!((load.outcome, load.active), ("replay", 3));
    // Content that is in no slot any more is waited for, and taken although it is older.
    let load = client.roll_back(&order(2, 4, 2)).expect("an answer");
    assert_eq!((load.ok, load.outcome, load.active), (false, "awaited", 3));
    let older = content(&[rule.as_str()], 1);
    assert_eq!(
        client.load(&older, |_| ()).expect("an answer").outcome,
        "not-newer"
    );
    let asked = content(&[rule.as_str()], 2);
    let load = client.load(&asked, |_| ()).expect("an answer");
    assert!(load.ok && load.active == 2, "{load:?}");
}
