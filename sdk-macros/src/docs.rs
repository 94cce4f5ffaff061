//! Doc comments: the description of an action or of a parameter.

use crate::args;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Attribute, Expr, Lit, Meta};

/// The doc comments as an expression: a literal that ends before the first heading or, if a macro contributes some of
/// them, a `concat!` of all. `None` if there are none.
pub(crate) fn doc_text(attributes: &[Attribute]) -> Option<TokenStream> {
    let lines: Vec<&Expr> = attributes.iter().filter_map(doc_line).collect();
    let texts: Option<Vec<String>> = lines.iter().map(|line| literal_line(line)).collect();
    match texts {
        Some(texts) => {
            let text = texts.join("\n");
            let text = before_sections(&text).trim();
            (!text.is_empty()).then(|| text.to_token_stream())
        }
        None => {
            let mut parts = Vec::new();
            for line in lines {
                if !parts.is_empty() {
                    parts.push(quote!("\n"));
                }
                parts.push(match literal_line(line) {
                    Some(text) => text.to_token_stream(),
                    None => line.to_token_stream(),
                });
            }
            Some(quote!(::core::concat!(#(#parts),*)))
        }
    }
}

/// The text up to its first heading: `# Errors` and `# Examples` are for people who call the function in Rust.
fn before_sections(text: &str) -> &str {
    let (mut end, mut in_code) = (0, false);
    for line in text.split_inclusive('\n') {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
        } else if line.starts_with("# ") && !in_code {
            break;
        }
        end += line.len();
    }
    &text[..end]
}

fn doc_line(attribute: &Attribute) -> Option<&Expr> {
    match &attribute.meta {
        Meta::NameValue(pair) if pair.path.is_ident("doc") => Some(&pair.value),
        _ => None,
    }
}

/// A line that is a literal, without the space after `///`.
fn literal_line(line: &Expr) -> Option<String> {
    let Some(Lit::Str(text)) = args::literal(line) else {
        return None;
    };
    let text = text.value();
    let text = text.strip_prefix(' ').unwrap_or(&text);
    Some(text.trim_end().to_owned())
}
