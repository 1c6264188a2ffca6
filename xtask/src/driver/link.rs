//! The driver's link, in a folder of its own with names of its own.
//!
//! A PDB names every object file, the linker's arguments and the folder that it ran in; `rustc` hands over absolute paths,
//! some with random parts. So the compiler is given this program as its linker: it puts the inputs under plain names
//! into a fresh folder, links there, and brings back what came of it. The same sources then give the same bytes in any
//! folder.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Tells this program that it is called as a linker.
pub(crate) const VARIABLE: &str = "COFFERDAM_LINK";

/// What the linker is told that the folder is called.
const FOLDER: &str = "/pdbsourcepath:C:\\cofferdam";

/// Links as the compiler asks.
///
/// # Errors
/// A file cannot be copied, or the linker fails; then with what it said.
pub(crate) fn run() -> Result<(), String> {
    let folder = std::env::temp_dir().join(format!("cofferdam-link-{}", std::process::id()));
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let outcome = link(&folder, std::env::args_os().skip(1).collect());
    // What is left of a link matters to nobody.
    let _ = fs::remove_dir_all(&folder);
    outcome
}

fn link(folder: &Path, asked: Vec<OsString>) -> Result<(), String> {
    let mut command = Command::new("rust-lld");
    command
        .current_dir(folder)
        .args(["-flavor", "link", FOLDER]);
    let mut out = PathBuf::new();
    let mut inputs = 0;
    let mut place = |path: &Path| {
        let extension = path.extension().unwrap_or_default().display();
        let name = format!("{inputs}.{extension}");
        inputs += 1;
        copy(path, &folder.join(&name)).map(|()| name)
    };
    for argument in asked {
        let text = argument.to_string_lossy().into_owned();
        let option = text.split_once(':');
        match option {
            Some(("/OUT", path)) => out = PathBuf::from(path),
            Some(("/DEF", path)) => {
                let name = place(Path::new(path))?;
                command.arg(format!("/DEF:{name}"));
            }
            // Debuggers' pictures of library types, libraries' folders and the import library of a driver: of no use.
            Some(("/NATVIS" | "/LIBPATH" | "/IMPLIB", _)) => {}
            _ if Path::new(&text).is_file() => {
                command.arg(place(Path::new(&text))?);
            }
            // The compiler names the flavour for a linker that has several.
            _ if text == "-flavor" || text == "link" => {}
            _ => {
                command.arg(text);
            }
        }
    }
    command.arg("/OUT:cofferdam.sys");
    let output = command
        .output()
        .map_err(|error| format!("rust-lld: {error}"))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    copy(&folder.join("cofferdam.sys"), &out)?;
    for extension in ["pdb", "map"] {
        let from = folder.join("cofferdam").with_extension(extension);
        copy(&from, &out.with_extension(extension))?;
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<(), String> {
    fs::copy(from, to)
        .map(|_| ())
        .map_err(|error| format!("{} to {}: {error}", from.display(), to.display()))
}
