//! The six font files that are set in, found by their names.
//!
//! The system's font settings are not asked: they would answer with something that is nearly
//! right. Noto covers all three scripts with one hand, is free (OFL), and Debian packages it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustybuzz::ttf_parser::{self, name_id};

use crate::TextError;
use crate::limits::{FACES_MAX, FONT_BYTES_MAX, FONT_FILES_MAX, FONT_FOLDER_DEPTH_MAX};

/// Where Debian and an administrator put fonts.
const SYSTEM: [&str; 2] = ["/usr/share/fonts", "/usr/local/share/fonts"];

/// Which letters a font is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Script {
    Latin,
    Khmer,
    Japanese,
}

impl Script {
    /// The name that the font has for itself.
    pub(crate) fn family(self) -> &'static str {
        match self {
            Self::Latin => "Noto Sans",
            Self::Khmer => "Noto Sans Khmer",
            Self::Japanese => "Noto Sans CJK JP",
        }
    }
}

/// How heavy letters are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// As in running text.
    Regular,
    /// As in headings.
    Bold,
}

const CORE: &str = "fonts-noto-core";
const CJK: &str = "fonts-noto-cjk";

/// File, what must be in it, and the Debian package that has it.
const FILES: [(&str, Script, Weight, &str); 6] = [
    ("NotoSans-Regular.ttf", Script::Latin, Weight::Regular, CORE),
    ("NotoSans-Bold.ttf", Script::Latin, Weight::Bold, CORE),
    (
        "NotoSansKhmer-Regular.ttf",
        Script::Khmer,
        Weight::Regular,
        CORE,
    ),
    ("NotoSansKhmer-Bold.ttf", Script::Khmer, Weight::Bold, CORE),
    (
        "NotoSansCJK-Regular.ttc",
        Script::Japanese,
        Weight::Regular,
        CJK,
    ),
    ("NotoSansCJK-Bold.ttc", Script::Japanese, Weight::Bold, CJK),
];

/// The fonts, loaded.
#[derive(Clone)]
pub struct Fonts {
    faces: Vec<Face>,
}

/// One font of a file, which may hold several.
#[derive(Clone)]
pub(crate) struct Face {
    pub(crate) script: Script,
    pub(crate) weight: Weight,
    pub(crate) bytes: Arc<Vec<u8>>,
    pub(crate) index: u32,
}

impl std::fmt::Debug for Fonts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let faces = self.faces.iter().map(|face| (face.script, face.weight));
        f.debug_list().entries(faces).finish()
    }
}

impl Fonts {
    /// From where Debian's packages put them.
    ///
    /// # Errors
    /// The first file that is missing, with the package that has it.
    pub fn from_system() -> Result<Self, TextError> {
        Self::from_folders(&SYSTEM.map(PathBuf::from))
    }

    /// From a folder and the folders in it.
    ///
    /// # Errors
    /// The first file that is missing, with the package that has it.
    pub fn from_folder(folder: &Path) -> Result<Self, TextError> {
        Self::from_folders(&[folder.to_owned()])
    }

    fn from_folders(folders: &[PathBuf]) -> Result<Self, TextError> {
        let files = files_below(folders);
        let mut faces = Vec::new();
        for (name, script, weight, package) in FILES {
            let path = files.iter().find(|path| path.ends_with(name));
            let path = path.ok_or(TextError::FontMissing {
                file: name,
                package,
            })?;
            let damaged = TextError::FontDamaged { file: name };
            let size = path.metadata().map_or(u64::MAX, |metadata| metadata.len());
            if size > FONT_BYTES_MAX {
                return Err(damaged);
            }
            let Ok(bytes) = std::fs::read(path) else {
                return Err(damaged);
            };
            let index = face_of(&bytes, script.family()).ok_or(damaged)?;
            faces.push(Face {
                script,
                weight,
                bytes: Arc::new(bytes),
                index,
            });
        }
        Ok(Self { faces })
    }

    pub(crate) fn face(&self, script: Script, weight: Weight) -> Option<&Face> {
        let mut faces = self.faces.iter();
        faces.find(|face| face.script == script && face.weight == weight)
    }
}

/// Which font of a file calls itself by a name.
fn face_of(bytes: &[u8], family: &str) -> Option<u32> {
    let count = ttf_parser::fonts_in_collection(bytes).unwrap_or(1);
    (0..count.min(FACES_MAX)).find(|index| {
        let face = ttf_parser::Face::parse(bytes, *index).ok();
        face.is_some_and(|face| {
            face.names().into_iter().any(|name| {
                let is_family =
                    [name_id::FAMILY, name_id::TYPOGRAPHIC_FAMILY].contains(&name.name_id);
                is_family && name.to_string().as_deref() == Some(family)
            })
        })
    })
}

/// Every file below the folders, to a depth and a number. Links are followed, as Debian has some,
/// so both limits also end a circle.
fn files_below(folders: &[PathBuf]) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut open: Vec<(PathBuf, u8)> = folders.iter().rev().map(|path| (path.clone(), 0)).collect();
    while let Some((folder, depth)) = open.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else {
            continue;
        };
        let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        paths.sort();
        for path in paths {
            if files.len() >= FONT_FILES_MAX {
                return files;
            }
            if path.is_dir() {
                if depth < FONT_FOLDER_DEPTH_MAX {
                    open.push((path, depth + 1));
                }
            } else {
                files.push(path);
            }
        }
    }
    files
}

impl Face {
    pub(crate) fn parsed(&self) -> Option<rustybuzz::Face<'_>> {
        rustybuzz::Face::from_slice(&self.bytes, self.index)
    }
}

/// The system's fonts; without them a test is left out, but never in CI.
#[cfg(test)]
pub(crate) fn for_tests() -> Option<Fonts> {
    match Fonts::from_system() {
        Ok(fonts) => Some(fonts),
        Err(error) => {
            let is_ci = std::env::var("CI").is_ok_and(|value| value == "true");
            assert!(!is_ci, "{error}");
            eprintln!("left out: what is set, which need fonts ({error})");
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_font_is_named_with_its_package() {
        let folder = tempfile::tempdir().unwrap();
        let missing = |file, package| TextError::FontMissing { file, package };
        let none = Fonts::from_folder(folder.path()).unwrap_err();
        assert_eq!(none, missing("NotoSans-Regular.ttf", "fonts-noto-core"));
        assert_eq!(
            none.to_string(),
            "find the font `NotoSans-Regular.ttf`: install it (`apt install fonts-noto-core`), \
             or name a folder that has it"
        );
        let nowhere = Fonts::from_folder(&folder.path().join("nowhere")).unwrap_err();
        assert_eq!(nowhere, none);
        std::fs::write(folder.path().join("NotoSans-Regular.ttf"), "no font").unwrap();
        let damaged = Fonts::from_folder(folder.path()).unwrap_err();
        assert_eq!(damaged.code(), "font_damaged");
    }

    #[test]
    fn a_folder_of_ones_own_will_do() {
        let Some(system) = for_tests() else {
            return;
        };
        let folder = tempfile::tempdir().unwrap();
        let deep = folder.path().join("a/b");
        std::fs::create_dir_all(&deep).unwrap();
        let names = FILES.map(|(name, _, _, package)| (name, package));
        for ((name, package), face) in names.into_iter().zip(&system.faces) {
            let missing = Fonts::from_folder(folder.path()).unwrap_err();
            let file = name;
            assert_eq!(missing, TextError::FontMissing { file, package });
            std::fs::write(deep.join(name), face.bytes.as_slice()).unwrap();
        }
        assert!(Fonts::from_folder(folder.path()).is_ok());
        // One font under the name of another would print boxes.
        std::fs::copy(
            deep.join("NotoSans-Bold.ttf"),
            deep.join("NotoSansKhmer-Bold.ttf"),
        )
        .unwrap();
        let wrong = Fonts::from_folder(folder.path()).unwrap_err();
        let file = "NotoSansKhmer-Bold.ttf";
        assert_eq!(wrong, TextError::FontDamaged { file });
    }
}
