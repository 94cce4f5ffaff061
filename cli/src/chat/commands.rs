//! What somebody types in a chat: a message, or a command that begins with `/`.

/// What the commands are, for `/help`.
pub(super) const HELP: &str = "\
/events [N]    the latest events, 20 if no number is given
/flows         the flows that wait for something, with file and line
/context       the global variables
/why           which flow said the last thing, and what made it run
/save FILE     saves the conversation
/load FILE     goes on with a saved conversation
/restart       begins a new conversation
/quit          ends; so does Ctrl-D, and Ctrl-C twice
//TEXT         says /TEXT";

/// How many events are shown.
const EVENTS: usize = 20;

/// What a line asks for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Typed<'l> {
    Nothing,
    Message(&'l str),
    Events(usize),
    Flows,
    Context,
    Why,
    Save(&'l str),
    Load(&'l str),
    Restart,
    Help,
    Quit,
    /// It is no command: what to say about it.
    Unknown(String),
}

pub(super) fn read(line: &str) -> Typed<'_> {
    let line = line.trim();
    let Some(command) = line.strip_prefix('/') else {
        return match line {
            "" => Typed::Nothing,
            message => Typed::Message(message),
        };
    };
    if command.starts_with('/') {
        return Typed::Message(command);
    }
    let (word, rest) = command.split_once(' ').unwrap_or((command, ""));
    of_word(word, rest.trim())
}

fn of_word<'l>(word: &str, rest: &'l str) -> Typed<'l> {
    match (word, rest) {
        ("events", "") => Typed::Events(EVENTS),
        ("events", count) => match count.parse() {
            Ok(count) => Typed::Events(count),
            Err(_) => Typed::Unknown(format!("`/events` takes a number, not `{count}`")),
        },
        ("save" | "load", "") => Typed::Unknown(format!("`/{word}` needs the name of a file")),
        ("save", file) => Typed::Save(file),
        ("load", file) => Typed::Load(file),
        ("flows", "") => Typed::Flows,
        ("context", "") => Typed::Context,
        ("why", "") => Typed::Why,
        ("restart", "") => Typed::Restart,
        ("help", "") => Typed::Help,
        ("quit" | "exit", "") => Typed::Quit,
        _ => Typed::Unknown(format!(
            "there is no command `/{word}` of this form; `/help` lists them"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, expected: &Typed<'_>) {
        assert_eq!(&read(line), expected, "for {line:?}");
    }

    #[test]
    fn a_line_is_a_message() {
        check(" hello there ", &Typed::Message("hello there"));
        check("", &Typed::Nothing);
    }

    #[test]
    fn a_line_with_a_slash_is_a_command() {
        check("/events", &Typed::Events(20));
        check("/events 3", &Typed::Events(3));
        check("/save my file", &Typed::Save("my file"));
        check("/quit", &Typed::Quit);
    }

    #[test]
    fn two_slashes_say_one() {
        check("//quit", &Typed::Message("/quit"));
    }

    #[test]
    fn what_is_no_command_is_told() {
        assert!(matches!(read("/flosw"), Typed::Unknown(_)));
        assert!(matches!(read("/save"), Typed::Unknown(_)));
        assert!(matches!(read("/events all"), Typed::Unknown(_)));
    }
}
