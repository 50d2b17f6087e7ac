//! The embedded sink: the latest events, in memory.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
};

use super::{Event, EventSink};

/// Keeps the latest events in memory, and forgets the oldest beyond its capacity.
#[derive(Debug)]
pub struct MemoryEvents {
    capacity: usize,
    events: Mutex<VecDeque<Event>>,
}

impl MemoryEvents {
    /// Keeps at most `capacity` events.
    pub fn new(capacity: usize) -> Self {
        Self { capacity, events: Mutex::default() }
    }

    /// All that are kept, oldest first.
    pub fn all(&self) -> Vec<Event> {
        self.with(|events| events.iter().cloned().collect())
    }

    /// Those of one subject, newest first, at most `limit`.
    pub fn of(&self, subject: &str, limit: usize) -> Vec<Event> {
        let own = |event: &&Event| event.subject.as_deref() == Some(subject);
        self.with(|events| events.iter().rev().filter(own).take(limit).cloned().collect())
    }

    fn with<T>(&self, f: impl FnOnce(&mut VecDeque<Event>) -> T) -> T {
        f(&mut self.events.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl EventSink for MemoryEvents {
    fn record(&self, event: &Event) {
        self.with(|events| {
            events.push_back(event.clone());
            let surplus = events.len().saturating_sub(self.capacity);
            events.drain(..surplus);
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{EventKind, Timestamp};

    #[test]
    fn forgets_the_oldest() {
        let sink = MemoryEvents::new(2);
        for second in 0..3 {
            sink.record(&Event::new(Timestamp::from_secs(second), EventKind::AuthnFail).subject("ann"));
        }
        let seconds: Vec<_> = sink.all().iter().map(|event| event.at.as_secs()).collect();
        assert_eq!(seconds, [1, 2]);
        assert_eq!(sink.of("ann", 1)[0].at.as_secs(), 2);
        assert!(sink.of("bob", 1).is_empty());
    }
}
