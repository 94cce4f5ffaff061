//! Cases and their timing: one executor, one loop and one clock for all.
//!
//! The loop runs inside `block_on` of a current-thread tokio runtime, so that entering the executor is not measured:
//! only creating the future, polling it to completion and dropping its result is.

use criterion::Criterion;
use std::hint::black_box;
use std::rc::Rc;
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;

/// How many inputs are prepared at once, outside of the measured time.
const BATCH: u64 = 1_000;

/// Cases that share an executor.
///
/// ```
/// let mut suite = bench::Suite::new();
/// suite.add("sum", |sum| *sum == 3, async || 1 + 2);
/// assert_eq!(suite.cases()[0].name(), "sum");
/// ```
pub struct Suite {
    executor: Rc<Runtime>,
    cases: Vec<Case>,
}

/// One case.
pub struct Case {
    name: String,
    time: Box<dyn FnMut(u64) -> Duration>,
}

impl Default for Suite {
    fn default() -> Self {
        Self::new()
    }
}

impl Suite {
    /// No cases, and an executor with timers.
    ///
    /// # Panics
    ///
    /// If the runtime cannot be created.
    #[must_use]
    pub fn new() -> Self {
        let executor = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        Self {
            executor: Rc::new(executor.expect("a bench needs a runtime")),
            cases: Vec::new(),
        }
    }

    /// The executor of all cases.
    #[must_use]
    pub fn executor(&self) -> &Runtime {
        &self.executor
    }

    /// Adds a case.
    ///
    /// # Panics
    ///
    /// If the step gives a wrong result.
    pub fn add<T>(
        &mut self,
        name: &str,
        is_right: impl Fn(&T) -> bool,
        step: impl AsyncFn() -> T + 'static,
    ) {
        self.add_prepared(name, is_right, || (), async move |()| step().await);
    }

    /// Adds a case whose input is prepared outside of the measured time.
    ///
    /// # Panics
    ///
    /// If the step gives a wrong result.
    pub fn add_prepared<I, T>(
        &mut self,
        name: &str,
        is_right: impl Fn(&T) -> bool,
        prepare: impl Fn() -> I + 'static,
        step: impl AsyncFn(I) -> T + 'static,
    ) {
        let answer = self.executor.block_on(step(prepare()));
        assert!(is_right(&answer), "`{name}` gives a wrong answer");
        let executor = Rc::clone(&self.executor);
        self.cases.push(Case {
            name: name.to_owned(),
            time: Box::new(move |times| timed(&executor, times, &prepare, &step)),
        });
    }

    /// The cases, in the order in which they were added.
    #[must_use]
    pub fn cases(&self) -> &[Case] {
        &self.cases
    }

    /// The cases, mutable, for timing.
    pub fn cases_mut(&mut self) -> &mut [Case] {
        &mut self.cases
    }

    /// Runs the cases as one criterion group.
    pub fn run(mut self, group: &str) {
        let mut criterion = Criterion::default().configure_from_args();
        let mut benches = criterion.benchmark_group(group);
        for case in &mut self.cases {
            benches.bench_function(&case.name, |bencher| bencher.iter_custom(&mut case.time));
        }
        benches.finish();
        criterion.final_summary();
    }
}

impl Case {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The time for this many iterations.
    pub fn time(&mut self, times: u64) -> Duration {
        (self.time)(times)
    }
}

fn timed<I, T>(
    executor: &Runtime,
    times: u64,
    prepare: impl Fn() -> I,
    step: impl AsyncFn(I) -> T,
) -> Duration {
    let mut total = Duration::ZERO;
    let mut left = times;
    while left > 0 {
        let batch = left.min(BATCH);
        let inputs: Vec<I> = (0..batch).map(|_| prepare()).collect();
        total += executor.block_on(async {
            let start = Instant::now();
            for input in inputs {
                let answer = step(black_box(input)).await;
                black_box(&answer);
            }
            start.elapsed()
        });
        left -= batch;
    }
    total
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    #[test]
    fn does_it_as_often_as_it_is_told() {
        let (prepared, done) = (Rc::new(Cell::new(0)), Rc::new(Cell::new(0)));
        let (in_prepare, in_step) = (Rc::clone(&prepared), Rc::clone(&done));
        let mut suite = Suite::new();
        suite.add_prepared(
            "count",
            |()| true,
            move || in_prepare.set(in_prepare.get() + 1),
            async move |()| in_step.set(in_step.get() + 1),
        );
        suite.cases_mut()[0].time(2 * BATCH + 1);
        let with_the_first = 2 * BATCH + 2;
        assert_eq!(
            (prepared.get(), done.get()),
            (with_the_first, with_the_first)
        );
    }

    #[test]
    #[should_panic(expected = "`sum` gives a wrong answer")]
    fn wrong_answers_are_not_timed() {
        Suite::new().add("sum", |sum| *sum == 4, async || 1 + 2);
    }
}
