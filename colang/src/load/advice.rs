//! Suggestions for unknown flows, functions and methods.

use crate::diagnostic::{Suggestions, action_name, closest, excerpt};
use crate::expr;
use crate::map::HashMap;
use crate::source::Span;
use crate::syntax::ast::{Argument, ArgumentKind, ExprKind, Flow, Ident, Module};

/// Words that begin an assignment in other languages.
const ASSIGNMENT_WORDS: [&str; 4] = ["let", "var", "set", "const"];

/// A call of an unknown flow.
pub(super) struct UnknownFlow<'a> {
    pub(super) name: &'a Ident,
    pub(super) arguments: &'a [Argument],
    pub(super) module: &'a Module,
}

impl UnknownFlow<'_> {
    /// What to write instead.
    pub(super) fn advice(
        &self,
        known: &HashMap<&str, &Flow>,
        suggestions: &mut Suggestions,
    ) -> String {
        let name = self.name.name.as_str();
        let words = || name.split_once(' ');
        if let Some(advice) = self.of_colang_1() {
            return advice;
        }
        if let Some(("execute", action)) = words()
            && !action.contains(' ')
        {
            return awaited_by_its_name(action);
        }
        if let Some(("do", flow)) = words()
            && known.contains_key(flow)
        {
            return format!("a flow is awaited by its name: `await {flow}`");
        }
        if let Some(near) = suggestions.closest(name, known.keys().copied()) {
            return format!("did you mean `{near}`?");
        }
        match name.contains(' ') {
            true => "define it, or import the file that does".to_owned(),
            false if name.contains('_') => awaited_by_its_name(name),
            false if name.is_ascii() => format!(
                "define it, or import the file that does; if it is an action, write `await {}(…)`",
                action_name(name)
            ),
            false => "define it, or import the file that does".to_owned(),
        }
    }

    fn of_colang_1(&self) -> Option<String> {
        let [argument, ..] = self.arguments else {
            return None;
        };
        let is_text = matches!(argument.value.kind, ExprKind::Str(_) | ExprKind::Format(_));
        let text = || excerpt(self.text(argument.value.span));
        match (&*self.name.name, &argument.kind) {
            ("user", ArgumentKind::Positional) if is_text => Some(format!(
                "wait for what the user says with `user said {}`",
                text()
            )),
            ("bot", ArgumentKind::Positional) if is_text => {
                Some(format!("say it with `bot say {}`", text()))
            }
            (word, ArgumentKind::Named(variable)) if ASSIGNMENT_WORDS.contains(&word) => {
                let variable = excerpt(&variable.name);
                Some(format!(
                    "a variable is set without a word before it: `${variable} = …`"
                ))
            }
            _ => None,
        }
    }

    fn text(&self, span: Span) -> &str {
        self.module.text(span)
    }
}

/// What to write instead of an unknown function.
pub(super) fn for_function(name: &str, is_flow: bool) -> String {
    let is_action = name.ends_with("Action") && name.starts_with(char::is_uppercase);
    match closest(name, expr::function_names()) {
        _ if is_action => format!("an action is awaited: `$x = await {name}(…)`"),
        _ if is_flow => format!("a flow is awaited: `$x = await {name}(…)`"),
        _ if name == "generate_value" => {
            "let a model write a value with `$x = ...\"what it is\"`".to_owned()
        }
        Some(near) => format!("did you mean `{near}`?"),
        None if name.is_ascii() => format!(
            "if it is an action, await it: `$x = await {}(…)`",
            action_name(name)
        ),
        None => format!(
            "there are `{}`",
            expr::function_names().collect::<Vec<_>>().join("`, `")
        ),
    }
}

/// What to write instead of an unknown method.
pub(super) fn for_method(name: &str) -> String {
    let plain = name.replace('_', "").to_lowercase();
    let meant = match plain.as_str() {
        "push" | "pushback" => "write `append`",
        "length" | "size" | "len" => "write `len($x)`",
        "contains" | "includes" | "has" | "haskey" => "write `$part in $x`",
        "trim" => "write `strip`",
        "tolower" | "tolowercase" | "lowercase" => "write `lower`",
        "toupper" | "touppercase" | "uppercase" => "write `upper`",
        "substring" | "substr" | "slice" => "take a part of it with `$x[0:3]`",
        "concat" => "join texts and lists with `+`",
        "indexof" => "write `find`",
        "tostring" => "write `str($x)`",
        "format" => "write values into the text: \"… {$x} …\"",
        _ => "",
    };
    if !meant.is_empty() {
        return meant.to_owned();
    }
    match closest(name, expr::method_names()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "strings, lists, dicts and sets have those of Python".to_owned(),
    }
}

fn awaited_by_its_name(name: &str) -> String {
    format!(
        "an action is awaited by its name: `await {}(…)`",
        action_name(name)
    )
}
