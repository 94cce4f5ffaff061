//! Which flow a name refers to: overrides, duplicates, decorators.

use std::sync::Arc;

use super::{facts, role};
use crate::diagnostic::{Code, Diagnostic, Suggestions};
use crate::expr::{self, Expr};
use crate::lower::{Caseless, lower};
use crate::map::{HashMap, HashSet, IndexMap};
use crate::program::{
    ENGINE_MADE, Element, File, FlowConfig, Mistake, Name, Parameter, Placed, PlacedMistake,
    Program, ProgramError, first_waits,
};
use crate::source::SourceId;
use crate::syntax::ast::{self, ArgumentKind, ExprKind, Flow, ParamDef, SpecTarget};
use crate::value::{Fields, Value};

const OVERRIDE: &str = "override";

const KEYWORDS: [&str; 6] = ["send", "match", "start", "stop", "await", "activate"];

pub(super) fn program(files: &[File<'_>]) -> Result<Program, ProgramError> {
    let known = caseless([], files);
    let mut resolver = Resolver::default();
    for file in files.iter().rev() {
        for flow in &file.module.flows {
            resolver.take(flow, *file, &known);
        }
    }
    resolver.finish(files)
}

/// The names without case among these and those of the flows in these files.
pub(super) fn caseless<'a>(
    known: impl IntoIterator<Item = &'a str>,
    files: &[File<'a>],
) -> Caseless {
    let flows = files.iter().flat_map(|file| &file.module.flows);
    let defined = flows.map(|flow| flow.name.name.as_str());
    let names = known.into_iter().chain(defined);
    let names = names.filter(|name| SpecTarget::is_caseless(name));
    names.map(str::to_owned).collect()
}

/// Collects the flows of all files, and what is wrong with them.
#[derive(Default)]
struct Resolver<'a> {
    program: Program,
    overrides: IndexMap<Name, (Arc<FlowConfig>, &'a Flow, File<'a>)>,
    /// Where each flow was first defined.
    defined: HashMap<&'a str, (File<'a>, &'a Flow)>,
    mistakes: Vec<PlacedMistake>,
}

impl<'a> Resolver<'a> {
    fn take(&mut self, flow: &'a Flow, file: File<'a>, known: &Caseless) {
        let overrides = flow
            .decorators
            .iter()
            .any(|other| other.name.name == OVERRIDE);
        let name = flow.name.name.as_str();
        let config = match flow_config(flow, file, known) {
            Ok(config) => Arc::new(config),
            Err(mistakes) => {
                self.mistakes.extend(mistakes);
                Arc::new(FlowConfig {
                    id: name.into(),
                    ..FlowConfig::default()
                })
            }
        };
        if !overrides {
            match self.defined.insert(name, (file, flow)) {
                Some(other) => self.twice("two flows are named", (file, flow), other),
                None => self.program.insert(config),
            }
        } else if let Some((_, first, at)) = self.overrides.get(name) {
            self.twice("two flows override", (file, flow), (*at, first));
        } else {
            let name = config.id.clone();
            self.overrides.insert(name, (config, flow, file));
        }
    }

    /// Reports the one further down in a file; of two files, the one in the file that is read first.
    fn twice(&mut self, what: &str, one: (File<'a>, &'a Flow), other: (File<'a>, &'a Flow)) {
        let in_one_file = one.0.module.source_id == other.0.module.source_id;
        // Imported files come last, and are less likely to be changed by the user.
        let is_further_up = in_one_file && one.1.name.span.start < other.1.name.span.start;
        let (second, first) = if !is_further_up {
            (one, other)
        } else {
            (other, one)
        };
        let (file, flow) = second;
        let name = &flow.name.name;
        let overrides = flow.decorators.iter().any(|at| at.name.name == OVERRIDE);
        let place = format!("{}:{}", first.0.name, first.1.line);
        let mut mistake = Diagnostic::error(
            Code::DuplicateFlow,
            file.module.source_id,
            flow.name.span,
            format!("{what} `{name}`"),
        )
        .with_help(match overrides {
            true => format!("rename one of them or take it away; the other one stands at {place}"),
            false => format!(
                "rename one of them, or write `@override` above this one to replace the other, which stands at {place}"
            ),
        });
        if in_one_file {
            mistake = mistake.with_related(first.1.name.span, "the other one");
        }
        self.mistakes
            .push(PlacedMistake::new(Box::new(mistake), file));
    }

    fn finish(mut self, files: &[File<'_>]) -> Result<Program, ProgramError> {
        let mut suggestions = Suggestions::default();
        for (id, (config, flow, file)) in std::mem::take(&mut self.overrides) {
            if let Some(overridden) = self.program.flow(&id).cloned() {
                self.program.insert(in_place_of(&overridden, config));
                continue;
            }
            let known = self.program.flows().map(|flow| &*flow.id);
            let help = match suggestions.closest(&id, known) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "import the file that defines the flow, or take `@override` away".into(),
            };
            let mistake = Diagnostic::error(
                Code::NothingToOverride,
                file.module.source_id,
                flow.name.span,
                format!("there is no flow `{id}` to be overridden"),
            );
            self.mistakes
                .push(PlacedMistake::new(Box::new(mistake.with_help(help)), file));
        }
        let numbered = files.iter().enumerate().rev();
        let numbers: HashMap<_, _> = numbered
            .map(|(number, file)| ((file.name, file.module.source_id), number))
            .collect();
        self.mistakes.sort_by_key(|found| {
            let diagnostic = found.diagnostic();
            let file = numbers.get(&(found.file(), diagnostic.source));
            (file.copied(), diagnostic.span.start)
        });
        ProgramError::of(self.mistakes, files)?;
        Ok(self.program)
    }
}

/// A flow that declares no role has the role of the flow that it overrides.
fn in_place_of(overridden: &FlowConfig, mut config: Arc<FlowConfig>) -> Arc<FlowConfig> {
    if config.role.is_none() && overridden.role.is_some() {
        Arc::make_mut(&mut config).role = overridden.role;
    }
    config
}

/// Lowers a flow.
///
/// # Errors
///
/// With everything that is wrong with it.
pub(super) fn flow_config(
    flow: &Flow,
    file: File<'_>,
    known: &Caseless,
) -> Result<FlowConfig, Vec<PlacedMistake>> {
    read(flow, file, known).map_err(|mistakes| {
        let placed = mistakes.into_iter();
        placed
            .map(|mistake| PlacedMistake::new(mistake, file))
            .collect()
    })
}

fn read(flow: &Flow, file: File<'_>, known: &Caseless) -> Result<FlowConfig, Vec<Mistake>> {
    let source = file.module.source_id;
    let mut mistakes: Vec<_> = keyword_as_name(flow, source).into_iter().collect();
    let mut decorators = collect(decorators(flow, source), &mut mistakes);
    if file.module.exclude_from_llm {
        let meta: &mut Fields = decorators.entry("meta".into()).or_default();
        meta.insert("llm_exclude".into(), Value::Bool(true));
    }
    let parameters_read = collect(parameters(source, &flow.parameters), &mut mistakes);
    let return_members = collect(parameters(source, &flow.return_members), &mut mistakes);
    let meta_templates = collect(meta_templates(flow, source), &mut mistakes);
    let role = collect(role::role(flow, source), &mut mistakes);
    let elements = lower(flow, file.module, known).unwrap_or_else(|found| {
        mistakes.extend(found);
        Vec::new()
    });
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    Ok(FlowConfig {
        id: flow.name.name.as_str().into(),
        parameters: parameters_read,
        return_members,
        meta_templates,
        decorators,
        role,
        assigned: assigned(&elements),
        first_waits: first_waits(&elements),
        elements,
        doc_string: flow.doc_string().map(Name::from),
        waits_for: facts::waits_for(flow),
        source: flow.source_text.as_str().into(),
        file: file.name.into(),
        fingerprint: fingerprint(flow),
    })
}

fn collect<T: Default>(read: Result<T, Mistake>, mistakes: &mut Vec<Mistake>) -> T {
    read.unwrap_or_else(|mistake| {
        mistakes.push(mistake);
        T::default()
    })
}

fn keyword_as_name(flow: &Flow, source: SourceId) -> Option<Mistake> {
    let name = &flow.name.name;
    let first = name.split(' ').next().unwrap_or_default();
    KEYWORDS.contains(&first).then(|| {
        let message = format!("the name of the flow `{name}` begins with the keyword `{first}`");
        let help = "choose a name with another first word, so that it can be called";
        let mistake = Diagnostic::error(Code::KeywordAsFlowName, source, flow.name.span, message);
        Box::new(mistake.with_help(help))
    })
}

/// FNV-1a of the source without comments, empty lines and the decorators of roles: the same on every platform and in
/// every version.
fn fingerprint(flow: &Flow) -> u64 {
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    let lines = flow.source_text.split_inclusive('\n');
    let lowered = lines.filter(|line| !role::is_decorator(line) && !line.trim().is_empty());
    // A comment at the end of a line leaves the spaces before it.
    let lowered = lowered.map(|line| match line.strip_suffix('\n') {
        Some(line) => (line.trim_end(), "\n"),
        None => (line.trim_end(), ""),
    });
    let bytes = lowered.flat_map(|(line, end)| line.bytes().chain(end.bytes()));
    bytes.fold(0xcbf2_9ce4_8422_2325, step)
}

fn parameters(source: SourceId, defs: &[ParamDef]) -> Result<Vec<Parameter>, Mistake> {
    let parameter = |def: &ParamDef| {
        let default = def
            .default
            .as_ref()
            .map(|default| compile(source, default))
            .transpose()?;
        Ok(Parameter {
            name: def.name.name.as_str().into(),
            default,
        })
    };
    defs.iter().map(parameter).collect()
}

fn compile(source: SourceId, expr: &ast::Expr) -> Result<Expr, Mistake> {
    expr::compile(expr).map_err(|error| {
        let code = Code::InvalidExpression;
        Box::new(Diagnostic::error(code, source, error.span, error.message))
    })
}

fn decorators(flow: &Flow, source: SourceId) -> Result<IndexMap<Name, Fields>, Mistake> {
    let mut decorators: IndexMap<Name, Fields> = IndexMap::default();
    for decorator in &flow.decorators {
        let known = decorators
            .entry(decorator.name.name.as_str().into())
            .or_default();
        for (name, value) in arguments(decorator) {
            let literal = expr::literal(value).ok_or_else(|| {
                let message = format!(
                    "the argument `{name}` of `@{}` is no literal",
                    decorator.name.name
                );
                let mistake =
                    Diagnostic::error(Code::InvalidDecorator, source, value.span, message);
                Box::new(mistake.with_help("write a text, a number, `True` or `False`"))
            })?;
            known.insert(name, literal);
        }
    }
    Ok(decorators)
}

fn arguments(decorator: &ast::Decorator) -> Vec<(Name, &ast::Expr)> {
    let mut position = 0;
    let name = |argument: &ast::Argument| match &argument.kind {
        ArgumentKind::Named(name) => name.name.as_str().into(),
        ArgumentKind::Positional | ArgumentKind::Star | ArgumentKind::DoubleStar => {
            position += 1;
            format!("${}", position - 1).into()
        }
    };
    let names: Vec<Name> = decorator.arguments.iter().map(name).collect();
    names
        .into_iter()
        .zip(decorator.arguments.iter().map(|argument| &argument.value))
        .collect()
}

/// Strings in `@meta` are templates: their braces are evaluated when the flow ends.
fn meta_templates(flow: &Flow, source: SourceId) -> Result<IndexMap<Name, Expr>, Mistake> {
    let mut templates = IndexMap::default();
    let metas = flow
        .decorators
        .iter()
        .filter(|decorator| decorator.name.name == "meta");
    for (name, value) in metas.flat_map(arguments) {
        if let ExprKind::Str(text) = &value.kind {
            let quoted = format!("\"{}\"", text.replace('"', "\\\""));
            let template = crate::syntax::parse_expr(SourceId::default(), &quoted);
            templates.insert(name, compile(source, &template.expr)?);
        }
    }
    Ok(templates)
}

/// The variables that the flow sets. Those made by lowering are not among them: they are set once before they are read.
fn assigned(elements: &[Placed]) -> HashSet<Name> {
    let mut names = HashSet::default();
    for placed in elements {
        match &placed.element {
            Element::Assign { variable, .. }
            | Element::Bind { variable, .. }
            | Element::Global(variable) => {
                names.insert(variable.clone());
            }
            Element::NewAction { reference, .. } => {
                names.insert(reference.clone());
            }
            Element::Match(pattern) => names.extend(pattern.reference.clone()),
            Element::Send(event) => names.extend(event.reference.clone()),
            Element::NewInstanceUid { .. }
            | Element::Label(_)
            | Element::StartNewFlowInstance
            | Element::StartFlow(_)
            | Element::Goto { .. }
            | Element::Fork { .. }
            | Element::Merge(_)
            | Element::WaitForHeads(_)
            | Element::Evaluate(_)
            | Element::Return(_)
            | Element::Abort
            | Element::Leave(_)
            | Element::Log(_)
            | Element::Print(_)
            | Element::Priority(_)
            | Element::Catch(_)
            | Element::BeginScope(_)
            | Element::EndScope(_)
            | Element::Nothing => {}
        }
    }
    names.retain(|name| !name.contains(ENGINE_MADE));
    names
}
