//! The client that ships, against the driver that ships.

use cofferdam_client::{Client, Transport, TransportError};
use cofferdam_engine::Mode;
use cofferdam_stage::machine;
use cofferdam_stage::sensor::{DEVICE, content, started};

use super::denying;

/// Requests go through the simulated I/O manager.
struct Device<'m>(machine::Client<'m>);

/// `STATUS_CANCELLED`.
const CANCELLED: u32 = 0xC000_0120;

impl Transport for Device<'_> {
    fn control(
        &mut self,
        code: u32,
        input: &[u8],
        output: &mut [u8],
    ) -> Result<usize, TransportError> {
        // Nobody waits here: a request that pends is cancelled.
        let done = match self.0.control(code, input, output.len()) {
            Ok(done) => done,
            Err(pended) => match self.0.cancel(pended) {
                Ok(done) => done,
                Err(_) => return Err(TransportError::Status(CANCELLED)),
            },
        };
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
    let device = machine.client(DEVICE).expect("the device opens");
    let mut client = Client::connect(Device(device)).expect("the driver greets");
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
