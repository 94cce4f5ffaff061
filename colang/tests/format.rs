//! The formatter: what it changes, and that it changes nothing else.

mod sources;

use std::sync::LazyLock;

use colang::source::SourceId;
use colang::syntax::parse;
use proptest::prelude::*;
use sources::{SOURCES, below};

fn format(source: &str) -> Option<String> {
    colang::format(SourceId(0), source).ok()
}

#[track_caller]
fn check(source: &str, expected: &str) {
    let formatted = format(source).expect("the source has no mistake");
    assert_eq!(formatted, expected, "for\n{source}");
    check_promises(source);
}

/// Checks what holds for all sources; `false` if this one is refused.
#[track_caller]
fn check_promises(source: &str) -> bool {
    let Some(formatted) = format(source) else {
        assert!(
            parse(SourceId(0), source).has_errors(),
            "refused without a mistake: {source}"
        );
        return false;
    };
    assert_eq!(
        shape(&formatted),
        shape(source),
        "another program than\n{source}\n----\n{formatted}"
    );
    assert_eq!(
        format(&formatted).as_ref(),
        Some(&formatted),
        "changed again, of\n{source}"
    );
    true
}

/// The tree of a source without places and without the source.
fn shape(source: &str) -> String {
    let mut module = parse(SourceId(0), source).module;
    module.source = "".into();
    static PLACE: LazyLock<fancy_regex::Regex> = LazyLock::new(|| {
        let place = r#"Span \{ start: \d+, end: \d+ \}|line: \d+|source_text: "(?:[^"\\]|\\.)*""#;
        fancy_regex::Regex::new(place).expect("it is a regular expression")
    });
    PLACE.replace_all(&format!("{module:?}"), "").into_owned()
}

#[test]
fn every_recorded_source_is_the_same_program_and_is_formatted_once() {
    let taken = SOURCES.iter().filter(|source| check_promises(source));
    let taken = taken.count();
    assert!(taken > 450, "{taken} sources");
}

#[test]
fn our_own_sources_are_formatted() {
    for folder in ["runtime/library", "examples"] {
        for path in below(folder)
            .iter()
            .filter(|path| path.extension().is_some_and(|is| is == "co"))
        {
            let source = std::fs::read_to_string(path).expect("a source can be read");
            if std::env::var_os("UPDATE_EXPECTED").is_some() {
                let formatted = format(&source).expect("there is no mistake in it");
                std::fs::write(path, formatted).expect("a source can be written");
            }
            assert_eq!(
                format(&source).as_deref(),
                Some(&*source),
                "{}",
                path.display()
            );
        }
    }
}

#[test]
fn line_ends_of_both_kinds_are_kept() {
    check("flow a\r\n\tpass\r\n\r\n\r\n", "flow a\r\n  pass\r\n");
    for source in SOURCES.iter().step_by(7) {
        check_promises(&source.replace('\n', "\r\n"));
        check_promises(&format!("\u{feff}{source}"));
    }
}

#[test]
fn blocks_are_indented_by_two_blanks() {
    check(
        "flow a\n\tif $x\n\t\t\tpass\n\telse\n\t  pass\n",
        "flow a\n  if $x\n    pass\n  else\n    pass\n",
    );
}

#[test]
fn operators_stand_between_blanks() {
    check(
        "flow a\n  $x=1+2*-3\n  $y  +=  $x**2\n",
        "flow a\n  $x = 1 + 2 * -3\n  $y += $x ** 2\n",
    );
    check(
        "flow a\n  if not($x<1)and $y>=-1\n    pass\n",
        "flow a\n  if not ($x < 1) and $y >= -1\n    pass\n",
    );
}

#[test]
fn arguments_are_written_without_blanks_around_their_names() {
    check(
        "flow a $x = 1 $y=2->$z = 3 , $w\n  b  $x = -1 \"c\"\n  await CAction( d = 1 ,e=-2 , )\n",
        "flow a $x=1 $y=2 -> $z=3, $w\n  b $x=-1 \"c\"\n  await CAction(d=1, e=-2,)\n",
    );
}

#[test]
fn brackets_and_dots_are_tight() {
    check(
        "flow a\n  $x = [ 1 , 2 ] [ 0 : 1 ]\n  $y = { \"a\" : $x . b , \"c\" : len ( $x ) }\n  match $r . Finished ( )\n",
        "flow a\n  $x = [1, 2][0:1]\n  $y = {\"a\": $x.b, \"c\": len($x)}\n  match $r.Finished()\n",
    );
}

#[test]
fn a_list_as_an_argument_stays_apart_from_the_name() {
    check(
        "flow a\n  b  [1]\n  b -1\n  b - 1\n",
        "flow a\n  b [1]\n  b -1\n  b -1\n",
    );
}

#[test]
fn groups_stand_apart_from_the_word_before() {
    check(
        "flow a\n  match(b or c)and d\n  when(b)\n    pass\n  or  when (c or d)\n    pass\n  $x = await(b)\n",
        "flow a\n  match (b or c) and d\n  when (b)\n    pass\n  or when (c or d)\n    pass\n  $x = await (b)\n",
    );
}

#[test]
fn continued_lines_are_indented_below_their_beginning() {
    check(
        "flow a\n  match B()\n  or C()\n  $x = [\n  1,\n     2,\n      ]\n  when b\n   or c\n    pass\n",
        "flow a\n  match B()\n    or C()\n  $x = [\n    1,\n    2,\n  ]\n  when b\n      or c\n    pass\n",
    );
}

#[test]
fn brackets_of_one_line_indent_once() {
    check(
        "flow a\n  send B(c={\n  \"d\": [\n 1],\n  })\n",
        "flow a\n  send B(c={\n    \"d\": [\n      1],\n  })\n",
    );
}

#[test]
fn strings_stay_as_they_are() {
    let source = "flow a\n  \"\"\"Some  doc\n   string.\n\n\n    \"\"\"\n  bot say '{ $x+1 }  '\n";
    check(source, source);
}

#[test]
fn comments_move_with_their_block() {
    check(
        "# top\nflow a\n    # of the body\n    if $x\n        pass\n        # still inside\n    # of a\n    pass\n# of b\nflow b\n    pass\n        # deep\n",
        "# top\nflow a\n  # of the body\n  if $x\n    pass\n    # still inside\n  # of a\n  pass\n\n# of b\nflow b\n  pass\n  # deep\n",
    );
}

#[test]
fn a_comment_may_be_the_body() {
    check(
        "flow a\n    # nothing\n\nflow b\n    if $x\n        # nothing\n    pass\n",
        "flow a\n  # nothing\n\nflow b\n  if $x\n    # nothing\n  pass\n",
    );
}

#[test]
fn comments_at_the_end_of_a_line_keep_their_distance() {
    check(
        "flow a\n  $x=1   # one\n  $y=2# two\n",
        "flow a\n  $x = 1   # one\n  $y = 2 # two\n",
    );
}

#[test]
fn comments_may_stand_within_a_statement() {
    check(
        "flow a\n  match B()\n  # or\n    or C()\n  $x = [ # a\n  # one\n  1,\n  # end\n  ]\n",
        "flow a\n  match B()\n    # or\n    or C()\n  $x = [ # a\n    # one\n    1,\n    # end\n  ]\n",
    );
}

#[test]
fn a_comment_that_counts_at_the_margin_only_stays_where_it_is() {
    let source = "flow a\n  pass\n# meta: exclude from llm\n  pass\n";
    check(source, source);
    let source = "  # meta: exclude from llm\nflow a\n  pass\n";
    check(source, source);
}

#[test]
fn an_empty_line_stands_between_flows() {
    check(
        "\n\nimport core\nimport llm\nflow a\n\n\n  pass\n\n\n\n  pass\n\n\n\n@active\n# why\nflow b\n  pass\n# c\n@loop(\"x\")\nflow c\n  pass\n\n\n",
        "import core\nimport llm\n\nflow a\n  pass\n\n  pass\n\n\n@active\n# why\nflow b\n  pass\n\n# c\n@loop(\"x\")\nflow c\n  pass\n",
    );
}

#[test]
fn blanks_at_the_end_of_a_line_go() {
    check("flow a  \n  pass \t # c  ", "flow a\n  pass # c\n");
}

#[test]
fn an_empty_source_stays_empty() {
    check("", "");
    check("\n  \n", "");
    check("# c", "# c\n");
}

#[test]
fn a_broken_source_is_refused_with_its_mistakes() {
    let mistakes =
        colang::format(SourceId(3), "flow a\n  match (\n").expect_err("a bracket is open");
    assert_eq!(mistakes[0].source, SourceId(3));
    assert!(
        mistakes
            .iter()
            .any(colang::diagnostic::Diagnostic::is_error)
    );
}

/// Other whitespace in the place of whitespace.
const BLANKS: &[&str] = &[
    "",
    " ",
    "  ",
    "\t",
    " \r",
    "\n",
    "\n\n\n",
    "\r\n",
    "\n    ",
    "\n  # c\n",
    " # c\n",
    "\n# c\n      ",
];

fn respaced(source: &str, changes: &[(prop::sample::Index, usize)]) -> String {
    let mut source = source.to_owned();
    for (at, blank) in changes {
        let blanks = source
            .char_indices()
            .filter(|(_, letter)| matches!(letter, ' ' | '\n' | '(' | ',' | '='));
        let places: Vec<_> = blanks.collect();
        if places.is_empty() {
            return source;
        }
        let (at, letter) = places[at.index(places.len())];
        let end = at + letter.len_utf8();
        let start = if letter.is_whitespace() { at } else { end };
        source.replace_range(start..end, BLANKS[*blank]);
    }
    source
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_whitespace_gives_the_same_program_and_is_formatted_once(
        source in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), 0..BLANKS.len()), 1..12),
    ) {
        let source: &String = source.get(&SOURCES);
        check_promises(&respaced(source, &changes));
    }
}
