//! A real server's weight.

/// The weight of a real server as the kernel keeps it: 0 (quiesced) to 2³¹ − 1.
///
/// `ipvsadm` itself stops at 65535; the kernel refuses only what its signed 32-bit field cannot hold.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Weight(i32);

impl Weight {
    /// Weight 0: the server keeps its connections and gets no new ones.
    pub const QUIESCED: Self = Self(0);
    /// Weight 1, what `ipvsadm` uses when none is given.
    pub const ONE: Self = Self(1);
    /// The largest weight the kernel accepts.
    pub const MAX: Self = Self(i32::MAX);

    /// `None` above [`Weight::MAX`].
    #[inline]
    pub const fn new(weight: u32) -> Option<Self> {
        if weight <= i32::MAX as u32 { Some(Self(weight as i32)) } else { None }
    }

    /// The weight as the signed number the kernel computes with; never negative.
    #[inline]
    pub const fn get(self) -> i32 {
        self.0
    }
}
