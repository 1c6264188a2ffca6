//! Open files: what the kernel knows of each file object.

use std::collections::HashMap;
use std::sync::Mutex;

use crate::kernel::lock;

/// Where a file object is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// Before the file system has opened it.
    Opening,
    /// Open.
    Open,
    /// Its last handle is closed.
    CleanedUp,
}

/// A file object.
#[derive(Clone, Debug)]
pub(crate) struct File {
    pub(crate) object: u64,
    pub(crate) volume: u64,
    pub(crate) stage: Stage,
    /// As the opener said it, with a related file's path before it.
    pub(crate) asked_path: Vec<u16>,
    pub(crate) by_id: Option<u64>,
    pub(crate) node: u64,
    pub(crate) path: Vec<u16>,
    pub(crate) stream: Vec<u16>,
    pub(crate) directory: bool,
    pub(crate) delete_on_close: bool,
    /// Its name goes with this handle, whoever else has the file open.
    pub(crate) posix_delete: bool,
    /// The name that it was opened by is gone.
    pub(crate) deleted: bool,
    pub(crate) paging: bool,
    pub(crate) cancelled: bool,
    /// The memory of the name in the file object.
    pub(crate) name_buffer: u64,
}

/// All file objects.
#[derive(Debug, Default)]
pub(crate) struct Files(Mutex<HashMap<u64, File>>);

impl Files {
    pub(crate) fn add(&self, file: File) {
        lock(&self.0).insert(file.object, file);
    }

    pub(crate) fn get(&self, object: u64) -> Option<File> {
        lock(&self.0).get(&object).cloned()
    }

    /// Changes a file object that exists.
    pub(crate) fn change(&self, object: u64, change: impl FnOnce(&mut File)) {
        if let Some(file) = lock(&self.0).get_mut(&object) {
            change(file);
        }
    }

    pub(crate) fn remove(&self, object: u64) -> Option<File> {
        lock(&self.0).remove(&object)
    }

    /// How many files of a volume's node have handles.
    pub(crate) fn handles(&self, volume: u64, node: u64) -> usize {
        let files = lock(&self.0);
        let of_node =
            |it: &&File| it.volume == volume && it.node == node && it.stage == Stage::Open;
        files.values().filter(of_node).count()
    }

    /// Those on a volume.
    pub(crate) fn on_volume(&self, volume: u64) -> Vec<u64> {
        let files = lock(&self.0);
        let own = files.values().filter(|it| it.volume == volume);
        own.map(|it| it.object).collect()
    }
}
