//! What a kernel is asked to do, and what it answers: the same whether it is the running one or one in a machine of its
//! own.

use serde::{Deserialize, Serialize};

use crate::commands::{Command, Ended, carry_out as tell};
use crate::ipvs::IpvsError;
use crate::lab::LabError;
use crate::log::{KernelFacts, Log};
use crate::packet::{PlayError, play};
use crate::script::Script;
use crate::socket::{ServeError, Served, Situation, serve, tour};

/// What is to be done.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum Order {
    /// Play these scripts, one after the other, each in a namespace of its own.
    Play(Vec<Script>),
    /// Build these situations, one after the other, and play them with real TCP.
    Serve(Vec<Situation>),
    /// Build this situation, send a few clients, and tell about it.
    Tour(Box<Situation>),
    /// Do these, one after the other, each in a namespace of its own.
    Conform(Vec<Task>),
}

/// A conformance case as far as a kernel is concerned.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum Task {
    /// Play this script.
    Play(Box<Script>),
    /// Carry these commands out.
    Tell(Vec<Command>),
}

impl Order {
    /// How many answers it gets.
    pub fn parts(&self) -> usize {
        match self {
            Self::Play(scripts) => scripts.len(),
            Self::Serve(situations) => situations.len(),
            Self::Tour(_) => 1,
            Self::Conform(tasks) => tasks.len(),
        }
    }

    /// As bytes, for a machine of its own.
    ///
    /// # Panics
    /// Never: nothing in an order can fail to be written.
    pub fn encode(&self) -> Vec<u8> {
        postcard::to_stdvec(self).expect("orders are plain data")
    }

    /// From bytes.
    ///
    /// # Errors
    /// If the bytes are not those of an order.
    pub fn decode(bytes: &[u8]) -> Result<Self, postcard::Error> {
        postcard::from_bytes(bytes)
    }
}

/// What came of one part of an order.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum Answer {
    /// The script was played.
    Played(Box<Log>),
    /// The situation was played.
    Served(Box<Served>),
    /// What there was to see.
    Toured(String),
    /// The commands were carried out, by this kernel, and ended so.
    Told(Box<KernelFacts>, Vec<Ended>),
    /// The kernel does not have the scheduler.
    NoScheduler,
    /// It could not be played, and why.
    Failed(String),
}

impl Answer {
    /// As bytes, on its way out of a machine.
    ///
    /// # Panics
    /// Never: nothing in an answer can fail to be written.
    pub fn encode(&self) -> Vec<u8> {
        postcard::to_stdvec(self).expect("answers are plain data")
    }

    /// From bytes.
    ///
    /// # Errors
    /// If the bytes are not those of an answer.
    pub fn decode(bytes: &[u8]) -> Result<Self, postcard::Error> {
        postcard::from_bytes(bytes)
    }
}

/// What comes of an order while it is carried out.
#[derive(Debug)]
pub enum Word {
    /// How much of the part that is being played is done, in per cent.
    Progress(usize),
    /// One part is done.
    Answer(Answer),
}

/// Carries an order out on the running kernel; `hear` gets one answer for each part, in order, and may stop it.
///
/// # Errors
/// The first error of `hear`.
pub fn carry_out<E: Send>(
    order: &Order,
    mut hear: impl FnMut(Word) -> Result<(), E> + Send,
) -> Result<(), E> {
    match order {
        Order::Play(scripts) => scripts.iter().try_for_each(|script| play_one(script, &mut hear)),
        Order::Conform(tasks) => tasks.iter().try_for_each(|task| match task {
            Task::Play(script) => play_one(script, &mut hear),
            Task::Tell(commands) => hear(Word::Answer(match tell(commands) {
                Ok((kernel, ended)) => Answer::Told(Box::new(kernel), ended),
                Err(error) => Answer::Failed(error.to_string()),
            })),
        }),
        Order::Serve(situations) => situations.iter().try_for_each(|situation| {
            let mut heard = Ok(());
            let served = serve(situation, |done| keep(&mut heard, hear(Word::Progress(done))));
            let answer = served.map_or_else(refused, |served| Answer::Served(Box::new(served)));
            heard.and_then(|()| hear(Word::Answer(answer)))
        }),
        Order::Tour(situation) => hear(Word::Answer(tour(situation).map_or_else(refused, Answer::Toured))),
    }
}

fn play_one<E>(script: &Script, hear: &mut impl FnMut(Word) -> Result<(), E>) -> Result<(), E> {
    let mut heard = Ok(());
    let played = play(script, |done| keep(&mut heard, hear(Word::Progress(done))));
    heard.and_then(|()| hear(Word::Answer(played_as(played))))
}

/// Keeps the first error.
fn keep<E>(first: &mut Result<(), E>, next: Result<(), E>) {
    if first.is_ok() {
        *first = next;
    }
}

fn played_as(played: Result<Log, PlayError>) -> Answer {
    match played {
        Ok(log) => Answer::Played(Box::new(log)),
        Err(
            PlayError::Lab(LabError::Ipvs(IpvsError::UnknownScheduler { .. }))
            | PlayError::Ipvs(IpvsError::UnknownScheduler { .. }),
        ) => Answer::NoScheduler,
        Err(error) => Answer::Failed(error.to_string()),
    }
}

fn refused(error: ServeError) -> Answer {
    match error {
        ServeError::Lab(LabError::Ipvs(IpvsError::UnknownScheduler { .. }))
        | ServeError::Ipvs(IpvsError::UnknownScheduler { .. }) => Answer::NoScheduler,
        error => Answer::Failed(error.to_string()),
    }
}
