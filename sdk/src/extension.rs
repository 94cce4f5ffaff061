//! Values that a caller attaches to its calls, as parameters; above all, the caller's identity.

use crate::action::{Call, ParamKind};
use crate::error::{ActionError, ActionErrorKind};
use crate::param::ActionParam;
use std::any::{Any, type_name};
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

/// A value that the caller attached with [`CallScope::with_extension`](crate::CallScope::with_extension), as a
/// parameter: `caller: Extension<Caller>`. For an optional one, write your own [`ActionParam`] that uses
/// `call.scope().extension()`.
///
/// A [`Res`](crate::Res) belongs to the host and is the same for all calls; an extension belongs to the call. No
/// flow, user or model can set it. Dereferences to the value; cloning is cheap.
///
/// ```standalone_crate
/// use action_sdk::Extension;
/// use action_sdk::prelude::*;
///
/// struct Caller { name: String }
///
/// #[action(name = "WhoAmIAction")]
/// async fn who_am_i(caller: Extension<Caller>) -> String {
///     caller.name.clone()
/// }
///
/// # let runtime = tokio::runtime::Builder::new_current_thread().build()?;
/// # runtime.block_on(async {
/// let caller = Caller { name: "Ada".to_owned() };
/// let tested = ActionTester::new("WhoAmIAction").extension(caller).run().await?;
/// assert_eq!(tested.return_value(), "Ada");
/// # Ok::<(), ActionError>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Extension<T>(Arc<T>);

impl<T> Extension<T> {
    /// Wraps a value; for tests that call an action as an ordinary function.
    #[must_use]
    pub fn new(value: T) -> Self {
        Self(Arc::new(value))
    }
}

impl<T> Clone for Extension<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> Deref for Extension<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: fmt::Debug> fmt::Debug for Extension<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Extension").field(&&*self.0).finish()
    }
}

impl<'a, T: Any + Send + Sync> ActionParam<'a> for Extension<T> {
    const KIND: ParamKind = ParamKind::Custom;

    fn extract(call: &'a Call, name: &'static str) -> Result<Self, ActionError> {
        let attached = call.scope().shared_extension();
        attached.map(Self).ok_or_else(|| missing::<T>(name))
    }
}

#[cold]
fn missing<T>(name: &'static str) -> ActionError {
    let wanted = type_name::<T>();
    let message = format!(
        "the caller attached no `{wanted}`; attach one with `CallScope::with_extension(..)`"
    );
    ActionError::new(ActionErrorKind::Unavailable, message).with_parameter(name)
}
