//! What users report about their bots: small configurations, each in a file in `tests/reports`.
//!
//! A file begins with the report. Then come parts, each after a line `-- NAME --`:
//!
//! * the files of the configuration; a line `-- LINK -> TARGET --` creates a symbolic link;
//! * `model`: a list of `{"when": [words of the prompt], "answer": …}`. The first match answers, with `"once": true`
//!   only once; `"error": …` fails;
//! * the expectations. `error`: each line is part of the error of loading or building. `warnings`: each line is part
//!   of a warning. `chat`: `user: …` is said by the user, `bot: …` is the next answer. `events`: each line is part of
//!   an event that is sent.
//!
//! An unexpected error, warning or answer is a failure, too. Reports that need an HTTP service are in `tests/openai`.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use action_sdk::llm::{BoxFuture, Llm, LlmError, LlmRequest, LlmResponse};
use action_sdk::prelude::*;
use action_sdk_runtime::{Config, ConfigLoader, ProcessOptions, Runtime, Session};
use serde::Deserialize;

use crate::support;

/// Whether the bot's message contains a blocked word.
#[action]
async fn check_blocked_terms(context: &Context) -> bool {
    let message = context.text("bot_message").unwrap_or_default();
    message.contains("exam")
}

/// Finds a person.
#[action]
async fn lookup_person(name: String) -> String {
    name
}

/// The contents of a report file.
struct Report {
    name: String,
    parts: Vec<(String, String)>,
}

impl Report {
    fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path).expect("a report can be read");
        let mut parts: Vec<(String, String)> = Vec::new();
        for line in text.lines() {
            match line
                .strip_prefix("-- ")
                .and_then(|line| line.strip_suffix(" --"))
            {
                Some(title) => parts.push((title.to_owned(), String::new())),
                None => parts.iter_mut().last().into_iter().for_each(|(_, text)| {
                    text.push_str(line);
                    text.push('\n');
                }),
            }
        }
        let name = path
            .file_stem()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        Self { name, parts }
    }

    fn part(&self, title: &str) -> Option<&str> {
        let mut parts = self.parts.iter();
        parts.find_map(|(name, text)| (name == title).then_some(text.as_str()))
    }

    fn lines(&self, title: &str) -> Vec<&str> {
        self.part(title).into_iter().flat_map(str::lines).collect()
    }

    fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        const OTHER: [&str; 5] = ["model", "error", "warnings", "chat", "events"];
        let parts = self.parts.iter();
        let files = parts.filter(|(title, _)| !OTHER.contains(&title.as_str()));
        files.map(|(title, text)| (title.as_str(), text.as_str()))
    }

    /// Writes the files of the configuration to a new folder.
    fn write(&self) -> PathBuf {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR"))
            .join("reports")
            .join(&self.name);
        let _there_may_be_none = fs::remove_dir_all(&root);
        for (title, text) in self.files() {
            match title.split_once(" -> ") {
                Some((link, target)) => make_link(&root.join(link), target),
                None => write_file(&root.join(title), text),
            }
        }
        root
    }
}

fn write_file(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("a folder")).expect("it can be made");
    fs::write(path, text).expect("it can be written");
}

#[cfg(unix)]
fn make_link(path: &Path, target: &str) {
    fs::create_dir_all(path.parent().expect("a folder")).expect("it can be made");
    std::os::unix::fs::symlink(target, path).expect("it can be made");
}

#[cfg(not(unix))]
fn make_link(path: &Path, target: &str) {
    // Where there are no symbolic links, a copy is used.
    let target = path.parent().expect("a folder").join(target);
    if let Ok(text) = fs::read_to_string(target) {
        write_file(path, &text);
    }
}

/// A model that selects its answer by words of the prompt.
struct Model(Mutex<Vec<Answer>>);

#[derive(Deserialize, Clone)]
#[serde(deny_unknown_fields)]
struct Answer {
    #[serde(default)]
    when: Vec<String>,
    #[serde(default)]
    answer: String,
    #[serde(default)]
    error: Option<String>,
    #[serde(default)]
    once: bool,
}

impl Model {
    fn read(json: &str) -> Self {
        Self(Mutex::new(
            serde_json::from_str(json).expect("a list of answers"),
        ))
    }

    fn answer(&self, prompt: &str) -> Result<LlmResponse, LlmError> {
        let mut answers = self.0.lock().expect("no panic");
        let fits = |answer: &Answer| answer.when.iter().all(|word| prompt.contains(word));
        let Some(place) = answers.iter().position(fits) else {
            return Err(LlmError::other("the script has no answer to this"));
        };
        let answer = answers[place].clone();
        if answer.once {
            answers.remove(place);
        }
        match answer.error {
            Some(error) => Err(LlmError::other(error)),
            None => Ok(LlmResponse::new(answer.answer)),
        }
    }
}

impl Llm for Model {
    fn generate(&self, request: LlmRequest) -> BoxFuture<'_, Result<LlmResponse, LlmError>> {
        let messages = request.prompt.into_messages();
        let texts: Vec<_> = messages.iter().map(|message| message.text()).collect();
        Box::pin(std::future::ready(self.answer(&texts.join("\n"))))
    }

    fn model_name(&self) -> &str {
        "scripted"
    }
}

/// The outcome of a report.
#[derive(Default)]
struct Outcome {
    error: Option<String>,
    warnings: Vec<String>,
    /// In the form of the part `chat`.
    chat: String,
    events: Vec<String>,
}

impl Outcome {
    fn of(report: &Report) -> Self {
        let mut outcome = Self::default();
        if let Err(error) = outcome.play(report) {
            outcome.error = Some(error);
        }
        outcome
    }

    fn play(&mut self, report: &Report) -> Result<(), String> {
        let loader = ConfigLoader::new().colang_path([] as [&str; 0]);
        let config = loader
            .load(report.write())
            .map_err(|error| error.to_string())?;
        self.warnings = config.warnings().iter().map(ToString::to_string).collect();
        let runtime = build(config, report.part("model"))?;
        support::block_on(self.talk(report, runtime.session()))
    }

    async fn talk(&mut self, report: &Report, mut session: Session) -> Result<(), String> {
        self.say(&mut session, None).await?;
        for line in report.lines("chat") {
            if let Some(text) = line.strip_prefix("user: ") {
                self.chat += &format!("{line}\n");
                self.say(&mut session, Some(text)).await?;
            }
        }
        Ok(())
    }

    async fn say(&mut self, session: &mut Session, text: Option<&str>) -> Result<(), String> {
        let said = |text: &str| {
            let said = Event::new("UtteranceUserActionFinished");
            said.with("final_transcript", text.replace("\\n", "\n"))
                .with("is_success", true)
        };
        let events = text.map(said).into_iter().collect();
        let events = session.process_events(events).await;
        for event in events.map_err(|error| error.to_string())? {
            self.take(&event);
        }
        Ok(())
    }

    fn take(&mut self, event: &Event) {
        let script = event
            .value("final_script")
            .and_then(|script| script.as_str());
        match script {
            Some(script) => self.chat += &format!("bot: {}\n", script.replace('\n', "\\n")),
            None => self.events.push(event.to_string()),
        }
    }

    /// The differences from what the report expects.
    fn differences(&self, report: &Report) -> Vec<String> {
        let error: Vec<_> = self.error.iter().cloned().collect();
        let [errors, warnings, events] =
            ["error", "warnings", "events"].map(|part| report.lines(part));
        let mut differences = missing("an error", &errors, &error);
        differences.extend(unexpected("an error", &errors, &error));
        differences.extend(missing("a warning", &warnings, &self.warnings));
        differences.extend(unexpected("a warning", &warnings, &self.warnings));
        differences.extend(missing("an event", &events, &self.events));
        let expected = report.part("chat").unwrap_or_default();
        if self.chat != expected && self.error.is_none() {
            differences.push(format!(
                "expected chat:\n{expected}found chat:\n{}",
                self.chat
            ));
        }
        differences
    }
}

/// Checks that each of these words is part of one of the texts.
fn missing(what: &str, words: &[&str], texts: &[String]) -> Vec<String> {
    let is_part = |words: &&&str| texts.iter().any(|text| text.contains(**words));
    let missing = words.iter().filter(|words| !is_part(words));
    missing
        .map(|words| format!("{what} should say: {words}"))
        .collect()
}

/// Checks that every text contains one of these words.
fn unexpected(what: &str, words: &[&str], texts: &[String]) -> Vec<String> {
    let is_expected = |text: &&String| words.iter().any(|words| text.contains(words));
    let unexpected = texts.iter().filter(|text| !is_expected(text));
    unexpected
        .map(|text| format!("not expected, {what}: {text}"))
        .collect()
}

fn build(config: Config, model: Option<&str>) -> Result<Runtime, String> {
    let mut dispatcher = ActionDispatcher::builder()
        .config(config.rails().clone())
        .resource(crate::actions::Ends::default());
    if let Some(model) = model {
        dispatcher = dispatcher.llm(Model::read(model));
    }
    let dispatcher = dispatcher.build().map_err(|error| error.to_string())?;
    let options = ProcessOptions {
        blocking: true,
        ..ProcessOptions::chat()
    };
    let runtime = Runtime::builder(config)
        .options(options)
        .dispatcher(dispatcher)
        .perform_timers()
        .seed(1);
    runtime.build().map_err(|error| error.to_string())
}

#[test]
fn every_report_is_settled() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reports");
    let files = fs::read_dir(folder).expect("the reports are there");
    let mut paths: Vec<_> = files
        .map(|file| file.expect("it can be read").path())
        .collect();
    paths.sort();
    let mut open = Vec::new();
    for report in paths.iter().map(|path| Report::read(path)) {
        let differences = Outcome::of(&report).differences(&report);
        open.extend(
            differences
                .into_iter()
                .map(|text| format!("{}: {text}", report.name)),
        );
    }
    assert!(!paths.is_empty());
    assert!(open.is_empty(), "{}", open.join("\n"));
}
