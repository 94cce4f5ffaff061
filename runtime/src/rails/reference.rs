//! Rails of nemoguardrails' library that do not exist here, so that a configuration that uses one gets an
//! explanation.

/// The prefixes of their flows, up to 0.24.1. Each calls a service or a model of its own.
const RAILS: [&str; 41] = [
    "activefence moderation",
    "ai defense inspect",
    "alignscore check facts",
    "autoalign check",
    "autoalign factcheck output",
    "autoalign groundedness output",
    "clavata check",
    "cleanlab trustworthiness",
    "content safety check",
    "context bloat detection on",
    "crowdstrike aidr guard",
    "detect pii on",
    "detect sensitive data on",
    "f5 guardrails scan",
    "fiddler bot",
    "fiddler user",
    "gcpnlp moderation",
    "gliner detect pii on",
    "gliner mask pii on",
    "gotitai rag truthcheck",
    "guardrailsai check",
    "hallucination warning",
    "hf classifier check",
    "injection detection",
    "jailbreak detection",
    "llama guard check",
    "mask pii on",
    "mask sensitive data on",
    "pangea ai guard",
    "patronus api check output",
    "patronus lynx check output",
    "policyai moderation",
    "polygraf",
    "protect prompt",
    "protect response",
    "regex check",
    "self check facts",
    "self check hallucination",
    "topic safety check",
    "trend ai guard",
    "check facts",
];

/// Advice for a flow of that name, if it is one of these rails.
pub(crate) fn advice(flow: &str) -> Option<&'static str> {
    let begins = |rail: &str| {
        let rest = flow.strip_prefix(rail);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    };
    RAILS.iter().any(|rail| begins(rail)).then_some(
        "this rail of nemoguardrails is not part of the library here; write a flow of that name that asks an action of yours, and ends with `abort` to block",
    )
}

#[cfg(test)]
mod tests {
    use super::advice;

    #[test]
    fn knows_rails_by_their_first_words() {
        assert!(advice("content safety check input").is_some());
        assert!(advice("hallucination warning").is_some());
        assert!(advice("polygraf detect pii on input").is_some());
    }

    #[test]
    fn leaves_others_alone() {
        assert_eq!(advice("self check input"), None);
        assert_eq!(advice("regex checks"), None);
    }
}
