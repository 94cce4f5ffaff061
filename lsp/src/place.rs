//! Files and their addresses.

use std::path::{Path, PathBuf};
use std::str::FromStr as _;

use lsp_types::Uri;
use url::Url;

/// The path of a file. A document that is in no file, such as a new one, gets its address as path.
pub(crate) fn path_of(uri: &Uri) -> PathBuf {
    let url = Url::parse(uri.as_str()).ok();
    let path = url
        .filter(|url| url.scheme() == "file")
        .and_then(|url| url.to_file_path().ok());
    path.unwrap_or_else(|| PathBuf::from(uri.as_str()))
}

/// The address of a file.
pub(crate) fn uri_of(path: &Path) -> Option<Uri> {
    let url = Url::from_file_path(path).map(String::from);
    let url = url.unwrap_or_else(|()| path.to_string_lossy().into_owned());
    Uri::from_str(&url).ok()
}

/// Whether settings are in a file of this name.
pub(crate) fn is_settings(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension == "yml" || extension == "yaml")
}

/// Whether flows are in a file of this name.
pub(crate) fn is_flows(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "co")
}

/// The folder of the configuration that a file belongs to.
pub(crate) fn root_of(file: &Path) -> PathBuf {
    let folder = file.parent().unwrap_or(file);
    if !file.is_absolute() {
        return file.to_owned();
    }
    let above = |names: &[&str]| {
        let mut folders = folder.ancestors();
        let found = folders.find(|folder| names.iter().any(|name| folder.join(name).is_file()));
        found.map(Path::to_owned)
    };
    above(&["config.yml", "config.yaml"])
        .or_else(|| above(&["main.co"]))
        .unwrap_or_else(|| folder.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(uri: &str, path: &str) {
        let uri = Uri::from_str(uri).expect("an address");
        assert_eq!(path_of(&uri), PathBuf::from(path));
        assert_eq!(uri_of(Path::new(path)), Some(uri));
    }

    #[test]
    #[cfg(unix)]
    fn blanks_and_letters_of_all_kinds_may_be_in_a_path() {
        check("file:///a%20b/gr%C3%BC%C3%9Fe.co", "/a b/grüße.co");
    }

    #[test]
    fn a_new_document_has_no_path() {
        check("untitled:Untitled-1", "untitled:Untitled-1");
    }
}
