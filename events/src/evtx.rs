//! EVTX chunks. The library turns binary XML into JSON, which is then read as any other.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use evtx::{EvtxChunkData, ParserSettings};

use super::record::{Header, Record};
use super::{Damage, Place, Sink, json};

/// Reads the records of a chunk. A broken record is reported, and the search goes on behind it.
pub(crate) fn chunk(bytes: &[u8], offset: u64, record: &mut Record, sink: &mut impl Sink) -> u64 {
    let mut number = 0;
    let damage = |message: String| Damage {
        place: Place::Offset(offset),
        message,
    };
    // The library is careful, but not proved: a panic in it must cost one chunk, not the scan.
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        let settings = Arc::new(ParserSettings::default());
        let text = |error: evtx::err::ChunkError| error.to_string();
        let mut data = EvtxChunkData::new(bytes.to_vec(), false).map_err(text)?;
        let mut chunk = data.parse(settings).map_err(text)?;
        for each in chunk.iter() {
            let id = each.as_ref().map(|each| each.event_record_id).ok();
            let text = each.and_then(|each| each.into_json_bytes());
            record.clear();
            match text.map(|text| json::read(&text.data, record)) {
                Ok(Ok(())) => {
                    if let Some(id) = id {
                        record.set_header(Header::RecordId, id.to_string().encode_utf16());
                    }
                    sink.record(number, record);
                }
                Ok(Err(error)) => sink.damage(damage(format!("record {number}: {error}"))),
                Err(error) => sink.damage(damage(format!("record {number}: {error}"))),
            }
            number += 1;
        }
        Ok::<(), String>(())
    }));
    match outcome {
        Ok(Ok(())) => {}
        Ok(Err(error)) => sink.damage(damage(error)),
        Err(_) => sink.damage(damage(
            "the reader of binary XML gave up on this chunk".to_owned(),
        )),
    }
    number
}
