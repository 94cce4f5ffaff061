//! Only arguments need a schema, not resources, context variables, results and custom parameters.

use action_sdk::prelude::*;
use action_sdk::ActionParam;

#[derive(serde::Deserialize, serde::Serialize)]
struct Plain;

struct Taken;

impl<'a> ActionParam<'a> for Taken {
    fn extract(_call: &'a Call, _name: &'static str) -> Result<Self, ActionError> {
        Ok(Self)
    }
}

#[action]
async fn custom_test(
    taken: Taken,
    resource: Res<Plain>,
    #[arg(context)] user: Option<Plain>,
    context: &Context,
) -> Result<Plain, ActionError> {
    let _ = (taken, resource, context);
    user.ok_or_else(|| ActionError::failed("nobody"))
}

fn main() {}
