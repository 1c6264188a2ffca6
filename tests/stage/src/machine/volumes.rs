//! Volumes that come and go.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};

use super::{Disk, FileSystem, Machine};
use crate::fakes::flt::operation::{IoStatus, Operation};
use crate::fakes::flt::volumes::Volume;
use crate::fakes::requests::major;
use crate::kernel::lock;
use crate::memory;

impl Machine {
    /// Mounts a volume.
    pub fn add_volume(
        &self,
        name: &str,
        letter: Option<char>,
        file_system: FileSystem,
        disk: Disk,
    ) {
        let objects = &self.kernel.state.objects;
        let volume = Arc::new(Volume {
            object: objects.new_named("a volume"),
            name: memory::utf16(name),
            letter: letter.map(|it| it as u16),
            file_system,
            device: objects.new_named("a device object"),
            disk: Arc::new(Mutex::new(disk)),
        });
        self.kernel.state.volumes.add(volume.clone());
        self.as_system(|| self.kernel.attach(&volume, false));
        if self.is_loaded() {
            self.settle();
        }
    }

    /// The mount manager gives a volume a letter. Nobody is told.
    ///
    /// # Panics
    /// When there is none of this name.
    pub fn set_letter(&self, name: &str, letter: char) {
        let volume = self.volume(name).object;
        let letter = Some(letter as u16);
        self.kernel.state.volumes.set_letter(volume, letter);
    }

    /// Takes a volume away: open files on it are closed first.
    ///
    /// # Panics
    /// When there is none of this name.
    pub fn dismount(&self, name: &str) {
        let volume = self.volume(name);
        for file in self.kernel.state.files.on_volume(volume.object) {
            self.kernel.close_file(file);
        }
        self.kernel.dismounted(volume.object);
        self.kernel.state.volumes.remove(volume.object);
    }

    /// Windows stops in order: every file system is told.
    pub fn shut_down(&self) {
        let operation = Operation {
            major: major::SHUTDOWN,
            ..Operation::default()
        };
        for volume in self.kernel.state.volumes.all() {
            self.as_system(|| {
                self.kernel
                    .operate(&volume, &operation, |_| IoStatus::default())
            });
        }
    }

    /// The volume that Windows starts from: `\SystemRoot` leads there.
    pub fn set_system_volume(&self, name: &str) {
        *lock(&self.kernel.state.system_volume) = Some(memory::utf16(name));
    }

    /// What is on a volume.
    pub fn disk(&self, volume: &str) -> Disk {
        lock(&self.volume(volume).disk).restarted()
    }

    /// What a power cut would leave of a volume.
    pub fn disk_after_power_cut(&self, volume: &str) -> Disk {
        lock(&self.volume(volume).disk).after_power_cut()
    }

    /// From now on notes what a power cut would leave after each of the driver's own writes and flushes.
    pub fn note_power_cuts(&self) {
        *lock(&self.kernel.state.cuts) = Some(Vec::new());
    }

    /// What was noted.
    pub fn power_cuts(&self) -> Vec<Disk> {
        lock(&self.kernel.state.cuts).take().unwrap_or_default()
    }

    /// The next query of a file's name fails with this status.
    pub fn fail_next_name(&self, status: u32) {
        *lock(&self.kernel.state.name_failure) = Some(status.into());
    }

    /// From now on names and texts that the driver is handed are of odd lengths: one byte more than their units have.
    pub fn make_strings_odd(&self) {
        let state = &self.kernel.state;
        state.odd_strings.store(true, Ordering::SeqCst);
    }

    pub(crate) fn volume(&self, name: &str) -> Arc<Volume> {
        let found = self.kernel.state.volumes.by_name(&memory::utf16(name));
        found.unwrap_or_else(|| panic!("there is no volume {name}"))
    }

    /// The volume and the path on it that a name leads to: `C:\x` or `\Device\HarddiskVolume1\x`.
    ///
    /// # Panics
    /// When the name leads nowhere.
    pub(crate) fn locate(&self, name: &[u16]) -> (Arc<Volume>, Vec<u16>) {
        if let [letter, 0x3a, rest @ ..] = name {
            let volumes = self.kernel.state.volumes.all();
            let found = volumes
                .into_iter()
                .find(|it| it.letter.is_some_and(|it| (it | 0x20) == (letter | 0x20)));
            let volume = found.expect("a drive letter that exists");
            return (volume, rest.to_vec());
        }
        let found = self.kernel.volume_of(name);
        found.unwrap_or_else(|| panic!("{} leads nowhere", String::from_utf16_lossy(name)))
    }

    /// The name that the object manager has for a name of user mode.
    pub(crate) fn device_path(&self, name: &[u16]) -> Vec<u16> {
        if name.get(1) != Some(&0x3a) {
            return name.to_vec();
        }
        let (volume, path) = self.locate(name);
        [&*volume.name, &*path].concat()
    }

    /// Makes the directories above a path, unseen by the driver.
    pub fn make_directories(&self, path: &str) {
        let (volume, path) = self.locate(&memory::utf16(path));
        lock(&volume.disk).make_parents(&path, self.kernel.state.clock.now());
    }

    /// Gives a file that exists a short name.
    pub fn set_short_name(&self, path: &str, short: &str) {
        let (volume, path) = self.locate(&memory::utf16(path));
        lock(&volume.disk).set_short(&path, &memory::utf16(short));
    }

    /// A file's contents, unseen by the driver.
    pub fn contents(&self, path: &str) -> Option<Vec<u8>> {
        let (volume, path) = self.locate(&memory::utf16(path));
        let disk = lock(&volume.disk);
        disk.contents(&path).map(<[u8]>::to_vec)
    }

    /// Puts a file there, unseen by the driver.
    pub fn put(&self, path: &str, contents: &[u8]) {
        let (volume, path) = self.locate(&memory::utf16(path));
        lock(&volume.disk).put(&path, contents, self.kernel.state.clock.now());
    }
}
