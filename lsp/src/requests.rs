//! What an editor asks, and who answers.

use std::path::Path;

use lsp_server::{ErrorCode, ResponseError};
use lsp_types::request::{
    Completion, DocumentSymbolRequest, Formatting, GotoDefinition, HoverRequest,
    PrepareRenameRequest, References, Rename, Request, SemanticTokensFullRequest,
    WorkspaceSymbolRequest,
};
use lsp_types::{TextDocumentPositionParams, Uri};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::file::File;
use crate::place;
use crate::workspace::{Place, Workspace};
use crate::{completion, hover, navigation, outline, rename, semantic};

pub(crate) type Answer = Result<Value, ResponseError>;

/// Answers a request.
pub(crate) fn answer(workspace: &Workspace, method: &str, params: Value) -> Answer {
    match method {
        Completion::METHOD => of::<Completion>(params, |params| {
            at(workspace, &params.text_document_position, |place| {
                completion::items(workspace, place)
            })
        }),
        HoverRequest::METHOD => of::<HoverRequest>(params, |params| {
            at(workspace, &params.text_document_position_params, |place| {
                hover::hover(workspace, place)
            })
        }),
        GotoDefinition::METHOD => of::<GotoDefinition>(params, |params| {
            at(workspace, &params.text_document_position_params, |place| {
                navigation::definition(workspace, place)
            })
        }),
        References::METHOD => of::<References>(params, |params| {
            let with_definitions = params.context.include_declaration;
            at(workspace, &params.text_document_position, |place| {
                navigation::references(workspace, place, with_definitions)
            })
        }),
        PrepareRenameRequest::METHOD => try_of::<PrepareRenameRequest>(params, |params| {
            try_at(workspace, &params, |place| {
                rename::prepare(workspace, place)
            })
        }),
        Rename::METHOD => try_of::<Rename>(params, |params| {
            try_at(workspace, &params.text_document_position, |place| {
                rename::rename(workspace, place, &params.new_name)
            })
        }),
        _ => of_documents(workspace, method, params),
    }
}

/// Answers a request about whole documents.
fn of_documents(workspace: &Workspace, method: &str, params: Value) -> Answer {
    match method {
        DocumentSymbolRequest::METHOD => of::<DocumentSymbolRequest>(params, |params| {
            file(workspace, &params.text_document.uri, outline::outline)
        }),
        WorkspaceSymbolRequest::METHOD => of::<WorkspaceSymbolRequest>(params, |params| {
            Some(outline::search(workspace, &params.query))
        }),
        SemanticTokensFullRequest::METHOD => of::<SemanticTokensFullRequest>(params, |params| {
            file(workspace, &params.text_document.uri, semantic::tokens)
        }),
        Formatting::METHOD => of::<Formatting>(params, |params| {
            file(workspace, &params.text_document.uri, outline::formatting)
        }),
        _ => Err(error(
            ErrorCode::MethodNotFound,
            format!("`{method}` is not supported"),
        )),
    }
}

fn of<R: Request>(params: Value, answer: impl FnOnce(R::Params) -> R::Result) -> Answer {
    try_of::<R>(params, |params| Ok(answer(params)))
}

fn try_of<R: Request>(
    params: Value,
    answer: impl FnOnce(R::Params) -> Result<R::Result, String>,
) -> Answer {
    let params = read(params)?;
    let answer = answer(params).map_err(|why| error(ErrorCode::RequestFailed, why))?;
    serde_json::to_value(answer).map_err(|why| error(ErrorCode::InternalError, why.to_string()))
}

/// Reads the parameters of a message.
pub(crate) fn read<T: DeserializeOwned>(params: Value) -> Result<T, ResponseError> {
    serde_json::from_value(params).map_err(|why| error(ErrorCode::InvalidParams, why.to_string()))
}

pub(crate) fn error(code: ErrorCode, message: impl Into<String>) -> ResponseError {
    ResponseError {
        code: code as i32,
        message: message.into(),
        data: None,
    }
}

fn at<T>(
    workspace: &Workspace,
    params: &TextDocumentPositionParams,
    answer: impl FnOnce(Place<'_>) -> Option<T>,
) -> Option<T> {
    let path = place::path_of(&params.text_document.uri);
    let place = found(workspace, &path, params)?;
    answer(place)
}

fn try_at<T>(
    workspace: &Workspace,
    params: &TextDocumentPositionParams,
    answer: impl FnOnce(Place<'_>) -> Result<T, String>,
) -> Result<T, String> {
    let path = place::path_of(&params.text_document.uri);
    let place = found(workspace, &path, params);
    answer(place.ok_or("this file was not opened")?)
}

fn found<'a>(
    workspace: &'a Workspace,
    path: &'a Path,
    params: &TextDocumentPositionParams,
) -> Option<Place<'a>> {
    let file = workspace.file(path)?;
    let at = file.text.offset(params.position);
    Some(Place { path, file, at })
}

fn file<T>(
    workspace: &Workspace,
    uri: &Uri,
    answer: impl FnOnce(&Path, &File) -> Option<T>,
) -> Option<T> {
    let path = place::path_of(uri);
    answer(&path, workspace.file(&path)?)
}
