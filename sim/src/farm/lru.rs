//! A set of objects that forgets the one that was used least recently: what a cache holds.
//!
//! Objects are in a slab, in a doubly linked list by their last use, and found by an open hash table with linear probing
//! and deletion by shifting back (Knuth, *The Art of Computer Programming*, vol. 3, section 6.4, algorithm R). A use, a new
//! object and a forgotten one take constant time on average.

use alloc::vec::Vec;
use core::net::IpAddr;

/// No object: the end of the list, or a free place of the table.
const NONE: u32 = u32::MAX;

#[derive(Clone, Copy, Debug)]
struct Object {
    address: IpAddr,
    size: u32,
    newer: u32,
    older: u32,
}

/// Objects with sizes, up to a sum of sizes.
#[derive(Clone, Debug)]
pub(crate) struct Lru {
    room: u64,
    used: u64,
    objects: Vec<Object>,
    free: Vec<u32>,
    newest: u32,
    oldest: u32,
    /// Twice the objects or more, a power of two.
    table: Vec<u32>,
}

impl Lru {
    pub(crate) fn new(room: u64) -> Self {
        Self {
            room,
            used: 0,
            objects: Vec::new(),
            free: Vec::new(),
            newest: NONE,
            oldest: NONE,
            table: alloc::vec![NONE; 16],
        }
    }

    /// Uses an object: whether it was there. If not it is put there, unless it is larger than all the room, and whatever
    /// was used least recently has to go for it.
    pub(crate) fn touch(&mut self, address: IpAddr, size: u32) -> bool {
        let place = self.place(address);
        let found = self.table[place];
        if found != NONE {
            if found != self.newest {
                self.unlink(found);
                self.link(found);
            }
            return true;
        }
        if u64::from(size) <= self.room {
            while self.used + u64::from(size) > self.room {
                self.forget(self.oldest);
            }
            self.insert(address, size);
        }
        false
    }

    /// Forgets everything.
    pub(crate) fn clear(&mut self) {
        *self = Self::new(self.room);
    }

    fn insert(&mut self, address: IpAddr, size: u32) {
        let object = Object { address, size, newer: NONE, older: NONE };
        let number = match self.free.pop() {
            Some(number) => {
                self.objects[number as usize] = object;
                number
            }
            None => {
                self.objects.push(object);
                (self.objects.len() - 1) as u32
            }
        };
        if self.objects.len() * 2 > self.table.len() {
            self.grow();
        }
        // What was forgotten for it may have moved its place.
        let place = self.place(address);
        self.table[place] = number;
        self.link(number);
        self.used += u64::from(size);
    }

    fn forget(&mut self, number: u32) {
        self.unlink(number);
        let Object { address, size, .. } = self.objects[number as usize];
        self.used -= u64::from(size);
        self.free.push(number);
        let mask = self.table.len() - 1;
        let mut hole = self.place(address);
        let mut next = hole;
        loop {
            next = (next + 1) & mask;
            let moved = self.table[next];
            if moved == NONE {
                break;
            }
            let home = self.home(self.objects[moved as usize].address);
            // It may go back to the hole unless its home lies between, cyclically.
            if next.wrapping_sub(home) & mask >= next.wrapping_sub(hole) & mask {
                self.table[hole] = moved;
                hole = next;
            }
        }
        self.table[hole] = NONE;
    }

    fn grow(&mut self) {
        let old = core::mem::take(&mut self.table);
        self.table = alloc::vec![NONE; 2 * old.len()];
        for number in old.into_iter().filter(|&number| number != NONE) {
            let place = self.place(self.objects[number as usize].address);
            self.table[place] = number;
        }
    }

    /// Where an object is in the table, or where it would be put.
    fn place(&self, address: IpAddr) -> usize {
        let mut place = self.home(address);
        loop {
            let number = self.table[place];
            if number == NONE || self.objects[number as usize].address == address {
                return place;
            }
            place = (place + 1) & (self.table.len() - 1);
        }
    }

    /// Where the search for an object begins.
    fn home(&self, address: IpAddr) -> usize {
        let bits = match address {
            IpAddr::V4(address) => u64::from(address.to_bits()),
            IpAddr::V6(address) => {
                let bits = address.to_bits();
                (bits >> 64) as u64 ^ bits as u64
            }
        };
        // Fibonacci hashing: the upper bits of the product (Knuth, section 6.4).
        let shift = 64 - self.table.len().trailing_zeros();
        (bits.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> shift) as usize
    }

    /// Puts an object that is in no list in front.
    fn link(&mut self, number: u32) {
        let older = self.newest;
        let object = &mut self.objects[number as usize];
        (object.newer, object.older) = (NONE, older);
        match older {
            NONE => self.oldest = number,
            older => self.objects[older as usize].newer = number,
        }
        self.newest = number;
    }

    fn unlink(&mut self, number: u32) {
        let Object { newer, older, .. } = self.objects[number as usize];
        match newer {
            NONE => self.newest = older,
            newer => self.objects[newer as usize].older = older,
        }
        match older {
            NONE => self.oldest = newer,
            older => self.objects[older as usize].newer = newer,
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;
    use core::net::{Ipv4Addr, Ipv6Addr};

    use ipvslab_schedulers::Rng;

    use super::*;

    /// The plain version: a list, the newest last.
    struct Plain(u64, Vec<(IpAddr, u32)>);

    impl Plain {
        fn touch(&mut self, address: IpAddr, size: u32) -> bool {
            if let Some(at) = self.1.iter().position(|&(kept, _)| kept == address) {
                let object = self.1.remove(at);
                self.1.push(object);
                return true;
            }
            if u64::from(size) <= self.0 {
                self.1.push((address, size));
                while self.1.iter().map(|&(_, size)| u64::from(size)).sum::<u64>() > self.0 {
                    self.1.remove(0);
                }
            }
            false
        }
    }

    #[test]
    fn it_does_what_a_plain_list_does() {
        for (seed, room, largest) in [(1, 40, 1), (2, 500, 30), (3, 5, 9), (4, 0, 2), (5, 1_000_000, 3)] {
            let mut rng = Rng::stream(seed, 0, "lru");
            let (mut lru, mut plain) = (Lru::new(room), Plain(room, Vec::new()));
            for step in 0..20_000 {
                let low = rng.below(30) * rng.below(20);
                let address = match rng.below(2) {
                    0 => IpAddr::V4(Ipv4Addr::from_bits(0xac10_0000 + low)),
                    _ => IpAddr::V6(Ipv6Addr::from_bits(u128::from(low) << 64 | 5)),
                };
                let size = 1 + rng.below(largest);
                assert_eq!(lru.touch(address, size), plain.touch(address, size), "step {step} of {seed}");
                if rng.below(5_000) == 0 {
                    lru.clear();
                    plain.1.clear();
                }
            }
            let kept = lru.objects.len() - lru.free.len();
            assert_eq!(
                (kept, lru.used),
                (plain.1.len(), plain.1.iter().map(|&(_, size)| u64::from(size)).sum())
            );
        }
    }
}
