//! A file system in memory: names, streams, links, short names, in the way of NTFS.
//!
//! It knows nothing of the driver. Names keep the case they were created with and are found in any. What is simplified:
//! no security, no sharing, no locks, no quotas; a directory's entries are found by their whole paths.

use std::collections::BTreeMap;

use crate::fakes::strings::upcased;
use crate::memory;

/// Statuses of the file system.
pub(crate) mod code {
    pub(crate) const NOT_FOUND: u32 = 0xc000_0034;
    pub(crate) const PATH_NOT_FOUND: u32 = 0xc000_003a;
    pub(crate) const COLLISION: u32 = 0xc000_0035;
    pub(crate) const NAME_INVALID: u32 = 0xc000_0033;
    pub(crate) const IS_DIRECTORY: u32 = 0xc000_00ba;
    pub(crate) const NOT_A_DIRECTORY: u32 = 0xc000_0103;
    pub(crate) const DELETE_PENDING: u32 = 0xc000_0056;
    pub(crate) const INVALID_PARAMETER: u32 = 0xc000_000d;
    pub(crate) const DIRECTORY_NOT_EMPTY: u32 = 0xc000_0101;
}

/// What an open did: `IoStatus.Information`.
pub(crate) const SUPERSEDED: u64 = 0;
pub(crate) const OPENED: u64 = 1;
pub(crate) const CREATED: u64 = 2;
pub(crate) const OVERWRITTEN: u64 = 3;

/// What a create is asked to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disposition {
    /// Replace or create.
    Supersede,
    /// Open only.
    Open,
    /// Create only.
    Create,
    /// Open or create.
    OpenIf,
    /// Open and empty.
    Overwrite,
    /// Open and empty, or create.
    OverwriteIf,
}

/// A stream's contents.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stream {
    pub(crate) name: Vec<u16>,
    pub(crate) data: Vec<u8>,
    /// The contents when they were flushed last.
    pub(crate) durable: Vec<u8>,
    /// The address by which the driver knows the stream; given by whoever mounts.
    pub(crate) object: u64,
}

/// A file or directory.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) directory: bool,
    pub(crate) created: u64,
    pub(crate) links: u32,
    pub(crate) delete_pending: bool,
    /// By upper-cased name; the unnamed stream is a file's contents.
    pub(crate) streams: BTreeMap<Vec<u16>, Stream>,
}

/// A name of a node.
#[derive(Clone, Debug)]
struct Link {
    node: u64,
    /// The whole path, as created.
    path: Vec<u16>,
}

/// What an open came to.
#[derive(Clone, Debug)]
pub(crate) struct Opened {
    pub(crate) node: u64,
    /// The path of the link that was opened, as created.
    pub(crate) path: Vec<u16>,
    /// The stream's name, empty for the unnamed one.
    pub(crate) stream: Vec<u16>,
    pub(crate) directory: bool,
    pub(crate) information: u64,
}

/// A file system.
#[derive(Clone, Debug)]
pub struct Disk {
    links: BTreeMap<Vec<u16>, Link>,
    /// Upper-cased path with a short last component, to the path as created.
    short: BTreeMap<Vec<u16>, Vec<u16>>,
    nodes: BTreeMap<u64, Node>,
    /// Short names of files that went away, by the path: a file created there gets its long name back.
    tunnel: BTreeMap<Vec<u16>, Vec<u16>>,
    next: u64,
}

const SEPARATOR: u16 = b'\\' as u16;
const COLON: u16 = b':' as u16;

/// Splits a path into the directory and the last component.
pub(crate) fn split(path: &[u16]) -> (&[u16], &[u16]) {
    match path.iter().rposition(|unit| *unit == SEPARATOR) {
        Some(at) => (&path[..at], &path[at + 1..]),
        None => (&[], path),
    }
}

/// Splits a path from a stream's name; `None` where the stream's type is not `$DATA`.
pub(crate) fn split_stream(path: &[u16]) -> Option<(Vec<u16>, Vec<u16>)> {
    let (_, last) = split(path);
    let start = path.len() - last.len();
    let Some(colon) = last.iter().position(|unit| *unit == COLON) else {
        return Some((path.to_vec(), Vec::new()));
    };
    let mut parts = last[colon + 1..].splitn(2, |unit| *unit == COLON);
    let name = parts.next().unwrap_or_default().to_vec();
    if let Some(kind) = parts.next() {
        let data: Vec<u16> = "$DATA".encode_utf16().collect();
        if upcased(kind) != data {
            return None;
        }
    }
    Some((path[..start + colon].to_vec(), name))
}

impl Default for Disk {
    fn default() -> Self {
        let mut disk = Self {
            links: BTreeMap::new(),
            short: BTreeMap::new(),
            nodes: BTreeMap::new(),
            tunnel: BTreeMap::new(),
            next: 5,
        };
        disk.add(Vec::new(), true, 0);
        disk
    }
}

impl Disk {
    fn add(&mut self, path: Vec<u16>, directory: bool, now: u64) -> u64 {
        let node = self.next;
        self.next += 1;
        self.nodes.insert(
            node,
            Node {
                directory,
                created: now,
                links: 1,
                delete_pending: false,
                streams: BTreeMap::from([(Vec::new(), Stream::default())]),
            },
        );
        self.links.insert(upcased(&path), Link { node, path });
        node
    }

    /// A file or directory.
    pub(crate) fn node(&self, node: u64) -> Option<&Node> {
        self.nodes.get(&node)
    }

    /// The same, to change it.
    pub(crate) fn node_mut(&mut self, node: u64) -> Option<&mut Node> {
        self.nodes.get_mut(&node)
    }

    /// Expands short components that exist, and gives existing ones the case that they were created with.
    pub(crate) fn resolve(&self, path: &[u16], case: bool) -> Vec<u16> {
        let mut resolved = Vec::new();
        for part in path.split(|unit| *unit == SEPARATOR).skip(1) {
            let mut next = resolved.clone();
            next.push(SEPARATOR);
            next.extend(part);
            let key = upcased(&next);
            resolved = match (self.short.get(&key), self.links.get(&key)) {
                (Some(long), _) => long.clone(),
                (None, Some(link)) if case => link.path.clone(),
                _ => next,
            };
        }
        resolved
    }

    fn find(&self, path: &[u16]) -> Option<&Link> {
        self.links.get(&upcased(&self.resolve(path, false)))
    }

    /// Any path of a node.
    pub(crate) fn path_of(&self, node: u64) -> Option<Vec<u16>> {
        let found = self.links.values().find(|it| it.node == node);
        found.map(|it| it.path.clone())
    }

    /// Gives a file a short name.
    pub(crate) fn set_short(&mut self, path: &[u16], short: &[u16]) {
        let resolved = self.resolve(path, true);
        let mut key = split(&resolved).0.to_vec();
        key.push(SEPARATOR);
        key.extend(short);
        self.short.insert(upcased(&key), resolved);
    }

    /// The name that a file created at `path` will have if tunnelling gives it an earlier one.
    pub(crate) fn tunnelled(&self, path: &[u16]) -> Option<Vec<u16>> {
        let resolved = self.resolve(path, false);
        self.tunnel.get(&upcased(&resolved)).cloned()
    }

    /// Makes all directories on the way to a path.
    pub(crate) fn make_parents(&mut self, path: &[u16], now: u64) {
        let resolved = self.resolve(path, true);
        let mut at = 1;
        while let Some(end) = resolved.iter().skip(at).position(|unit| *unit == SEPARATOR) {
            let parent = &resolved[..at + end];
            if !self.links.contains_key(&upcased(parent)) {
                self.add(parent.to_vec(), true, now);
            }
            at += end + 1;
        }
    }

    /// Opens or creates a file, directory or stream.
    pub(crate) fn open(
        &mut self,
        path: &[u16],
        disposition: Disposition,
        directory: bool,
        now: u64,
    ) -> Result<Opened, u32> {
        let (path, stream) = split_stream(path).ok_or(code::NAME_INVALID)?;
        let resolved = self.resolve(&path, true);
        let parent = split(&resolved).0;
        if !self.links.contains_key(&upcased(parent)) {
            return Err(code::PATH_NOT_FOUND);
        }
        let found = self.links.get(&upcased(&resolved)).cloned();
        let (link, mut information) = match found {
            Some(link) => (link, OPENED),
            None if matches!(disposition, Disposition::Open | Disposition::Overwrite) => {
                return Err(code::NOT_FOUND);
            }
            None => {
                let path = self.tunnelled(&resolved).unwrap_or(resolved);
                let node = self.add(path.clone(), directory && stream.is_empty(), now);
                (Link { node, path }, CREATED)
            }
        };
        let node = self.nodes.get_mut(&link.node).ok_or(code::NOT_FOUND)?;
        if node.delete_pending {
            return Err(code::DELETE_PENDING);
        }
        if directory && !node.directory && stream.is_empty() {
            return Err(code::NOT_A_DIRECTORY);
        }
        let is_directory = node.directory && stream.is_empty();
        let key = upcased(&stream);
        if !stream.is_empty() {
            information = match node.streams.contains_key(&key) {
                true => OPENED,
                false if matches!(disposition, Disposition::Open | Disposition::Overwrite) => {
                    return Err(code::NOT_FOUND);
                }
                false => CREATED,
            };
        }
        if information == OPENED {
            match disposition {
                Disposition::Open | Disposition::OpenIf => {}
                Disposition::Create => return Err(code::COLLISION),
                _ if is_directory => return Err(code::IS_DIRECTORY),
                Disposition::Supersede => information = SUPERSEDED,
                Disposition::Overwrite | Disposition::OverwriteIf => information = OVERWRITTEN,
            }
        }
        let entry = node.streams.entry(key).or_insert_with(|| Stream {
            name: stream.clone(),
            ..Stream::default()
        });
        if information == SUPERSEDED || information == OVERWRITTEN {
            entry.data.clear();
        }
        let stream = entry.name.clone();
        Ok(Opened {
            node: link.node,
            path: link.path,
            stream,
            directory: is_directory,
            information,
        })
    }

    /// Opens a file by its number.
    pub(crate) fn open_by_id(&self, node: u64) -> Result<Opened, u32> {
        let path = self.path_of(node).ok_or(code::INVALID_PARAMETER)?;
        let directory = self.nodes.get(&node).is_some_and(|it| it.directory);
        Ok(Opened {
            node,
            path,
            stream: Vec::new(),
            directory,
            information: OPENED,
        })
    }

    /// Whether a directory has entries.
    pub(crate) fn has_entries(&self, path: &[u16]) -> bool {
        let mut key = upcased(path);
        key.push(SEPARATOR);
        let next = self.links.range(key.clone()..).next();
        next.is_some_and(|(path, _)| path.starts_with(&key))
    }

    /// Takes a name away; the file goes with its last name. Its long name lives on in the tunnel cache.
    pub(crate) fn unlink(&mut self, path: &[u16]) {
        let key = upcased(path);
        let Some(link) = self.links.remove(&key) else {
            return;
        };
        let shorts: Vec<_> = self
            .short
            .iter()
            .filter(|(_, long)| upcased(long) == key)
            .map(|(short, _)| short.clone())
            .collect();
        for short in shorts {
            self.short.remove(&short);
            self.tunnel.insert(short, link.path.clone());
        }
        if let Some(node) = self.nodes.get_mut(&link.node) {
            node.links -= 1;
            if node.links == 0 {
                self.nodes.remove(&link.node);
            }
        }
    }

    /// Takes a stream away.
    pub(crate) fn remove_stream(&mut self, node: u64, stream: &[u16]) {
        if let Some(node) = self.nodes.get_mut(&node) {
            node.streams.remove(&upcased(stream));
        }
    }

    /// Adds a name to a file.
    pub(crate) fn link(&mut self, node: u64, path: &[u16], replace: bool) -> Result<Vec<u16>, u32> {
        let resolved = self.resolve(path, true);
        let (parent, last) = split(&resolved);
        if !self.links.contains_key(&upcased(parent)) {
            return Err(code::PATH_NOT_FOUND);
        }
        let _ = last;
        if let Some(existing) = self.links.get(&upcased(&resolved)).cloned() {
            if !replace {
                return Err(code::COLLISION);
            }
            if existing.node != node {
                self.unlink(&existing.path);
            }
        }
        let target = self.nodes.get_mut(&node).ok_or(code::NOT_FOUND)?;
        target.links += 1;
        // The new name is as it was asked for, under the parent as it is.
        let mut path = parent.to_vec();
        path.push(SEPARATOR);
        path.extend(last);
        let link = Link {
            node,
            path: path.clone(),
        };
        self.links.insert(upcased(&path), link);
        Ok(path)
    }

    /// Renames, with all that lies below.
    pub(crate) fn rename(
        &mut self,
        node: u64,
        from: &[u16],
        to: &[u16],
        replace: bool,
    ) -> Result<Vec<u16>, u32> {
        let below: Vec<_> = {
            let mut key = upcased(from);
            key.push(SEPARATOR);
            let range = self.links.range(key.clone()..);
            range
                .take_while(|(path, _)| path.starts_with(&key))
                .map(|(path, _)| path.clone())
                .collect()
        };
        let same = upcased(from) == upcased(&self.resolve(to, false));
        if same {
            let link = self.links.get_mut(&upcased(from)).ok_or(code::NOT_FOUND)?;
            link.path = to.to_vec();
            return Ok(to.to_vec());
        }
        let path = self.link(node, to, replace)?;
        self.unlink(from);
        for key in below {
            if let Some(mut link) = self.links.remove(&key) {
                let rest = link.path[from.len()..].to_vec();
                link.path = [&*path, &*rest].concat();
                self.links.insert(upcased(&link.path), link);
            }
        }
        Ok(path)
    }

    /// Puts a file there, with the directories above it.
    pub(crate) fn put(&mut self, path: &[u16], contents: &[u8], now: u64) {
        self.make_parents(path, now);
        if let Ok(opened) = self.open(path, Disposition::OverwriteIf, false, now)
            && let Some(stream) = self
                .node_mut(opened.node)
                .and_then(|it| it.streams.get_mut(&upcased(&opened.stream)))
        {
            stream.data = contents.to_vec();
            stream.durable = contents.to_vec();
        }
    }

    /// What was written to a file is on the disk now.
    pub(crate) fn flush(&mut self, node: u64) {
        if let Some(node) = self.nodes.get_mut(&node) {
            for stream in node.streams.values_mut() {
                stream.durable.clone_from(&stream.data);
            }
        }
    }

    /// What a power cut leaves: names and flushed contents. Simplified: names are always durable, contents that were not
    /// flushed are always lost.
    #[must_use]
    pub fn after_power_cut(&self) -> Self {
        let mut disk = self.restarted();
        for stream in disk
            .nodes
            .values_mut()
            .flat_map(|it| it.streams.values_mut())
        {
            stream.data.clone_from(&stream.durable);
        }
        disk
    }

    /// The same disk for another run of the machine.
    #[must_use]
    pub fn restarted(&self) -> Self {
        let mut disk = self.clone();
        for node in disk.nodes.values_mut() {
            node.delete_pending = false;
            for stream in node.streams.values_mut() {
                stream.object = 0;
            }
        }
        disk
    }

    /// The contents of a file of a disk that no machine runs on, if it is there; its path begins with `\\`.
    #[must_use]
    pub fn file(&self, path: &str) -> Option<&[u8]> {
        self.contents(&memory::utf16(path))
    }

    /// Replaces or removes a file of a disk that no machine runs on.
    pub fn set_file(&mut self, path: &str, contents: Option<&[u8]>) {
        let path = memory::utf16(path);
        match contents {
            Some(contents) => self.put(&path, contents, 0),
            None => self.unlink(&path),
        }
    }

    /// A file's contents, if it is there.
    pub(crate) fn contents(&self, path: &[u16]) -> Option<&[u8]> {
        let link = self.find(path)?;
        let stream = self.nodes.get(&link.node)?.streams.get(&[][..])?;
        Some(&stream.data)
    }
}
