//! What processes do with the registry, in the kernel's own terms: `\REGISTRY\MACHINE\...`.

use super::{Program, Value};
use crate::fakes::registry::Callback;
use crate::fakes::sync::gate::Inside;
use crate::kernel::Kernel;
use crate::memory;

/// `REG_NOTIFY_CLASS`.
mod class {
    pub(super) const PRE_DELETE_KEY: u64 = 0;
    pub(super) const PRE_SET_VALUE: u64 = 1;
    pub(super) const PRE_DELETE_VALUE: u64 = 2;
    pub(super) const PRE_RENAME_KEY: u64 = 4;
    pub(super) const POST_DELETE_KEY: u64 = 15;
    pub(super) const POST_SET_VALUE: u64 = 16;
    pub(super) const POST_DELETE_VALUE: u64 = 17;
    pub(super) const POST_RENAME_KEY: u64 = 19;
    pub(super) const PRE_CREATE_KEY: u64 = 26;
    pub(super) const POST_CREATE_KEY: u64 = 27;
    pub(super) const PRE_OPEN_KEY: u64 = 28;
    pub(super) const POST_OPEN_KEY: u64 = 29;
}

const NOT_FOUND: u32 = 0xc000_0034;
/// `STATUS_CALLBACK_BYPASS`: the operation counts as done.
const BYPASS: u32 = 0xc000_0503;
const DISPOSITION_CREATED: u32 = 1;
const DISPOSITION_OPENED: u32 = 2;

/// Memory for one notification.
struct Structures<'k> {
    kernel: &'k Kernel,
    all: Vec<u64>,
}

impl Structures<'_> {
    fn bytes(&mut self, contents: &[u8]) -> u64 {
        let system = &self.kernel.state.system;
        let at = system.allocate(contents.len().max(1), *b"CMcb", false, None, Vec::new());
        memory::store(at, contents);
        self.all.push(at);
        at
    }

    fn string(&mut self, text: &[u16]) -> u64 {
        let state = &self.kernel.state;
        let text = state.counted(text);
        let buffer = state.system.text(&text, *b"CMcb");
        self.all.push(buffer);
        let at = self.bytes(&[0; 16]);
        let length = text.len() as u16;
        memory::set_unicode_string(at, buffer, length, length);
        at
    }

    fn words(&mut self, words: &[u64]) -> u64 {
        let bytes: Vec<u8> = words.iter().flat_map(|it| it.to_le_bytes()).collect();
        self.bytes(&bytes)
    }
}

impl Drop for Structures<'_> {
    fn drop(&mut self) {
        for at in &self.all {
            let _ = self.kernel.state.system.free(*at, None);
        }
    }
}

/// An operation between its two notifications.
struct Notified<'k> {
    structures: Structures<'k>,
    callback: Option<Callback>,
    information: u64,
    _inside: Inside<'k>,
}

impl<'k> Notified<'k> {
    /// Tells the driver what is about to happen: its verdict.
    fn before(
        kernel: &'k Kernel,
        class: u64,
        build: impl FnOnce(&mut Structures<'_>) -> u64,
    ) -> (Self, u32) {
        let mut structures = Structures {
            kernel,
            all: Vec::new(),
        };
        let information = build(&mut structures);
        let inside = kernel.state.registry.gate.enter(kernel);
        let notified = Self {
            structures,
            callback: kernel.state.registry.callback(),
            information,
            _inside: inside,
        };
        let status = notified.tell("registry, before", class, information);
        (notified, status)
    }

    fn tell(&self, name: &'static str, class: u64, information: u64) -> u32 {
        let Some(callback) = self.callback else {
            return 0;
        };
        let kernel = self.structures.kernel;
        let arguments = [callback.context, class, information];
        kernel.shared().call(name, callback.function, &arguments) as u32
    }

    /// Tells the driver what came of it.
    fn after(mut self, class: u64, object: u64, status: u32) {
        const RETURN_STATUS: u64 = 24;
        // The driver's word for itself, wherever the class has it.
        let context: u64 = memory::read(self.information + context_offset(class));
        let words = [
            object,
            status.into(),
            self.information,
            status.into(),
            context,
            0,
            0,
        ];
        let post = self.structures.words(&words);
        let result = self.tell("registry, after", class, post);
        if result != 0 && memory::read::<u32>(post + RETURN_STATUS) == status {
            let what = format!("a post-notification returned {result:#x}, which is ignored");
            let check = crate::finding::Check::ReturnValue;
            self.structures.kernel.report(check, what, None, Vec::new());
        }
    }
}

/// Where the information of a class has `CallContext`.
const fn context_offset(post: u64) -> u64 {
    match post {
        class::POST_DELETE_KEY => 8,
        class::POST_SET_VALUE => 40,
        class::POST_CREATE_KEY | class::POST_OPEN_KEY => 80,
        _ => 16,
    }
}

/// A driver that says no is obeyed; bypassing is a success that nothing comes of.
const fn refused(status: u32) -> Option<u32> {
    match status {
        0 => None,
        BYPASS => Some(0),
        other => Some(other),
    }
}

impl Program<'_> {
    /// Creates or opens a key by its whole path: the status, and whether it is new.
    pub fn create_key(&self, path: &str) -> (u32, bool) {
        self.create_or_open(path, true)
    }

    /// Opens a key.
    pub fn open_key(&self, path: &str) -> u32 {
        self.create_or_open(path, false).0
    }

    fn create_or_open(&self, path: &str, create: bool) -> (u32, bool) {
        let kernel = &**self.machine().kernel();
        let path = memory::utf16(path);
        self.run(|| {
            let registry = &kernel.state.registry;
            let root = registry.open(kernel, &memory::utf16(r"\REGISTRY"));
            let (pre, post) = match create {
                true => (class::PRE_CREATE_KEY, class::POST_CREATE_KEY),
                false => (class::PRE_OPEN_KEY, class::POST_OPEN_KEY),
            };
            let disposition_at =
                kernel
                    .state
                    .system
                    .allocate(4, *b"CMcb", false, Some(0), Vec::new());
            let result_at = kernel
                .state
                .system
                .allocate(8, *b"CMcb", false, Some(0), Vec::new());
            let (notified, verdict) = Notified::before(kernel, pre, |structures| {
                let name = structures.string(&path);
                structures.words(&[
                    name,
                    root,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0x000f_003f,
                    disposition_at,
                    result_at,
                    0,
                    0,
                    0,
                    1,
                    name,
                    0,
                    0,
                ])
            });
            if let Some(status) = refused(verdict) {
                return (status, false);
            }
            let exists = registry.key(&path).is_some();
            let (status, fresh) = match (exists, create) {
                (true, _) => (0, false),
                (false, true) => (0, registry.create(&path)),
                (false, false) => (NOT_FOUND, false),
            };
            let object = match status {
                0 => registry.open(kernel, &registry.key(&path).unwrap_or_default()),
                _ => 0,
            };
            let disposition = if fresh {
                DISPOSITION_CREATED
            } else {
                DISPOSITION_OPENED
            };
            memory::write(disposition_at, disposition);
            memory::write(result_at, object);
            notified.after(post, object, status);
            for at in [disposition_at, result_at] {
                let _ = kernel.state.system.free(at, None);
            }
            for key in [object, root] {
                registry.close(key);
            }
            (status, fresh)
        })
    }

    /// Runs on an open key.
    fn on_key(
        &self,
        path: &str,
        classes: (u64, u64),
        build: impl FnOnce(&mut Structures<'_>, u64) -> u64,
        perform: impl FnOnce(&Kernel, &[u16]) -> u32,
    ) -> u32 {
        let kernel = &**self.machine().kernel();
        let registry = &kernel.state.registry;
        let Some(path) = registry.key(&memory::utf16(path)) else {
            return NOT_FOUND;
        };
        self.run(|| {
            let object = registry.open(kernel, &path);
            let (notified, verdict) =
                Notified::before(kernel, classes.0, |structures| build(structures, object));
            let status = match refused(verdict) {
                Some(status) => status,
                None => {
                    let status = perform(kernel, &path);
                    notified.after(classes.1, object, status);
                    status
                }
            };
            registry.close(object);
            status
        })
    }

    /// Sets a value of a key that exists.
    pub fn set_value(&self, path: &str, name: &str, value: &Value) -> u32 {
        let name = memory::utf16(name);
        self.on_key(
            path,
            (class::PRE_SET_VALUE, class::POST_SET_VALUE),
            |structures, object| {
                let text = structures.string(&name);
                let data = structures.bytes(&value.1);
                let kinds = u64::from(value.0) << 32;
                let size = value.1.len() as u64;
                structures.words(&[object, text, kinds, data, size, 0, 0, 0])
            },
            |kernel, path| {
                kernel.state.registry.set(path, &name, value.clone());
                0
            },
        )
    }

    /// Deletes a value.
    pub fn delete_value(&self, path: &str, name: &str) -> u32 {
        let name = memory::utf16(name);
        self.on_key(
            path,
            (class::PRE_DELETE_VALUE, class::POST_DELETE_VALUE),
            |structures, object| {
                let text = structures.string(&name);
                structures.words(&[object, text, 0, 0, 0])
            },
            |kernel, path| match kernel.state.registry.delete_value(path, &name) {
                true => 0,
                false => NOT_FOUND,
            },
        )
    }

    /// Deletes a key.
    pub fn delete_key(&self, path: &str) -> u32 {
        self.on_key(
            path,
            (class::PRE_DELETE_KEY, class::POST_DELETE_KEY),
            |structures, object| structures.words(&[object, 0, 0, 0]),
            |kernel, path| {
                kernel.state.registry.delete_key(path);
                0
            },
        )
    }

    /// Renames a key's last component.
    pub fn rename_key(&self, path: &str, name: &str) -> u32 {
        let name = memory::utf16(name);
        self.on_key(
            path,
            (class::PRE_RENAME_KEY, class::POST_RENAME_KEY),
            |structures, object| {
                let text = structures.string(&name);
                structures.words(&[object, text, 0, 0, 0])
            },
            |kernel, path| {
                kernel.state.registry.rename(path, &name);
                0
            },
        )
    }
}
