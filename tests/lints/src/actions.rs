//! The keys of the attribute, and where the function may stand.

use action_sdk::prelude::*;

/// A name that stands elsewhere.
const NAME: &str = "LintConstantAction";

/// Named by its function.
#[action]
async fn lint_derived() {}

/// With every key.
#[action(
    name = NAME,
    title = "A title",
    description = "A description",
    aliases = ["lint_constant"],
    timeout = "5s",
    concurrency = 2,
    execute_async,
    is_system_action = false,
    replaceable,
    read_only,
    idempotent = true,
    destructive = false,
    open_world
)]
async fn constant() {}

/// Named by an expression.
#[action(name = concat!("Lint", "ConcatAction"), crate = action_sdk)]
async fn concatenated(value: i64) -> i64 {
    value
}

/// For others to call.
#[action(name = "LintPublicAction")]
pub async fn public(value: i64) -> i64 {
    value
}

/// With lints of its own.
#[expect(clippy::unused_async, reason = "nothing to wait for")]
#[action(name = "LintExpectedAction")]
async fn expected() -> i64 {
    1_i64
}

/// Not there in most builds.
#[cfg(not(debug_assertions))]
#[action(name = "LintConditionalAction")]
async fn conditional() {}

/// Is on its way out.
#[deprecated(note = "gone soon")]
#[action(name = "LintDeprecatedAction")]
async fn deprecated() {}

/// Not meant to be called by its name.
#[action(name = "LintUnderscoreAction")]
async fn _underscore(_value: Option<i64>) {}

/// With a raw name.
#[action(name = "LintRawAction")]
async fn r#match(r#type_of: Option<i64>, mut value: i64) -> i64 {
    value = value.saturating_add(r#type_of.unwrap_or_default());
    value
}

/// With a lifetime.
#[action(name = "LintLifetimeAction")]
async fn lifetime<'call>(text: &'call str, context: &'call Context) -> &'call str {
    context.text("user").unwrap_or(text)
}

/// Inside of a macro of the author's own.
macro_rules! doubling {
    ($name:literal, $function:ident, $ty:ty) => {
        /// Doubles.
        #[action(name = $name)]
        async fn $function(value: $ty, #[arg(default)] times: $ty) -> $ty {
            value.saturating_add(times)
        }
    };
}

doubling!("LintDoubleAction", double, i64);

/// Functions that are called like what generated code calls.
pub mod namesakes {
    use action_sdk::prelude::*;

    /// What comes back.
    pub type Ret = i64;

    /// Has the name of a function behind the macro.
    #[action(name = "LintRunAction")]
    async fn run(argument: i64) -> Ret {
        argument
    }

    /// Has the name of another.
    #[action(name = "LintRestAction")]
    async fn rest(#[arg(default = i64::MAX)] special: i64) -> Result<Ret, ActionError> {
        Ok(special)
    }

    /// Has the name of a third.
    #[action(name = "LintCheckedValueAction", blocking)]
    fn checked_value(call: i64, error: i64) -> Result<Ret, ActionError> {
        let sum = call.checked_add(error);
        sum.ok_or_else(|| ActionError::failed("too far"))
    }
}
