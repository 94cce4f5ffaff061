//! Any bytes as a source: parsed, lowered, printed, dropped.
#![no_main]

use colang::diagnostic::render;
use colang::program::{File, Program};
use colang::source::SourceMap;
use colang::syntax::parse;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let source = String::from_utf8_lossy(bytes);
    let mut sources = SourceMap::new();
    let id = sources.add("fuzz.co", source.as_ref());
    let parsed = parse(id, &source);
    for mistake in &parsed.diagnostics {
        let (start, end) = (mistake.span.start as usize, mistake.span.end as usize);
        assert!(source.get(start..end).is_some(), "{mistake:?}");
        assert!(mistake.help.is_some(), "{mistake:?}");
        assert!(!render(mistake, &sources).is_empty());
    }
    if !parsed.has_errors() {
        let file = File {
            name: "fuzz.co",
            module: &parsed.module,
        };
        // The program may be refused, but must not panic.
        let _ = Program::new(&[file]);
    }
});
