//! smoke
use action_sdk::prelude::*;
use serde::Serialize;

struct Db(i64);
struct Counter(std::sync::atomic::AtomicI64);

#[derive(Serialize)]
struct Out {
    doubled: i64,
    tag: String,
}

/// Doubles a value.
#[action(name = "CustomTestAction", execute_async = true, is_system_action, aliases = ["action_custom_test"], timeout = "5s", concurrency = 2)]
async fn custom_test(
    /// what to double
    value: i64,
    #[arg(default = 10)] limit: u32,
    tag: Option<&str>,
    db: Res<Db>,
    context: &Context,
    events: &[Event],
    llm: Option<&dyn Llm>,
    #[arg(context)] last_user_message: Option<String>,
    cancel: &CancellationToken,
    dispatcher: &CollectingDispatcher,
) -> Result<Out, std::num::ParseIntError> {
    assert!(events.is_empty() && llm.is_none() && !cancel.is_cancelled());
    dispatcher.utter_message("hi");
    tokio::task::yield_now().await;
    Ok(Out {
        doubled: value * db.0 + i64::from(limit),
        tag: format!("{tag:?}{:?}{last_user_message:?}", context.text("user")),
    })
}

#[action(blocking)]
fn slow_sum(
    context: &Context,
    #[arg(rest)] extra: serde_json::Map<String, serde_json::Value>,
) -> usize {
    extra.len() + context.len()
}

#[actions]
impl Counter {
    #[action]
    async fn incr(&self, by: i64) -> i64 {
        self.0.fetch_add(by, std::sync::atomic::Ordering::SeqCst) + by
    }
    const X: i64 = 4;
    #[action]
    async fn incr_default(&self, #[arg(default = Self::X)] by: i64) -> Result<i64, String> {
        if by == 0 {
            return Err("zero".into());
        }
        Ok(self.incr(by).await)
    }
}

#[tokio::test]
async fn works() {
    let d = ActionDispatcher::builder()
        .resource(Db(2))
        .resource(Counter(0.into()))
        .build()
        .unwrap();
    let r = d
        .call(
            "CustomTestAction",
            Invocation::new().arg("value", 5).context("user", "Ada"),
        )
        .await
        .unwrap();
    println!("{r:?}");
    for (name, inv) in [
        ("slow_sum", Invocation::new().arg("a", 1).arg("b", 2)),
        ("Incr", Invocation::new().positional(5)),
        ("IncrDefaultAction", Invocation::new()),
        ("IncrDefaultAction", Invocation::new().arg("by", 0)),
        ("IncrDefaultAction", Invocation::new().arg("bye", 0)),
        ("IncrAction", Invocation::new().arg("by", "x")),
        ("IncrAction", Invocation::new()),
        ("IncAction", Invocation::new()),
        (
            "CustomTestAction",
            Invocation::new().arg("value", 5).positional(3),
        ),
    ] {
        println!(
            "{:?}",
            d.call(name, inv)
                .await
                .map(|r| r.return_value)
                .map_err(|e| e.to_string())
        );
    }
    println!(
        "{}",
        ActionDispatcher::builder()
            .without("Foo")
            .expect_crate("x-y")
            .action_llm("Bar", NoLlm)
            .build()
            .unwrap_err()
    );
}
struct NoLlm;
impl Llm for NoLlm {
    fn generate(
        &self,
        _r: action_sdk::llm::LlmRequest,
    ) -> action_sdk::llm::BoxFuture<
        '_,
        Result<action_sdk::llm::LlmResponse, action_sdk::llm::LlmError>,
    > {
        unreachable!()
    }
    fn model_name(&self) -> &str {
        "x"
    }
}
