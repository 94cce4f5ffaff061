//! Tests of Rasa's special parameters against what rasa-sdk 3.21.1 does.
//!
//! `data/rasa/cases.json` is taken from recorded requests to the reference's servers; the other files there are random
//! inputs with the reference's answers, written by `record.py` beside them.

mod cases;
mod concurrency;
mod dispatcher;
mod domain;
mod event;
mod logs;
mod properties;
mod read;
mod tracker;
