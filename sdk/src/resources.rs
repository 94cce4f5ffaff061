//! The resources of a host, looked up by type: databases, clients, the receivers of `#[actions]`.

use crate::error::{ActionError, ActionErrorKind};
use std::any::{Any, TypeId, type_name};
use std::collections::HashMap;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

/// A resource of the host, as a parameter: `db: Res<Db>`.
///
/// It is looked up by its type when the action is called. The dispatcher checks that it exists when it is built:
/// `ActionDispatcher::builder().resource(Db::open()?)`. Dereferences to the value; cloning is cheap.
///
/// ```
/// use action_sdk::prelude::*;
///
/// struct Db { rows: i64 }
///
/// #[action(name = "CountRowsAction")]
/// async fn count_rows(db: Res<Db>) -> i64 {
///     db.rows
/// }
/// # let runtime = tokio::runtime::Builder::new_current_thread().build()?;
/// # runtime.block_on(async {
/// assert_eq!(count_rows(Res::new(Db { rows: 3 })).await, 3);
/// # });
/// # Ok::<(), std::io::Error>(())
/// ```
pub struct Res<T: ?Sized>(Arc<T>);

impl<T> Res<T> {
    /// Wraps a value; for tests that call an action as an ordinary function.
    #[must_use]
    pub fn new(value: T) -> Self {
        Self(Arc::new(value))
    }
}

impl<T: ?Sized> Res<T> {
    /// The shared value itself.
    #[must_use]
    pub fn into_inner(self) -> Arc<T> {
        self.0
    }
}

impl<T: ?Sized> From<Arc<T>> for Res<T> {
    fn from(value: Arc<T>) -> Self {
        Self(value)
    }
}

impl<T: ?Sized> Clone for Res<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T: ?Sized> Deref for Res<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for Res<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Res").field(&&*self.0).finish()
    }
}

/// The type of a resource, in descriptors.
#[derive(Clone, Copy)]
pub struct ResourceKey {
    id: TypeId,
    /// The id of the type in an `Arc`, which a host may have registered instead.
    shared: TypeId,
    name: fn() -> &'static str,
}

impl ResourceKey {
    pub(crate) const fn of<T: 'static>() -> Self {
        Self {
            id: TypeId::of::<T>(),
            shared: TypeId::of::<Arc<T>>(),
            name: type_name::<T>,
        }
    }

    /// The path of the type, for people.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        (self.name)()
    }
}

impl PartialEq for ResourceKey {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for ResourceKey {}

impl fmt::Debug for ResourceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.type_name())
    }
}

/// Values by type: one of each.
#[derive(Clone, Default)]
pub(crate) struct Resources(HashMap<TypeId, Arc<dyn Any + Send + Sync>>);

impl Resources {
    /// Adds a value; `false` if it replaced one of the same type.
    pub(crate) fn insert<T: Any + Send + Sync>(&mut self, value: Arc<T>) -> bool {
        self.0.insert(TypeId::of::<T>(), value).is_none()
    }

    pub(crate) fn borrow<T: Any + Send + Sync>(&self) -> Option<&T> {
        self.0.get(&TypeId::of::<T>())?.downcast_ref()
    }

    pub(crate) fn share<T: Any + Send + Sync>(&self) -> Option<Arc<T>> {
        Arc::clone(self.0.get(&TypeId::of::<T>())?).downcast().ok()
    }

    pub(crate) fn contains(&self, key: &ResourceKey) -> bool {
        self.0.contains_key(&key.id)
    }

    /// Whether there is an `Arc` of such a value, registered as a value itself.
    pub(crate) fn contains_shared(&self, key: &ResourceKey) -> bool {
        self.0.contains_key(&key.shared)
    }
}

impl fmt::Debug for Resources {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Resources({})", self.0.len())
    }
}

#[cold]
pub(crate) fn missing<T>() -> ActionError {
    let wanted = type_name::<T>();
    let message = format!("the host has no resource `{wanted}`; add it with `.resource(..)`");
    ActionError::new(ActionErrorKind::Unavailable, message)
}
