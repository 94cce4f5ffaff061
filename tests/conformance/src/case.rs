//! One recorded conversation: run and compared.

use action_sdk_runtime::Logged;
use colang::value::Event;
use serde_json::Value as Json;

use crate::cycle::{Conversation, load};
use crate::normal::Normalizer;

/// The result of a case.
pub enum Verdict {
    /// As expected, possibly with a remark.
    Passed(Option<String>),
    /// Not as expected: the first difference.
    Failed(String),
}

/// Runs a case.
pub fn run(case: &Json, resume: bool) -> Verdict {
    let conversation = load(case).map_err(|error| (error.to_string(), error.line()));
    let conversation = conversation
        .and_then(|config| Conversation::new(case, config).map_err(|message| (message, None)));
    match (conversation, case.get("error")) {
        (Err((_, line)), Some(_)) => Verdict::Passed(other_line(case, line)),
        (Ok(_), Some(_)) => Verdict::Failed("it loads, but must not".to_owned()),
        (Err((message, _)), None) => Verdict::Failed(format!("it does not load: {message}")),
        (Ok(conversation), None) => converse(case, conversation, resume),
    }
}

fn other_line(case: &Json, line: Option<u32>) -> Option<String> {
    let theirs = case.get("oracle_error")?.get("line")?.as_u64()?;
    let ours = line.map(u64::from);
    (ours != Some(theirs)).then(|| format!("the reference says line {theirs}, we say {ours:?}"))
}

/// The events of a case, including all uids and times, and its saved state at the end.
///
/// # Errors
///
/// If it cannot be loaded or run to its end.
pub fn transcript(case: &Json) -> Result<String, String> {
    let config = load(case).map_err(|error| error.to_string())?;
    let mut conversation = Conversation::new(case, config)?;
    let played = on_one_thread(play(case, &mut conversation, false))?;
    let sent: Vec<_> = played
        .sent
        .iter()
        .map(|event| format!("{event:?}"))
        .collect();
    Ok(format!("{}\n{}", sent.join("\n"), conversation.saved()?))
}

fn converse(case: &Json, mut conversation: Conversation, resume: bool) -> Verdict {
    let difference = on_one_thread(play(case, &mut conversation, resume)).map(|mut played| {
        difference(case, &played.found)
            .or_else(|| leftovers(case, &conversation, &mut played.normalizer))
    });
    match difference {
        Ok(None) => Verdict::Passed(None),
        Ok(Some(difference)) | Err(difference) => Verdict::Failed(difference),
    }
}

/// A case is deterministic if there is only one thread.
fn on_one_thread<T>(work: impl Future<Output = Result<T, String>>) -> Result<T, String> {
    let tokio = tokio::runtime::Builder::new_current_thread().build();
    tokio
        .map_err(|error| format!("tokio does not start: {error}"))?
        .block_on(work)
}

/// The results of the steps of a case.
struct Played {
    normalizer: Normalizer,
    /// The events of each step in normal form.
    found: Vec<Json>,
    /// The same events, unmodified.
    sent: Vec<Event>,
}

async fn play(
    case: &Json,
    conversation: &mut Conversation,
    resume: bool,
) -> Result<Played, String> {
    let mut normalizer = Normalizer::default();
    let (mut found, mut sent) = (Vec::new(), Vec::new());
    for (number, step) in (0..).zip(case["steps"].as_array().into_iter().flatten()) {
        let events = step["send"].as_array().into_iter().flatten();
        let events = events
            .filter_map(|event| read_event(event, &normalizer))
            .collect();
        let outputs = conversation.step(number, step, events).await?;
        if resume {
            conversation
                .save_and_resume()
                .map_err(|error| format!("it cannot be taken up again: {error}"))?;
        }
        let step: Json = outputs
            .iter()
            .map(|event| on_the_wire(&normalizer.event(event)))
            .collect();
        found.push(step);
        sent.extend(outputs);
    }
    Ok(Played {
        normalizer,
        found,
        sent,
    })
}

fn read_event(json: &Json, normalizer: &Normalizer) -> Option<umim::Event> {
    let fields = json.as_object()?.iter();
    let fields =
        fields.map(|(name, value)| Some((name.clone(), normalizer.input(value).to_json().ok()?)));
    umim::Event::from_map(fields.collect::<Option<_>>()?).ok()
}

/// The normal form of a value after it was sent as JSON: sets are lists, patterns are strings.
fn on_the_wire(normal: &Json) -> Json {
    match normal {
        Json::Object(entries) => {
            match (entries.len(), entries.get("$set"), entries.get("$regex")) {
                (1, Some(inner), _) | (1, _, Some(inner)) => on_the_wire(inner),
                _ => entries
                    .iter()
                    .map(|(name, value)| (name.clone(), on_the_wire(value)))
                    .collect::<serde_json::Map<_, _>>()
                    .into(),
            }
        }
        Json::Array(items) => items.iter().map(on_the_wire).collect(),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => normal.clone(),
    }
}

fn difference(case: &Json, found: &[Json]) -> Option<String> {
    if let Some(Json::Array(any)) = case.get("expect_any") {
        let differences: Option<Vec<_>> = any
            .iter()
            .map(|expected| compare(expected, found))
            .collect();
        return differences.map(|all| all.join(" | "));
    }
    compare(case.get("expect")?, found)
}

fn compare(expected: &Json, found: &[Json]) -> Option<String> {
    let expected = expected.as_array()?;
    for (step, (expected, found)) in expected.iter().zip(found).enumerate() {
        let expected = on_the_wire(expected);
        let (expected, found) = (expected.as_array()?, found.as_array()?);
        for index in 0..expected.len().max(found.len()) {
            let (wanted, got) = (expected.get(index), found.get(index));
            if wanted != got {
                let show =
                    |event: Option<&Json>| event.map_or("nothing".to_owned(), Json::to_string);
                return Some(format!(
                    "step {step}, event {index}: wanted {}, got {}",
                    show(wanted),
                    show(got)
                ));
            }
        }
    }
    (expected.len() != found.len()).then(|| "another number of steps".to_owned())
}

/// Variables and the log.
fn leftovers(
    case: &Json,
    conversation: &Conversation,
    normalizer: &mut Normalizer,
) -> Option<String> {
    let variables = case.get("context").and_then(Json::as_object);
    for (name, wanted) in variables.into_iter().flatten() {
        let got = normalizer.value(&conversation.global(name));
        if got != *wanted {
            return Some(format!("global ${name}: wanted {wanted}, got {got}"));
        }
    }
    let wanted = case.get("log")?;
    let got: Json = conversation
        .log()
        .iter()
        .map(|logged| line(logged, normalizer))
        .collect();
    (got != *wanted).then(|| format!("log: wanted {wanted}, got {got}"))
}

fn line(logged: &Logged, normalizer: &mut Normalizer) -> Json {
    match logged {
        Logged::Print(value) => serde_json::json!({"print": normalizer.value(value)}),
        Logged::Log { value, .. } => serde_json::json!({"log": normalizer.value(value)}),
        other => other.to_string().into(),
    }
}
