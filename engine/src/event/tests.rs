//! Every field of the kernel tier is supplied, every other is not.

use super::*;
use cofferdam_interpreter::schema::{Tier, Type};

const TEXT: Value<'static> = Value::Text(&[0x61]);
const ACTOR: Actor<'static> = Actor {
    process_id: 4,
    image: TEXT,
    command_line: TEXT,
    parent_image: TEXT,
    parent_command_line: TEXT,
    integrity: TEXT,
};
const NUMBER: Value<'static> = Value::Number(7);

fn supplies_its_tier<'e>(event: &impl Observed<'e>) {
    event.with(|event| {
        let info = event.kind.info();
        assert_eq!(event.fields.len(), info.fields.len(), "{}", info.name);
        for (field, value) in info.fields.iter().zip(event.fields) {
            let name = (info.name, field.name);
            match (field.tier, field.ty) {
                (Tier::User, _) => assert_eq!(*value, Value::Unsupplied, "{name:?}"),
                (Tier::Kernel, Type::Text) => assert!(matches!(value, Value::Text(_)), "{name:?}"),
                (Tier::Kernel, Type::Number) => {
                    assert!(matches!(value, Value::Number(_)), "{name:?}");
                }
            }
        }
    });
}

#[test]
fn each_kind_supplies_exactly_what_the_kernel_can_know() {
    let time = 1;
    supplies_its_tier(&ProcessCreation {
        time,
        process: ACTOR,
        parent_process_id: 5,
        grand_parent_image: TEXT,
        logon_id: NUMBER,
        session_id: NUMBER,
    });
    supplies_its_tier(&ProcessTermination {
        time,
        process: ACTOR,
    });
    supplies_its_tier(&FileEvent {
        time,
        actor: ACTOR,
        target: TEXT,
        creation_time: NUMBER,
    });
    supplies_its_tier(&StreamCreated {
        time,
        actor: ACTOR,
        target: TEXT,
        creation_time: NUMBER,
    });
    supplies_its_tier(&FileDelete {
        time,
        actor: ACTOR,
        target: TEXT,
    });
    supplies_its_tier(&ExecutableDetected {
        time,
        actor: ACTOR,
        target: TEXT,
    });
    supplies_its_tier(&FileRename {
        time,
        actor: ACTOR,
        source: TEXT,
        target: TEXT,
    });
    supplies_its_tier(&FileChange {
        time,
        actor: ACTOR,
        target: TEXT,
        creation_time: NUMBER,
        previous_creation_time: NUMBER,
    });
    supplies_its_tier(&FileAccess {
        time,
        actor: ACTOR,
        target: TEXT,
        ..FileAccess::default()
    });
    supplies_its_tier(&PipeCreated {
        time,
        actor: ACTOR,
        action: PipeAction::Connect,
        name: TEXT,
    });
    supplies_its_tier(&RawAccessThread {
        time,
        actor: ACTOR,
        device: TEXT,
    });
    supplies_its_tier(&RegistryAdd {
        time,
        actor: ACTOR,
        target: TEXT,
    });
    supplies_its_tier(&RegistrySet {
        time,
        actor: ACTOR,
        target: TEXT,
        details: TEXT,
    });
    supplies_its_tier(&RegistryDelete {
        time,
        actor: ACTOR,
        what: DeletedKind::Value,
        target: TEXT,
    });
    supplies_its_tier(&RegistryRename {
        time,
        actor: ACTOR,
        target: TEXT,
        new_name: TEXT,
    });
    supplies_its_tier(&ImageLoad {
        time,
        actor: ACTOR,
        image: TEXT,
    });
    supplies_its_tier(&DriverLoad { time, image: TEXT });
    supplies_its_tier(&RemoteThread {
        time,
        source: ACTOR,
        target_image: TEXT,
        target_parent_process_id: NUMBER,
        ..RemoteThread::default()
    });
    supplies_its_tier(&ProcessAccess {
        time,
        source: ACTOR,
        target_image: TEXT,
        target_parent_process_id: NUMBER,
        ..ProcessAccess::default()
    });
}
