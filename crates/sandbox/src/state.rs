//! Everything that the requests of one sandbox share.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;

use crate::clock::{Clock, Instant};
use crate::config::{Config, Forms};
use crate::fault::{Fault, Rule};
use crate::ids::Ids;
use crate::log::Log;
use crate::spec::Specs;
use crate::store::Store;

pub(crate) struct State {
    pub(crate) config: Config,
    /// `http://127.0.0.1:PORT`.
    pub(crate) url: String,
    pub(crate) specs: &'static Specs,
    pub(crate) clock: Clock,
    pub(crate) ids: Ids,
    pub(crate) log: Log,
    /// What signs the links to files.
    pub(crate) secret: u64,
    /// Signatures that were used, and until when they are remembered.
    pub(crate) nonces: Mutex<HashMap<String, Instant>>,
    store: Mutex<Store>,
    rules: Mutex<Vec<Rule>>,
    content: Mutex<HashMap<String, Bytes>>,
    /// Requests of the present second, by key.
    rates: Mutex<HashMap<String, (u64, u32)>>,
}

impl State {
    pub(crate) fn new(config: Config, url: String, specs: &'static Specs) -> Self {
        let ids = Ids::new(config.seed);
        Self {
            url,
            specs,
            clock: Clock::new(config.time),
            secret: ids.number(),
            ids,
            log: Log::new(config.remembered, config.remember_secrets),
            nonces: Mutex::default(),
            store: Mutex::default(),
            rules: Mutex::default(),
            content: Mutex::default(),
            rates: Mutex::default(),
            config,
        }
    }

    /// What is stored. Nothing that takes long is done while it is held.
    pub(crate) fn store(&self) -> MutexGuard<'_, Store> {
        lock(&self.store)
    }

    pub(crate) fn captured(&self) -> bool {
        self.config.forms == Forms::Captured
    }

    pub(crate) fn add_rule(&self, rule: Rule) {
        lock(&self.rules).push(rule);
    }

    /// The faults that rules have for a request of this operation.
    pub(crate) fn faults(&self, operation: &str) -> Vec<Fault> {
        let mut rules = lock(&self.rules);
        let happening: Vec<Fault> = rules.iter_mut().filter_map(|rule| rule.happens(operation).then(|| rule.fault.clone())).collect();
        rules.retain(|rule| rule.times > 0);
        happening
    }

    pub(crate) fn register(&self, url: String, content: Bytes) {
        lock(&self.content).insert(url, content);
    }

    pub(crate) fn registered(&self, url: &str) -> Option<Bytes> {
        lock(&self.content).get(url).cloned()
    }

    /// Counts a request. False means that there were too many in this second.
    pub(crate) fn within_rate(&self, key: &str) -> bool {
        let Some(most) = self.config.limits.requests_per_second else { return true };
        let second = self.clock.now().seconds();
        let mut rates = lock(&self.rates);
        rates.retain(|_, (counted, _)| *counted == second);
        let (_, count) = rates.entry(key.to_owned()).or_insert((second, 0));
        *count += 1;
        *count <= most
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
