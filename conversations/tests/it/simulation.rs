//! Many schedules with faults, each determined by its seed: a store that is slow, fails before or after it has written,
//! and processes that end at any moment. Nothing accepted may be missing, and nothing may be done twice.
//!
//! `SIMULATIONS` and `SIMULATION_SEED` set how many, and where the seeds begin.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use action_sdk_conversations::store::{
    Bytes, Listed, MemoryStore, Position, Snapshot, Store, StoreError, StoreErrorKind, Stored,
};
use action_sdk_conversations::{
    Clock, Conversation, ConversationId, Conversations, ErrorKind, Input, Limits,
};
use action_sdk_runtime::Runtime;
use futures_core::future::BoxFuture;
use umim::Timestamp;

use crate::support::{Log, block_on, event, runtime, short};

/// How many schedules are tried, if `SIMULATIONS` says nothing else.
const SCHEDULES: u64 = 1_000;

/// How many inputs a conversation gets.
const INPUTS: usize = 6;

const IDS: [&str; 2] = ["one", "two"];

/// Chance, shared by everything in a simulation.
#[derive(Clone)]
struct Chance(Arc<Mutex<fastrand::Rng>>);

impl Chance {
    fn below(&self, most: u64) -> u64 {
        self.0.lock().expect("chance").u64(0..most)
    }

    fn one_in(&self, most: u64) -> bool {
        self.below(most) == 0
    }
}

/// A store that takes its time, and fails before or after it has written.
#[derive(Clone)]
struct Unreliable {
    store: MemoryStore,
    chance: Chance,
}

impl Unreliable {
    async fn takes_time(&self) {
        tokio::time::sleep(Duration::from_millis(self.chance.below(20))).await;
    }

    fn fails(&self) -> Result<(), StoreError> {
        match self.chance.one_in(12) {
            true => Err(StoreError::new(
                StoreErrorKind::Unavailable,
                "the store is away",
            )),
            false => Ok(()),
        }
    }

    async fn write(&self, write: BoxFuture<'_, Result<(), StoreError>>) -> Result<(), StoreError> {
        self.takes_time().await;
        self.fails()?;
        write.await?;
        self.takes_time().await;
        self.fails()
    }
}

impl Store for Unreliable {
    fn read<'a>(
        &'a self,
        id: &'a ConversationId,
    ) -> BoxFuture<'a, Result<Option<Stored>, StoreError>> {
        Box::pin(async move {
            self.takes_time().await;
            self.fails()?;
            self.store.read(id).await
        })
    }

    fn append<'a>(
        &'a self,
        id: &'a ConversationId,
        at: Position,
        records: Vec<Bytes>,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(self.write(self.store.append(id, at, records)))
    }

    fn replace<'a>(
        &'a self,
        id: &'a ConversationId,
        at: Position,
        snapshot: Snapshot,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(self.write(self.store.replace(id, at, snapshot)))
    }

    fn list<'a>(
        &'a self,
        after: Option<&'a ConversationId>,
        most: usize,
    ) -> BoxFuture<'a, Result<Vec<Listed>, StoreError>> {
        self.store.list(after, most)
    }

    fn delete<'a>(
        &'a self,
        id: &'a ConversationId,
        at: Position,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(self.write(self.store.delete(id, at)))
    }
}

/// The time of the simulation, with a time of day that jumps.
struct Simulated {
    began: tokio::time::Instant,
    base: i64,
    chance: Chance,
}

impl Clock for Simulated {
    fn now(&self) -> Timestamp {
        let jump = if self.chance.one_in(20) { 50_000 } else { 0 };
        let passed = i64::try_from(self.began.elapsed().as_micros()).unwrap_or(i64::MAX);
        Timestamp::from_micros(self.base + passed + jump)
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// What a simulation has come to; it survives its processes.
struct World {
    runtime: Runtime,
    log: Log,
    store: Unreliable,
    chance: Chance,
    /// The outputs that were delivered, by conversation.
    delivered: Mutex<[Vec<String>; 2]>,
    accepted: Mutex<[usize; 2]>,
}

impl World {
    fn new(seed: u64) -> Self {
        let chance = Chance(Arc::new(Mutex::new(fastrand::Rng::with_seed(seed))));
        let log = Log::default();
        Self {
            runtime: runtime(&log),
            log,
            store: Unreliable {
                store: MemoryStore::default(),
                chance: chance.clone(),
            },
            chance,
            delivered: Mutex::default(),
            accepted: Mutex::default(),
        }
    }

    /// A process, which ends after so many milliseconds; returns whether everything was done before.
    fn process(&self, number: i64, millis: u64) -> bool {
        block_on(async {
            let clock = Simulated {
                began: tokio::time::Instant::now(),
                base: number * 1_000_000,
                chance: self.chance.clone(),
            };
            let limits = Limits {
                rest_after: Duration::from_millis(40),
                records: 5,
                attempts: 1_000,
                ..Limits::default()
            };
            let all = Conversations::builder(self.runtime.clone(), self.store.clone());
            let all = all.clock(clock).limits(limits).open();
            let work = async {
                tokio::join!(
                    self.send(&all, 0),
                    self.send(&all, 1),
                    self.read(&all, 0),
                    self.read(&all, 1)
                );
            };
            tokio::time::timeout(Duration::from_millis(millis), work)
                .await
                .is_ok()
        })
    }

    /// Sends what was not accepted yet, each until it is.
    async fn send(&self, all: &Conversations, place: usize) {
        let conversation = all.conversation(IDS[place]).expect("an id");
        loop {
            let next = self.accepted.lock().expect("numbers")[place];
            if next == INPUTS {
                return;
            }
            let input = Input::from(event(&sent(next))).with_id(next.to_string());
            match conversation.send(input).await {
                Ok(_) => self.accepted.lock().expect("numbers")[place] = next + 1,
                Err(error) => self.after(&error).await,
            }
            tokio::time::sleep(Duration::from_millis(self.chance.below(30))).await;
        }
    }

    async fn read(&self, all: &Conversations, place: usize) {
        let conversation = all.conversation(IDS[place]).expect("an id");
        loop {
            let after = self.delivered.lock().expect("outputs")[place].len();
            if after == wanted().len() {
                return;
            }
            if let Err(error) = self.read_on(&conversation, place, after as u64).await {
                self.after(&error).await;
            }
        }
    }

    async fn read_on(
        &self,
        conversation: &Conversation,
        place: usize,
        after: u64,
    ) -> Result<(), action_sdk_conversations::Error> {
        let mut outputs = conversation.outputs(after);
        loop {
            let output = outputs.next().await?;
            let mut delivered = self.delivered.lock().expect("outputs");
            assert_eq!(
                output.number as usize,
                delivered[place].len() + 1,
                "no gap, no repetition"
            );
            let text = short(&output);
            let text = text.split_once(' ').map(|(_, text)| text.to_owned());
            delivered[place].extend(text);
            let done = delivered[place].len() == wanted().len();
            drop(delivered);
            if self.chance.one_in(2) {
                let _refused = conversation.seen(output.number);
            }
            if done {
                return Ok(());
            }
        }
    }

    /// Only these errors may happen, and all of them pass.
    async fn after(&self, error: &action_sdk_conversations::Error) {
        let may_happen = [
            ErrorKind::Store,
            ErrorKind::Busy,
            ErrorKind::TakenOver,
            ErrorKind::Closed,
        ];
        assert!(may_happen.contains(&error.kind()), "{error:?}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

fn sent(number: usize) -> String {
    match number % 3 {
        0 => format!("Look what=\"a{number}\" millis=15"),
        1 => format!("Pay what=\"b{number}\" millis=15"),
        _ => format!("Wait seconds=0.03 what=\"c{number}\""),
    }
}

/// The outputs of a conversation, in order of their text; a payment may have failed.
fn wanted() -> Vec<String> {
    let output = |number: usize| match number % 3 {
        0 => format!("Found found=\"a{number}!\""),
        1 => format!("Paid what=\"b{number}\""),
        _ => format!("Rang what=\"c{number}\""),
    };
    let mut wanted: Vec<_> = (0..INPUTS)
        .map(output)
        .chain(["Hello".to_owned()])
        .collect();
    wanted.sort();
    wanted
}

fn check(world: &World, seed: u64) {
    let delivered = world.delivered.lock().expect("outputs");
    let log = world.log.lock().expect("a log");
    for found in &*delivered {
        let plain = |text: &String| text.split(" paid=").next().unwrap_or_default().to_owned();
        let mut plain: Vec<_> = found.iter().map(plain).collect();
        plain.sort();
        assert_eq!(plain, wanted(), "seed {seed}");
    }
    for number in (1..INPUTS).step_by(3) {
        let begun = format!("pay b{number}");
        let paid = log.iter().filter(|line| **line == begun).count();
        assert!(paid <= IDS.len(), "seed {seed}: paid {paid} times");
    }
}

fn simulate(seed: u64) {
    let world = World::new(seed);
    let mut processes = 0;
    while !world.process(processes, 30 + world.chance.below(400)) {
        processes += 1;
        assert!(processes < 500, "seed {seed}: it comes to no end");
    }
    check(&world, seed);
}

fn from_environment(name: &str, otherwise: u64) -> u64 {
    let value = std::env::var(name).ok();
    value
        .and_then(|value| value.parse().ok())
        .unwrap_or(otherwise)
}

#[test]
fn nothing_is_lost_on_any_schedule() {
    let first = from_environment("SIMULATION_SEED", 0);
    for seed in first..first + from_environment("SIMULATIONS", SCHEDULES) {
        let result = std::panic::catch_unwind(|| simulate(seed));
        if let Err(payload) = result {
            let reason = action_sdk::contain::reason(payload);
            panic!("SIMULATIONS=1 SIMULATION_SEED={seed} shows it: {reason}");
        }
    }
}
