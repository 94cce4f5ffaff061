//! `new`: the project that it makes is `examples/starter`, which is built and tested with all others.

use std::fs;
use std::path::{Path, PathBuf};

use crate::harness::Folder;

fn clone() -> PathBuf {
    let clone = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    clone.canonicalize().expect("it is there")
}

/// All files of a folder, as paths in it, in order.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).expect("it can be read") {
            let path = entry.expect("it can be read").path();
            match path.is_dir() {
                true => folders.push(path),
                false => all.push(path.strip_prefix(folder).expect("it is in it").to_owned()),
            }
        }
    }
    all.sort();
    all
}

#[test]
fn the_example_is_what_it_makes() {
    let folder = Folder::with([]);
    let path = clone();
    let path = path.to_str().expect("UTF-8");
    folder.run(&["new", "starter", "--path", path]).code(0);
    let kept = clone().join("examples/starter");
    let made = folder.path().join("starter");
    for file in files(&made) {
        let text = fs::read_to_string(made.join(&file)).expect("UTF-8");
        let text = text.replace(path, "../..");
        let kept = kept.join(&file);
        if std::env::var_os("UPDATE_EXPECTED").is_some() {
            fs::create_dir_all(kept.parent().expect("a folder")).expect("it can be made");
            fs::write(&kept, &text).expect("it can be written");
        }
        let is_same = fs::read_to_string(&kept).is_ok_and(|kept| kept == text);
        assert!(is_same, "{}: run with UPDATE_EXPECTED=1", kept.display());
    }
    assert_eq!(files(&kept), files(&made));
}

#[test]
fn a_name_that_cannot_be_one_is_refused() {
    let folder = Folder::with([("full/file", "")]);
    folder
        .run(&["new", "7up"])
        .refused("`7up` is no name of a package");
    folder.run(&["new", "full"]).refused("`full` is not empty");
    let run = folder.run(&["new", "bot", "--path", "full"]);
    run.refused("`full` is no clone of action-sdk");
}
