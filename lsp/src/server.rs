//! The session with an editor: from `initialize` to `exit`.

use std::collections::BTreeSet;
use std::io::{self, BufRead, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use action_sdk::ActionDispatcher;
use lsp_server::{ErrorCode, Message, Notification, Request, RequestId, Response, ResponseError};
use lsp_types::notification::{
    DidChangeTextDocument, DidChangeWatchedFiles, DidCloseTextDocument, DidOpenTextDocument,
    DidSaveTextDocument, Exit, Notification as _, PublishDiagnostics,
};
use lsp_types::request::{Initialize, Request as _, Shutdown};
use lsp_types::{
    CompletionOptions, HoverProviderCapability, InitializeResult, OneOf, PublishDiagnosticsParams,
    RenameOptions, SemanticTokensFullOptions, SemanticTokensOptions, ServerCapabilities,
    ServerInfo, TextDocumentSyncCapability, TextDocumentSyncKind, WorkDoneProgressOptions,
};
use serde_json::Value;

use crate::diagnostics::{self, Checked, Job, Jobs};
use crate::place;
use crate::requests::{self, Answer, error, read};
use crate::semantic;
use crate::wire::{self, Read};
use crate::workspace::Workspace;

/// How a session has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// The editor has said so beforehand.
    Properly,
    /// The editor is gone.
    Suddenly,
}

/// What happens to a server.
enum Input {
    Read(io::Result<Read>),
    Checked(Checked),
}

/// How far a session is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Starting,
    Running,
    Ending,
}

/// Serves an editor until it ends the session.
///
/// Mistakes of the editor are answered, and the session goes on.
///
/// # Errors
///
/// If the editor cannot be reached any more.
pub fn serve(
    input: impl BufRead + Send + 'static,
    output: impl Write,
    actions: ActionDispatcher,
) -> io::Result<Ended> {
    let (sender, inputs) = channel();
    let (jobs, waiting) = channel();
    let checked = sender.clone();
    diagnostics::begin(actions.clone(), waiting, move |found| {
        // Nobody is left to be told if this fails.
        let _ = checked.send(Input::Checked(found));
    });
    read_all(input, sender)?;
    let mut server = Server {
        output,
        jobs,
        workspace: Workspace::new(actions),
        phase: Phase::Starting,
        told: BTreeSet::new(),
    };
    server.run(&inputs)
}

/// Reads in a thread of its own.
fn read_all(mut input: impl BufRead + Send + 'static, sender: Sender<Input>) -> io::Result<()> {
    let work = move || {
        loop {
            let read = wire::read(&mut input);
            let is_last = matches!(read, Err(_) | Ok(Read::End));
            if sender.send(Input::Read(read)).is_err() || is_last {
                return;
            }
        }
    };
    thread::Builder::new()
        .name("editor".to_owned())
        .spawn(work)?;
    Ok(())
}

struct Server<W> {
    output: W,
    jobs: Jobs,
    workspace: Workspace,
    phase: Phase,
    /// The files about which something was told.
    told: BTreeSet<PathBuf>,
}

impl<W: Write> Server<W> {
    fn run(&mut self, inputs: &Receiver<Input>) -> io::Result<Ended> {
        while let Ok(input) = inputs.recv() {
            match input {
                Input::Checked(found) => self.publish(found)?,
                Input::Read(Ok(Read::Broken(why))) => wire::write_broken(&mut self.output, &why)?,
                Input::Read(Ok(Read::Message(Message::Request(request)))) => {
                    self.request(request)?;
                }
                Input::Read(Ok(Read::Message(Message::Notification(told))))
                    if told.method == Exit::METHOD =>
                {
                    break;
                }
                Input::Read(Ok(Read::Message(Message::Notification(told)))) => self.told(told),
                Input::Read(Ok(Read::Message(Message::Response(_)))) => {}
                Input::Read(Ok(Read::End)) => break,
                Input::Read(Err(error)) => return Err(error),
            }
        }
        Ok(match self.phase {
            Phase::Ending => Ended::Properly,
            Phase::Starting | Phase::Running => Ended::Suddenly,
        })
    }

    fn send(&mut self, message: impl Into<Message>) -> io::Result<()> {
        wire::write(&mut self.output, &message.into())
    }

    fn request(&mut self, request: Request) -> io::Result<()> {
        let Request { id, method, params } = request;
        let answer = match (self.phase, method.as_str()) {
            (Phase::Starting, Initialize::METHOD) => {
                self.phase = Phase::Running;
                serde_json::to_value(capabilities())
                    .map_err(|why| error(ErrorCode::InternalError, why.to_string()))
            }
            (Phase::Starting, _) => Err(error(
                ErrorCode::ServerNotInitialized,
                "`initialize` comes first",
            )),
            (Phase::Running, Shutdown::METHOD) => {
                self.phase = Phase::Ending;
                Ok(Value::Null)
            }
            (Phase::Running, Initialize::METHOD) => {
                Err(error(ErrorCode::InvalidRequest, "`initialize` comes once"))
            }
            (Phase::Running, method) => self.answer(method, params),
            (Phase::Ending, _) => Err(error(
                ErrorCode::InvalidRequest,
                "after `shutdown` comes `exit`",
            )),
        };
        self.send(response(id, answer))
    }

    /// A mistake of ours costs an answer, and not the session.
    fn answer(&self, method: &str, params: Value) -> Answer {
        let answer = || requests::answer(&self.workspace, method, params);
        // Nothing that an answer reads is changed by it.
        let answer = catch_unwind(AssertUnwindSafe(answer));
        answer.unwrap_or_else(|_| {
            Err(error(
                ErrorCode::InternalError,
                format!("`{method}` has failed"),
            ))
        })
    }

    /// The editor tells of a change.
    fn told(&mut self, told: Notification) {
        if self.phase != Phase::Running {
            return;
        }
        let Notification { method, params } = told;
        match self.change(&method, params) {
            Ok(changed) => changed.iter().for_each(|path| self.check(path)),
            Err(why) => tracing::warn!("`{method}` cannot be read: {}", why.message),
        }
    }

    /// Takes over a change; the files that have changed.
    fn change(&mut self, method: &str, params: Value) -> Result<Vec<PathBuf>, ResponseError> {
        let changed = match method {
            DidOpenTextDocument::METHOD => {
                let opened = read::<lsp_types::DidOpenTextDocumentParams>(params)?.text_document;
                let path = place::path_of(&opened.uri);
                self.workspace.set(&path, opened.version, &opened.text);
                vec![path]
            }
            DidChangeTextDocument::METHOD => {
                let changed = read::<lsp_types::DidChangeTextDocumentParams>(params)?;
                let path = place::path_of(&changed.text_document.uri);
                if let Some(last) = changed.content_changes.last() {
                    self.workspace
                        .set(&path, changed.text_document.version, &last.text);
                }
                vec![path]
            }
            DidCloseTextDocument::METHOD => {
                let closed = read::<lsp_types::DidCloseTextDocumentParams>(params)?;
                let path = place::path_of(&closed.text_document.uri);
                self.workspace.close(&path);
                vec![path]
            }
            DidSaveTextDocument::METHOD => {
                let saved = read::<lsp_types::DidSaveTextDocumentParams>(params)?;
                vec![place::path_of(&saved.text_document.uri)]
            }
            DidChangeWatchedFiles::METHOD => {
                let changed = read::<lsp_types::DidChangeWatchedFilesParams>(params)?.changes;
                let paths: Vec<_> = changed
                    .iter()
                    .map(|change| place::path_of(&change.uri))
                    .collect();
                paths.iter().for_each(|path| self.workspace.reload(path));
                paths
            }
            _ => Vec::new(),
        };
        Ok(changed)
    }

    /// Has the configuration of a file looked at.
    fn check(&self, path: &Path) {
        let Some(project) = self.workspace.project(path) else {
            return;
        };
        let files = project.files.iter();
        let files = files.map(|(path, file)| (path.clone(), file.text.clone()));
        let job = Job {
            root: place::root_of(path),
            files: files.collect(),
        };
        if self.jobs.send(job).is_err() {
            tracing::error!("nothing is checked any more");
        }
    }

    /// Tells what was found.
    fn publish(&mut self, checked: Checked) -> io::Result<()> {
        for (path, diagnostics) in checked.found {
            let Some(uri) = place::uri_of(&path) else {
                continue;
            };
            let was_told = match diagnostics.is_empty() {
                true => self.told.remove(&path),
                false => !self.told.insert(path.clone()),
            };
            if diagnostics.is_empty() && !was_told && self.workspace.version(&path).is_none() {
                continue;
            }
            let version = self.workspace.version(&path);
            let params = PublishDiagnosticsParams::new(uri, diagnostics, version);
            self.send(Notification::new(
                PublishDiagnostics::METHOD.to_owned(),
                params,
            ))?;
        }
        Ok(())
    }
}

fn response(id: RequestId, answer: Answer) -> Response {
    match answer {
        Ok(result) => Response::new_ok(id, result),
        Err(error) => Response::new_err(id, error.code, error.message),
    }
}

fn capabilities() -> InitializeResult {
    let semantic_tokens = SemanticTokensOptions {
        legend: semantic::legend(),
        full: Some(SemanticTokensFullOptions::Bool(true)),
        ..SemanticTokensOptions::default()
    };
    let triggers = ["$", ".", "@", "("].map(str::to_owned);
    InitializeResult {
        capabilities: ServerCapabilities {
            text_document_sync: Some(TextDocumentSyncCapability::Kind(TextDocumentSyncKind::FULL)),
            completion_provider: Some(CompletionOptions {
                trigger_characters: Some(triggers.to_vec()),
                ..CompletionOptions::default()
            }),
            hover_provider: Some(HoverProviderCapability::Simple(true)),
            definition_provider: Some(OneOf::Left(true)),
            references_provider: Some(OneOf::Left(true)),
            document_symbol_provider: Some(OneOf::Left(true)),
            workspace_symbol_provider: Some(OneOf::Left(true)),
            document_formatting_provider: Some(OneOf::Left(true)),
            rename_provider: Some(OneOf::Right(RenameOptions {
                prepare_provider: Some(true),
                work_done_progress_options: WorkDoneProgressOptions::default(),
            })),
            semantic_tokens_provider: Some(semantic_tokens.into()),
            ..ServerCapabilities::default()
        },
        server_info: Some(ServerInfo {
            name: "action-sdk".to_owned(),
            version: Some(env!("CARGO_PKG_VERSION").to_owned()),
        }),
    }
}
