//! The rows of a source: what stands on one line of it, how deep it is, and what belongs together.

use crate::source::Span;
use crate::syntax::{Comment, Lexed, Token, TokenKind};

/// What follows between two empty lines, at most.
const MOST_BLANK_LINES: usize = 2;

/// A comment with this text counts only at the beginning of a line.
const MARK: &str = "# meta: exclude from llm";

/// What a row is to the statement it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// Its first line.
    First,
    /// A line that continues it.
    Later,
    /// A comment on a line of its own.
    Comment,
    /// A comment between the lines of a statement.
    CommentWithin,
}

/// What stands on one line. A string of several lines is part of the row in which it begins, and so is what follows it.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) part: Part,
    /// The tokens, without those of the layout.
    pub(super) tokens: Vec<Token>,
    /// The comment at the end of the row, or in it alone.
    pub(super) comment: Option<Comment>,
    /// How many blocks it is in.
    pub(super) level: usize,
    /// How many empty lines stand before it.
    pub(super) blank_lines: usize,
}

impl Row {
    /// The text of a token of it.
    pub(super) fn word<'a>(&self, source: &'a str, place: usize) -> Option<&'a str> {
        let token = self.tokens.get(place)?;
        (token.kind == TokenKind::Name).then(|| token.span.text(source))
    }

    /// Whether it is a comment that must keep its column.
    pub(super) fn is_mark(&self, source: &str) -> bool {
        let mut comments = self.comment.iter();
        self.tokens.is_empty()
            && comments.any(|comment| comment.span.text(source).starts_with(MARK))
    }

    /// Whether a statement with a body begins here.
    pub(super) fn is_header(&self, source: &str) -> bool {
        self.part == Part::First
            && matches!(
                (self.word(source, 0), self.word(source, 1)),
                (
                    Some("flow" | "if" | "elif" | "else" | "while" | "when" | "orwhen"),
                    _
                ) | (Some("or"), Some("when"))
            )
    }

    fn is_decorator(&self) -> bool {
        self.part == Part::First
            && self
                .tokens
                .first()
                .is_some_and(|token| token.kind == TokenKind::At)
    }

    fn span(&self) -> Span {
        let spans = self.tokens.iter().map(|token| token.span);
        let spans = spans.chain(self.comment.iter().map(|comment| comment.span));
        spans.reduce(Span::to).unwrap_or_default()
    }
}

/// All rows of a source, in order.
pub(super) fn rows(source: &str, lexed: &Lexed) -> Vec<Row> {
    let mut reader = Reader {
        source,
        rows: Vec::new(),
        columns: Vec::new(),
        level: 0,
        last: None,
        pending: 0,
        is_open: false,
    };
    let mut comments = lexed.comments.iter().peekable();
    for token in &lexed.tokens {
        while let Some(comment) = comments.next_if(|comment| comment.span.start < token.span.start)
        {
            reader.comment(*comment);
        }
        reader.token(*token);
    }
    comments.for_each(|comment| reader.comment(*comment));
    reader.place_comments(0);
    let mut rows = reader.rows;
    blank_lines(source, &mut rows);
    rows
}

struct Reader<'a> {
    source: &'a str,
    rows: Vec<Row>,
    /// The columns in the source of the open blocks.
    columns: Vec<u32>,
    /// The number of blocks that are open at this token; one less than `columns` has, except at the first line of a block.
    level: usize,
    /// The last token that is not of the layout.
    last: Option<Token>,
    /// How many comments at the end of `rows` do not have their level yet.
    pending: usize,
    /// Whether a statement has begun and not ended.
    is_open: bool,
}

impl Reader<'_> {
    fn token(&mut self, token: Token) {
        match token.kind {
            TokenKind::Newline => self.is_open = false,
            TokenKind::Indent => self.level += 1,
            TokenKind::Dedent => self.level = self.level.saturating_sub(1),
            TokenKind::Eof => {}
            _ => self.significant(token),
        }
    }

    fn significant(&mut self, token: Token) {
        if !self.is_open {
            self.begin(token);
        } else if self.breaks_line(token.span) {
            self.push(Part::Later);
        }
        if let Some(row) = self.rows.last_mut() {
            row.tokens.push(token);
        }
        self.last = Some(token);
        self.is_open = true;
    }

    /// The first token of a statement.
    fn begin(&mut self, token: Token) {
        self.place_comments(self.level);
        self.columns.truncate(self.level);
        self.columns.push(self.column(token.span));
        self.push(Part::First);
    }

    fn push(&mut self, part: Part) {
        self.rows.push(Row {
            part,
            tokens: Vec::new(),
            comment: None,
            level: self.level,
            blank_lines: 0,
        });
    }

    fn comment(&mut self, comment: Comment) {
        if comment.indent.is_some() || self.rows.is_empty() {
            let part = if self.is_open {
                Part::CommentWithin
            } else {
                Part::Comment
            };
            self.push(part);
            self.pending += usize::from(!self.is_open);
        }
        if let Some(row) = self.rows.last_mut() {
            row.comment = Some(comment);
        }
    }

    /// Gives the comments before a line their levels: each belongs to the innermost block at its column that the line
    /// before it or the line after it is in.
    fn place_comments(&mut self, next: usize) {
        let first = self.rows.len() - std::mem::take(&mut self.pending);
        let (before, comments) = self.rows.split_at_mut(first);
        let mut last = before.iter().rev();
        let header = last.find(|row| row.part == Part::First);
        let header = header.is_some_and(|row| row.is_header(self.source));
        let mut columns = self.columns.clone();
        if let Some(innermost) = columns.last().copied().filter(|_| header) {
            columns.push(innermost.saturating_add(1));
        }
        for row in comments {
            let column = row.comment.and_then(|comment| comment.indent).unwrap_or(0);
            let mut levels = (next..columns.len()).rev();
            row.level = levels
                .find(|level| columns[*level] <= column)
                .unwrap_or(next);
        }
    }

    fn breaks_line(&self, span: Span) -> bool {
        let last = self.last.map(|last| last.span.end).unwrap_or_default();
        Span::new(last, span.start).text(self.source).contains('\n')
    }

    /// The column of a token, as the lexer counts it.
    fn column(&self, span: Span) -> u32 {
        let before = &self.source[..span.start as usize];
        let line = before.rfind('\n').map_or(0, |at| at + 1);
        let bytes = before[line..].bytes();
        bytes.fold(0, |column: u32, byte| match byte {
            b' ' => column.saturating_add(1),
            b'\t' => column.saturating_add(8),
            _ => column,
        })
    }
}

/// Sets the number of empty lines before each row.
fn blank_lines(source: &str, rows: &mut [Row]) {
    for place in 1..rows.len() {
        let (before, row) = (&rows[place - 1], &rows[place]);
        let gap = Span::new(before.span().end, row.span().start).text(source);
        let written = gap.matches('\n').count().saturating_sub(1);
        let most = if row.level == 0 && row.part != Part::Later {
            MOST_BLANK_LINES
        } else {
            1
        };
        let begins_body = row.level > before.level;
        rows[place].blank_lines = if begins_body { 0 } else { written.min(most) };
    }
    separate_flows(source, rows);
}

/// One empty line at least before each flow, and before the comments and decorators that belong to it.
fn separate_flows(source: &str, rows: &mut [Row]) {
    for place in 1..rows.len() {
        let row = &rows[place];
        let is_flow = row.part == Part::First && row.word(source, 0) == Some("flow");
        if row.level > 0 || !(is_flow || row.is_decorator()) {
            continue;
        }
        let belongs = |row: &Row| row.level == 0 && row.part == Part::Comment;
        let top = (1..=place)
            .rev()
            .find(|top| rows[*top].blank_lines > 0 || !belongs(&rows[top - 1]));
        let top = top.unwrap_or(0);
        let is_decorated = top > 0 && rows[top - 1].is_decorator();
        if top > 0 && !is_decorated {
            rows[top].blank_lines = rows[top].blank_lines.max(1);
        }
    }
}
