//! Poisson arrivals, exponential work, one line in front of all slots: M/M/c, and M/M/c/c without a line (Erlang 1917).

/// The probability of being refused where nobody waits: `load` erlangs on `slots` slots (Erlang B).
pub fn blocking(slots: u32, load: f64) -> f64 {
    (1..=slots).fold(1.0, |blocked, k| load * blocked / (f64::from(k) + load * blocked))
}

/// A pooled farm in the steady state: every slot takes the next connection in line.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Pooled {
    /// Arrivals per second.
    rate: f64,
    /// Services per second that one slot can do.
    service: f64,
    slots: u32,
}

impl Pooled {
    /// `None` if the slots cannot keep up.
    pub fn new(rate: f64, mean_work_s: f64, slots: u32) -> Option<Self> {
        let service = 1.0 / mean_work_s;
        (rate < service * f64::from(slots)).then_some(Self { rate, service, slots })
    }

    /// How much faster the whole is than it has to be, per second.
    fn spare(&self) -> f64 {
        self.service * f64::from(self.slots) - self.rate
    }

    /// The part of the time that a slot is busy.
    pub fn utilisation(&self) -> f64 {
        self.rate / (self.service * f64::from(self.slots))
    }

    /// The probability of waiting (Erlang C).
    pub fn waits(&self) -> f64 {
        let blocked = blocking(self.slots, self.rate / self.service);
        blocked / (1.0 - self.utilisation() * (1.0 - blocked))
    }

    /// The mean wait in seconds.
    pub fn mean_wait(&self) -> f64 {
        self.waits() / self.spare()
    }

    /// The probability of waiting longer than a number of seconds.
    pub fn wait_beyond(&self, seconds: f64) -> f64 {
        self.waits() * libm::exp(-self.spare() * seconds)
    }

    /// The probability of a response time longer than a number of seconds.
    pub fn response_beyond(&self, seconds: f64) -> f64 {
        response_beyond(self.waits(), self.spare(), self.service, seconds)
    }
}

/// Of a wait that is none with probability 1 − `waits` and else exponential at rate `spare`, and exponential work at rate
/// `service` after it: the probability that both together take longer than a number of seconds.
pub(super) fn response_beyond(waits: f64, spare: f64, service: f64, seconds: f64) -> f64 {
    let alone = libm::exp(-service * seconds);
    let both = if (spare / service - 1.0).abs() < 1e-9 {
        (1.0 + service * seconds) * alone
    } else {
        (spare * alone - service * libm::exp(-spare * seconds)) / (spare - service)
    };
    (1.0 - waits) * alone + waits * both
}
