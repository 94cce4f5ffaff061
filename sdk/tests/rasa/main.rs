//! Tests of Rasa's special parameters against the behaviour of rasa-sdk 3.21.1.
//!
//! `data/rasa/cases.json` comes from recorded requests to the reference's servers; the other files there are random
//! inputs with the reference's answers, written by `record.py` next to them.

mod cases;
mod concurrency;
mod dispatcher;
mod domain;
mod event;
mod logs;
mod properties;
mod read;
mod tracker;
mod validation;
