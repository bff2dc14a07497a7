//! The local block bootstrap: each stretch of the day is played from somewhere near.
//!
//! The day is cut at random, into blocks of one length. A block takes the rows of as long a stretch that begins up to the
//! shift before or after, so that the shape of the day stays, and bursts shorter than a block stay whole.

use std::collections::VecDeque;

use ipvslab_schedulers::RngFamily;

use super::calendar::Due;
use super::copied::Copied;
use super::error::TraceError;

/// The blocks of a replication.
#[derive(Debug)]
pub(super) struct Blocks {
    /// What may still be taken, in order of time.
    held: VecDeque<Due>,
    /// Whether there is no more.
    is_over: bool,
    draws: RngFamily,
    length: u64,
    shift: u64,
    span: u64,
    now: Block,
    /// Which of `held` is next.
    cursor: usize,
}

/// A stretch of the day, and where it is taken from.
#[derive(Clone, Copy, Debug)]
struct Block {
    number: u64,
    start: u64,
    end: u64,
    source: u64,
}

impl Blocks {
    /// Blocks of this `length` that are moved by up to `shift`, over `span`.
    pub(super) fn new(draws: RngFamily, length: u64, shift: u64, span: u64) -> Self {
        let before = Block { number: 0, start: 0, end: 0, source: 0 };
        let held = VecDeque::new();
        let mut blocks = Self { held, is_over: false, draws, length, shift, span, now: before, cursor: 0 };
        blocks.now = blocks.after(before);
        blocks
    }

    /// The block that follows.
    fn after(&self, block: Block) -> Block {
        let number = block.number + 1;
        let start = block.end;
        let length = match number {
            // The first cut is anywhere in the first block.
            1 => ((self.draws.unit(0, 0) * self.length as f64) as u64).max(1),
            _ => self.length,
        };
        let end = start.saturating_add(length).min(self.span);
        let (least, most) =
            (start.saturating_sub(self.shift), (start + self.shift).min(self.span - (end - start)));
        let within = self.draws.unit(number, 0) * (most - least + 1) as f64;
        Block { number, start, end, source: least + (within as u64).min(most - least) }
    }

    /// The next row, and the number of the block that takes it.
    pub(super) fn next(&mut self, rows: &mut Copied) -> Result<Option<(Due, u64)>, TraceError> {
        loop {
            let block = self.now;
            while self.cursor >= self.held.len() && !self.is_over {
                self.pull(rows)?;
            }
            if let Some(&due) = self.held.get(self.cursor)
                && due.at < block.source + (block.end - block.start)
            {
                self.cursor += 1;
                // Rows before the block's source are passed over.
                if due.at >= block.source {
                    return Ok(Some((Due { at: due.at - block.source + block.start, ..due }, block.number)));
                }
                continue;
            }
            if block.end >= self.span {
                return Ok(None);
            }
            self.now = self.after(block);
            self.let_go(rows);
            self.cursor = self.held.partition_point(|due| due.at < self.now.source);
        }
    }

    fn pull(&mut self, rows: &mut Copied) -> Result<(), TraceError> {
        match rows.next()? {
            Some(due) => self.held.push_back(due),
            None => self.is_over = true,
        }
        Ok(())
    }

    /// Drops what no later block can reach.
    fn let_go(&mut self, rows: &mut Copied) {
        let least = self.now.start.saturating_sub(self.shift);
        while self.held.front().is_some_and(|due| due.at < least) {
            self.held.pop_front();
        }
        rows.release(least);
    }
}
