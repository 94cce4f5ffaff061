//! Builds a dispatcher: which actions, which host.

use super::elsewhere::{self, Elsewhere};
use super::hook::{After, Before};
use super::wishes::{Named, Wishes};
use super::{
    ActionDispatcher, ActionError, ActionResult, BuildErrors, Call, CallHook, Entry, Host, Needs,
    Served, Shared, Stamp, checks,
};
use crate::action::ActionDescriptor;
use crate::config::RailsConfig;
use crate::llm::{Llm, Settled};
use crate::llm_task_manager::LlmTaskManager;
use crate::lookup::Lookup;
use crate::registry::Registry;
use std::any::{Any, type_name};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::Semaphore;
use umim::{Timestamp, UidSource};

/// Builds an [`ActionDispatcher`]. Errors are reported only by [`build`](Self::build), all at once.
///
/// ```standalone_crate
/// use action_sdk::prelude::*;
/// use std::time::Duration;
///
/// struct Db;
///
/// let dispatcher = ActionDispatcher::builder()
///     .resource(Db)
///     .timeout(Duration::from_secs(30))
///     .after(|call, outcome, elapsed| {
///         println!("{} took {elapsed:?}, ok: {}", call.action().name(), outcome.is_ok());
///     })
///     .build()?;
/// # Ok::<(), action_sdk::BuildErrors>(())
/// ```
#[derive(Default)]
pub struct ActionDispatcherBuilder {
    registry: Option<Registry>,
    host: Host,
    wishes: Wishes,
    hooks: Vec<Arc<dyn CallHook>>,
    timeout: Option<Duration>,
    uids: Option<UidSource>,
    clock: Option<Box<dyn Fn() -> Timestamp + Send + Sync>>,
    source_uid: Option<String>,
    elsewhere: Vec<Elsewhere>,
    in_effect: BTreeSet<String>,
}

/// Which actions.
impl ActionDispatcherBuilder {
    /// Uses these actions instead of all linked ones.
    #[must_use]
    pub fn registry(mut self, registry: Registry) -> Self {
        self.registry = Some(registry);
        self
    }

    /// Adds an action built by hand.
    #[must_use]
    pub fn register(mut self, action: ActionDescriptor) -> Self {
        self.wishes.added.push(action);
        self
    }

    /// Adds an action that is performed elsewhere, such as on another server. It takes the place of an action of this
    /// program with the same name, in any spelling, unless that is a system action; whether it is added before or after
    /// that one makes no difference. What it does not say itself it takes over from the action that it replaces: the
    /// signature, the context variables, the hints.
    ///
    /// ```standalone_crate
    /// use action_sdk::prelude::*;
    /// use std::sync::Arc;
    ///
    /// /// The price here.
    /// #[action]
    /// async fn price(article: String) -> u32 {
    ///     article.len() as u32
    /// }
    ///
    /// # let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    /// # runtime.block_on(async {
    /// let ask = |_: Arc<Call>| async { Ok::<_, ActionError>("ask the shop") };
    /// let elsewhere = ActionDescriptor::new("PriceAction", ask)?;
    /// let dispatcher = ActionDispatcher::builder().register_elsewhere(elsewhere).build()?;
    /// let result = dispatcher.call("PriceAction", Invocation::new().arg("article", "tea")).await?;
    /// assert_eq!(result.return_value, "ask the shop");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn register_elsewhere(mut self, action: ActionDescriptor) -> Self {
        let yields = false;
        self.elsewhere.push(Elsewhere { action, yields });
        self
    }

    /// Adds an action that is performed elsewhere, unless this program has one of that name, in any spelling.
    #[must_use]
    pub fn register_fallback(mut self, action: ActionDescriptor) -> Self {
        let yields = true;
        self.elsewhere.push(Elsewhere { action, yields });
        self
    }

    /// Replaces the action of the same name, which must exist, by one built by hand.
    #[must_use]
    pub fn replace(mut self, action: ActionDescriptor) -> Self {
        self.wishes.replacements.push(action);
        self
    }

    /// Removes an action, which must exist.
    #[must_use]
    #[track_caller]
    pub fn without(mut self, name: impl Into<String>) -> Self {
        self.wishes.removals.push(Named::new(name));
        self
    }

    /// Checks that these actions exist.
    #[must_use]
    #[track_caller]
    pub fn expect_actions<N: Into<String>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        for name in names {
            self.wishes.expected_actions.push(Named::new(name));
        }
        self
    }

    /// Checks that a crate defines at least one action; its name is given as in `Cargo.toml` or as in code.
    #[must_use]
    #[track_caller]
    pub fn expect_crate(mut self, name: impl Into<String>) -> Self {
        self.wishes.expected_crates.push(Named::new(name));
        self
    }
}

/// Which host.
impl ActionDispatcherBuilder {
    /// Says that the host has put a setting of the configuration into effect, such as `actions_server_url`, so that
    /// nobody warns that it has none. Crates that connect to what a setting names do this themselves.
    #[must_use]
    pub fn with_in_effect(mut self, setting: impl Into<String>) -> Self {
        self.in_effect.insert(setting.into());
        self
    }

    /// Adds a resource for every action that takes `Res<T>`, and as the receiver of its `#[actions]`.
    #[must_use]
    #[track_caller]
    pub fn resource<T: Any + Send + Sync>(self, value: T) -> Self {
        self.shared_resource(Arc::new(value))
    }

    /// Adds a resource that is shared with the host.
    #[must_use]
    #[track_caller]
    pub fn shared_resource<T: Any + Send + Sync>(mut self, value: Arc<T>) -> Self {
        if !self.host.resources.insert(value) {
            let doubled = Named::new(type_name::<T>());
            self.wishes.doubled_resources.push(doubled);
        }
        self
    }

    /// Sets the configuration for the special parameter `config`.
    #[must_use]
    pub fn config(mut self, config: impl Into<Arc<RailsConfig>>) -> Self {
        self.host.config = config.into();
        self
    }

    /// Sets the main model.
    #[must_use]
    pub fn llm(mut self, llm: impl Llm) -> Self {
        self.host.llm = Some(Arc::new(Settled::new(llm)));
        self
    }

    /// Sets the model of one action, which the reference registers as `{action}_llm`.
    #[must_use]
    #[track_caller]
    pub fn action_llm(mut self, action: impl Into<String>, llm: impl Llm) -> Self {
        let llm = Arc::new(Settled::new(llm));
        self.wishes.action_llms.push((Named::new(action), llm));
        self
    }

    /// Sets the task manager, which renders prompts.
    #[must_use]
    pub fn llm_task_manager(mut self, llm_task_manager: LlmTaskManager) -> Self {
        self.host.llm_task_manager = Some(llm_task_manager);
        self
    }

    /// Limits the time of any call, including `execute_async` actions. The shortest of this, the action's and the
    /// call's limit counts.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Adds a hook around every call. A hook that must see all calls, such as an audit, must be added first: calls
    /// that an earlier hook refuses are not shown to later ones.
    #[must_use]
    pub fn hook(mut self, hook: impl CallHook) -> Self {
        self.hooks.push(Arc::new(hook));
        self
    }

    /// Adds a hook that may refuse calls. A closure cannot declare what it reads: it may read everything except the
    /// `state` and `cancel`.
    #[must_use]
    pub fn before(
        self,
        hook: impl Fn(&Call) -> Result<(), ActionError> + Send + Sync + 'static,
    ) -> Self {
        self.hook(Before(hook))
    }

    /// Adds a hook that gets the outcome of calls. It may read the same as one added with [`before`](Self::before).
    #[must_use]
    pub fn after<F>(self, hook: F) -> Self
    where
        F: Fn(&Call, Result<&ActionResult, &ActionError>, Duration) + Send + Sync + 'static,
    {
        self.hook(After(hook))
    }

    /// Sets where the uids of `Finished` events come from; random ones if this is left out.
    #[must_use]
    pub fn uids(mut self, uids: UidSource) -> Self {
        self.uids = Some(uids);
        self
    }

    /// Sets the clock for the times in `Finished` events; the system clock by default.
    #[must_use]
    pub fn clock(mut self, clock: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        self.clock = Some(Box::new(clock));
        self
    }

    /// Sets the `source_uid` of `Finished` events; `action-sdk` by default.
    #[must_use]
    pub fn source_uid(mut self, source_uid: impl Into<String>) -> Self {
        self.source_uid = Some(source_uid.into());
        self
    }
}

impl ActionDispatcherBuilder {
    /// The dispatcher.
    ///
    /// # Errors
    ///
    /// All problems at once: duplicate names, resources and models that actions need and the host does not have,
    /// expected actions and crates that are missing, unknown names in `replace`, `without` and `action_llm`.
    pub fn build(mut self) -> Result<ActionDispatcher, BuildErrors> {
        let mut registry = self.registry.take().unwrap_or_else(Registry::linked);
        let mut problems = checks::apply_changes(&self.wishes, &mut registry);
        registry = registry
            .into_actions()
            .into_iter()
            .chain(std::mem::take(&mut self.wishes.added))
            .collect();
        registry = elsewhere::joined(registry, std::mem::take(&mut self.elsewhere));
        let (lookup, clashes) = Lookup::new(&registry);
        problems.extend(checks::clashes(&registry, clashes));
        problems.extend(checks::needs(&self.host, &self.wishes, &registry));
        problems.extend(checks::expectations(&self.wishes, &registry, &lookup));
        let llms = checks::action_llms(&self.wishes, &lookup, &mut problems);
        BuildErrors::check(problems)?;
        let host = Arc::new(std::mem::take(&mut self.host));
        let of_hooks = self.hooks.iter();
        let of_hooks = of_hooks.fold(Needs::NONE, |needs, hook| needs.and(hook.needs()));
        let entry = |(place, action)| {
            let own = llms.iter().rev().find(|(of, _)| *of == place);
            let own = own.map(|(_, llm)| Arc::clone(llm));
            Entry::new(action, own, &host, of_hooks)
        };
        let actions = registry.into_actions().into_iter();
        let entries = actions.enumerate().map(entry).collect();
        Ok(self.finish(entries, host, lookup))
    }

    fn finish(self, entries: Vec<Entry>, host: Arc<Host>, lookup: Lookup) -> ActionDispatcher {
        let stamp = Stamp {
            uids: Mutex::new(self.uids.unwrap_or_else(UidSource::random)),
            clock: self.clock.unwrap_or_else(|| Box::new(Timestamp::now)),
            source_uid: self.source_uid.unwrap_or_else(|| "action-sdk".to_owned()),
        };
        ActionDispatcher {
            shared: Arc::new(Shared {
                entries,
                host,
                lookup,
                hooks: self.hooks,
                timeout: self.timeout,
                stamp,
                in_effect: self.in_effect,
            }),
        }
    }
}

impl Entry {
    fn new(
        action: ActionDescriptor,
        own_llm: Option<Arc<dyn Llm>>,
        host: &Arc<Host>,
        of_hooks: Needs,
    ) -> Self {
        let permits = action
            .concurrency()
            .map(|calls| Arc::new(Semaphore::new(calls as usize)));
        let served = Served {
            needs: action.needs().and(of_hooks),
            llm: own_llm.or_else(|| host.llm.clone()),
            host: Arc::clone(host),
            action,
        };
        Self {
            served: Arc::new(served),
            permits,
        }
    }
}
