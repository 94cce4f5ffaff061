//! The outermost level: flows with their decorators, imports.

use crate::diagnostic::{Code, closest, excerpt};
use crate::source::Span;
use crate::syntax::ast::{
    Argument, Block, Decorator, DictItem, Expr, ExprKind, Flow, Ident, Import, ImportTarget,
    Module, ParamDef, Stmt, StmtKind, UnaryOp,
};
use crate::syntax::token::{Token, TokenKind};

use super::{Parse, Parser, Reported};

/// The known decorators.
const DECORATORS: [&str; 6] = ["active", "loop", "meta", "override", "rail", "speaks_for"];

impl Parser<'_> {
    pub(super) fn module(&mut self) -> Module {
        let mut module = Module {
            source_id: self.source_id,
            exclude_from_llm: self.is_excluded(),
            ..Module::default()
        };
        let mut outside = Block::new();
        while !self.at(TokenKind::Eof) {
            self.top_level(&mut module, &mut outside);
        }
        self.report_outside(&module, &outside);
        module
    }

    fn is_excluded(&self) -> bool {
        let mark = "# meta: exclude from llm";
        self.source.starts_with(mark)
            || self
                .source
                .match_indices(mark)
                .any(|(at, _)| self.source[..at].ends_with('\n'))
    }

    fn top_level(&mut self, module: &mut Module, outside: &mut Block) {
        if self.at(TokenKind::At) || self.starts_flow() {
            match self.flow() {
                Ok(flow) => module.flows.push(*flow),
                Err(Reported) => self.skip_broken(),
            }
        } else if self.at_word("import") {
            match self
                .import()
                .and_then(|import| self.line_end().map(|()| import))
            {
                Ok(import) => module.imports.push(import),
                Err(Reported) => self.skip_line(),
            }
        } else if !self.colang_1_definition() && !self.foreign_function() && !self.misspelt_flow() {
            self.statements_outside(outside);
        }
    }

    fn line_end(&mut self) -> Parse<()> {
        if self.eat(TokenKind::Newline).is_some() || self.at(TokenKind::Eof) {
            return Ok(());
        }
        let help = match self.word_at(0) {
            Some("as") => "imports cannot be renamed",
            _ => "import one at a time, each on a line of its own",
        };
        let token = self.peek();
        if token.kind.is_reported() {
            return Err(Reported);
        }
        let message = format!(
            "expected the end of the line, found {}",
            self.describe(token)
        );
        Err(self.error(Code::InvalidImport, token.span, message, help))
    }

    /// A line whose first word is nearly `flow`, with a body below.
    fn misspelt_flow(&mut self) -> bool {
        let token = self.peek();
        let Some(word) = self.word_at(0) else {
            return false;
        };
        let looks_so =
            closest(word, ["flow"]).is_some() && self.word_at(1).is_some() && self.has_body();
        if !looks_so {
            return false;
        }
        let message = format!("expected a flow, found `{word}`");
        self.error(
            Code::OutsideFlow,
            token.span,
            message,
            "did you mean `flow`?",
        );
        self.skip_line();
        self.body_or_nothing();
        true
    }

    /// Whether the next line is followed by an indented one.
    pub(super) fn has_body(&self) -> bool {
        let mut rest = self.tokens[self.at..]
            .iter()
            .skip_while(|token| token.kind != TokenKind::Newline);
        rest.nth(1)
            .is_some_and(|token| token.kind == TokenKind::Indent)
    }

    /// Statements up to the next flow or import.
    fn statements_outside(&mut self, outside: &mut Block) {
        while !self.at(TokenKind::Eof)
            && !self.at(TokenKind::At)
            && !self.starts_flow()
            && !self.at_word("import")
            && self.defined_kind().is_none()
        {
            let mut line = Block::new();
            let before = self.at;
            self.one_statement(&mut line);
            outside.append(&mut line);
            if self.at == before {
                self.bump();
            }
        }
    }

    fn report_outside(&mut self, module: &Module, outside: &Block) {
        let idle = |stmt: &&Stmt| !matches!(stmt.kind, StmtKind::DocString(_) | StmtKind::Pass);
        for stmt in outside.iter().filter(idle) {
            let message = "this statement stands outside of every flow";
            let help = "move it into a flow: below a line `flow main`, indented";
            if module.flows.is_empty() {
                self.error(Code::OutsideFlow, stmt.span, message, help);
            } else {
                self.warn(
                    Code::OutsideFlow,
                    stmt.span,
                    format!("{message} and has no effect"),
                    help,
                );
            }
        }
    }

    /// Whether a flow definition begins here: `flow` and a name.
    pub(super) fn starts_flow(&self) -> bool {
        self.at_word("flow")
            && self.nth(1).kind != TokenKind::LParen
            && self.nth(1).kind != TokenKind::Colon
    }

    /// A definition with its decorators; boxed, because flows can be nested.
    pub(super) fn flow(&mut self) -> Parse<Box<Flow>> {
        let start = self.peek();
        let decorators = self.decorators();
        if !self.starts_flow() {
            let help = "write the flow it belongs to on the next line, at the same indentation";
            let message = "this decorator has no flow";
            return Err(self.error(Code::InvalidDecorator, start.span, message, help));
        }
        let header = self.bump();
        let Ok(mut flow) = self.signature() else {
            self.skip_line();
            self.body_or_nothing();
            return Err(Reported);
        };
        flow.body = self.suite(header, Some(&flow.name.name))?;
        flow.decorators = decorators?;
        flow.line = self.lines.line(header.span.start);
        flow.span = self.definition_span(start);
        flow.source_text = self.without_comments(flow.span);
        Ok(flow)
    }

    /// All decorators before a flow; a broken one does not hide mistakes in the next.
    fn decorators(&mut self) -> Parse<Vec<Decorator>> {
        let mut decorators = Ok(Vec::new());
        while self.at(TokenKind::At) {
            match self.decorator() {
                Ok(decorator) => {
                    if let Ok(known) = &mut decorators {
                        known.push(decorator);
                    }
                }
                Err(Reported) => {
                    decorators = Err(Reported);
                    self.skip_line();
                }
            }
        }
        decorators
    }

    /// Name, parameters and return members: a flow without the rest.
    fn signature(&mut self) -> Parse<Box<Flow>> {
        let name = self.flow_name()?;
        let parameters = if self.at(TokenKind::LParen) {
            self.classic_parameters()?
        } else {
            self.simple_parameters()?
        };
        let return_members = if self.eat(TokenKind::Arrow).is_some() {
            self.return_members()?
        } else {
            Vec::new()
        };
        self.check_parameters(&parameters);
        if !self.at(TokenKind::Newline) {
            return Err(self.broken_header());
        }
        Ok(Box::new(Flow {
            name,
            decorators: Vec::new(),
            parameters,
            return_members,
            body: Block::new(),
            source_text: String::new(),
            span: Span::default(),
            line: 0,
        }))
    }

    fn flow_name(&mut self) -> Parse<Ident> {
        if self.at(TokenKind::Newline) || !self.at(TokenKind::Name) {
            let token = self.peek();
            let message = format!(
                "expected the name of the flow, found {}",
                self.describe(token)
            );
            return Err(self.header_error(
                message,
                "a flow's name is one word or more, like `flow greet the user`".to_owned(),
            ));
        }
        self.spec_name()
    }

    fn header_error(&mut self, message: String, help: String) -> Reported {
        let token = self.peek();
        if token.kind.is_reported() {
            return Reported;
        }
        self.error(Code::InvalidFlowHeader, token.span, message, help)
    }

    fn broken_header(&mut self) -> Reported {
        let token = self.peek();
        let found = self.describe(token);
        let help = match token.kind {
            TokenKind::Colon if self.nth(1).kind == TokenKind::Name => {
                "parameters have no types; leave out the colon and what follows"
            }
            TokenKind::Colon => "leave out the colon; the body follows on indented lines",
            TokenKind::Minus => {
                "names are words of letters, digits and `_`; write blanks instead of `-`"
            }
            TokenKind::Int | TokenKind::Float => {
                "a word of a name begins with a letter or `_`; join the number to the word before it"
            }
            TokenKind::Comma => "separate parameters with blanks, or put them in parentheses",
            TokenKind::Name if matches!(self.text(token), "and" | "or" | "as") => {
                "`and`, `or` and `as` cannot be words of a name"
            }
            TokenKind::Name => {
                "parameters begin with `$`, and all words of the name stand before them"
            }
            _ => "a flow begins with `flow name $parameter $other=default -> $result`",
        };
        let message = format!("expected the end of the flow's header, found {found}");
        self.header_error(message, help.to_owned())
    }

    fn classic_parameters(&mut self) -> Parse<Vec<ParamDef>> {
        let open = self.bump();
        if self.at(TokenKind::RParen) {
            let message = "the parentheses of the parameters are empty".to_owned();
            return Err(self.header_error(
                message,
                "leave them out: a flow without parameters is just its name".to_owned(),
            ));
        }
        self.separated(open, TokenKind::RParen, Self::parameter)
    }

    fn simple_parameters(&mut self) -> Parse<Vec<ParamDef>> {
        let mut parameters = Vec::new();
        while self.at(TokenKind::Var) {
            parameters.push(self.parameter()?);
        }
        Ok(parameters)
    }

    fn return_members(&mut self) -> Parse<Vec<ParamDef>> {
        let mut members = vec![self.parameter()?];
        while self.eat(TokenKind::Comma).is_some() {
            members.push(self.parameter()?);
        }
        Ok(members)
    }

    fn parameter(&mut self) -> Parse<ParamDef> {
        let name = self.variable("a parameter", "")?;
        let default = if self.eat(TokenKind::Assign).is_some() {
            Some(self.expression()?)
        } else {
            None
        };
        let span = name.span.to(self.last_span());
        Ok(ParamDef {
            name,
            default,
            span,
        })
    }

    fn check_parameters(&mut self, parameters: &[ParamDef]) {
        let mut seen = std::collections::HashMap::new();
        for parameter in parameters {
            let name = &parameter.name;
            if seen.insert(name.name.as_str(), name.span).is_some() {
                let message = format!("there are two parameters `${}`", name.name);
                self.warn(
                    Code::Duplicate,
                    name.span,
                    message,
                    "give each parameter a name of its own",
                );
            }
        }
    }

    /// `@name` or `@name(arguments)`, with its line break.
    fn decorator(&mut self) -> Parse<Decorator> {
        let at = self.bump();
        let name = self.expect(
            TokenKind::Name,
            "the name of a decorator",
            "decorators are `@active`, `@loop(…)`, `@meta(…)`, `@override`, `@rail(…)` and `@speaks_for(…)`",
        )?;
        let name = self.ident(name);
        if let Some(known) = closest(&name.name, DECORATORS) {
            let message = format!("the decorator `@{}` has no meaning", name.name);
            self.warn(
                Code::Suspicious,
                name.span,
                message,
                format!("did you mean `@{known}`?"),
            );
        }
        self.plain_strings = true;
        let arguments = if self.at(TokenKind::LParen) {
            self.classic_arguments()
        } else {
            Ok(Vec::new())
        };
        self.plain_strings = false;
        let arguments = arguments?;
        self.check_literals(&arguments)?;
        let span = at.span.to(self.last_span());
        if self.eat(TokenKind::Newline).is_none() {
            return Err(self.unexpected_with(
                "the end of the line",
                "every decorator has a line of its own, above the flow's",
            ));
        }
        Ok(Decorator {
            name,
            arguments,
            span,
        })
    }

    fn check_literals(&mut self, arguments: &[Argument]) -> Parse<()> {
        let mut result = Ok(());
        for argument in arguments
            .iter()
            .filter(|argument| !is_literal(&argument.value))
        {
            let text = excerpt(argument.value.span.text(self.source));
            let message = format!("`{text}` is not a fixed value");
            let help = "decorators take texts, numbers, `True`, `False`, `None`, and lists and dicts of them";
            result = Err(self.error(Code::InvalidDecorator, argument.value.span, message, help));
        }
        result
    }

    /// `import a.b` or `import "path"`, without the line break.
    pub(super) fn import(&mut self) -> Parse<Import> {
        let keyword = self.bump();
        let token = self.peek();
        let target = match token.kind {
            TokenKind::Str | TokenKind::LongStr => {
                self.bump();
                ImportTarget::Path(self.plain_string(token))
            }
            TokenKind::Name => ImportTarget::Package(self.package()?),
            _ if token.kind.is_reported() => return Err(Reported),
            _ => {
                let message = format!("expected what to import, found {}", self.describe(token));
                let help = "import by name, `import core` or `import folder.file`, or by path, `import \"folder/file\"`";
                return Err(self.error(Code::InvalidImport, token.span, message, help));
            }
        };
        Ok(Import {
            target,
            span: keyword.span.to(self.last_span()),
        })
    }

    fn package(&mut self) -> Parse<Vec<String>> {
        let mut parts = Vec::new();
        loop {
            let part = self.expect(
                TokenKind::Name,
                "a name",
                "names of packages are joined by dots: `import folder.file`",
            )?;
            parts.push(self.text(part).to_owned());
            if self.eat(TokenKind::Dot).is_none() {
                return Ok(parts);
            }
        }
    }

    fn definition_span(&self, start: Token) -> Span {
        let mut read = self.tokens[..self.at].iter().rev();
        let last = read.find(|token| !token.kind.ends_line());
        last.map_or(start.span, |last| start.span.to(last.span))
    }

    fn without_comments(&self, span: Span) -> String {
        let first = self
            .comments
            .partition_point(|comment| comment.span.start < span.start);
        let mut text = String::new();
        let mut at = span.start;
        for comment in self.comments[first..]
            .iter()
            .take_while(|comment| comment.span.start < span.end)
        {
            text.push_str(Span::new(at, comment.span.start).text(self.source));
            at = comment.span.end;
        }
        text.push_str(Span::new(at, span.end).text(self.source));
        text
    }
}

fn is_literal(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::None
        | ExprKind::Bool(_)
        | ExprKind::Int(_)
        | ExprKind::Float(_)
        | ExprKind::Str(_)
        | ExprKind::Error => true,
        ExprKind::Unary {
            op: UnaryOp::Minus | UnaryOp::Plus,
            operand,
        } => {
            matches!(operand.kind, ExprKind::Int(_) | ExprKind::Float(_))
        }
        ExprKind::List(members) | ExprKind::Set(members) | ExprKind::Tuple(members) => {
            members.iter().all(is_literal)
        }
        ExprKind::Dict(items) => items.iter().all(|item| match item {
            DictItem::Pair(key, value) => is_literal(key) && is_literal(value),
            DictItem::Spread(_) => false,
        }),
        ExprKind::Unary { .. }
        | ExprKind::Format(_)
        | ExprKind::Generate(_)
        | ExprKind::Var(_)
        | ExprKind::Name(_)
        | ExprKind::Attribute { .. }
        | ExprKind::Index { .. }
        | ExprKind::Call { .. }
        | ExprKind::Method { .. }
        | ExprKind::Binary { .. }
        | ExprKind::Compare { .. }
        | ExprKind::And(_)
        | ExprKind::Or(_)
        | ExprKind::Conditional { .. }
        | ExprKind::Comprehension(_) => false,
    }
}
