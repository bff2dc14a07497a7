//! What is allowed, package by package: the one table.

/// A package and how its files may import one another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Package {
    /// The folder of the sources, from the root of the repository.
    pub folder: &'static str,
    /// The file that declares the others.
    pub root: &'static str,
    /// How many files may be in one circle of imports; 1 is no circle at all.
    pub circle: usize,
    /// How many rooms may be in one circle; 1 keeps them apart.
    pub rooms: usize,
}

/// Every package. No number ever grows; where it is not yet what it should be, the comment says what that is.
pub const PACKAGES: [Package; 9] = [
    // A file a scheduler and no rooms: what is one there are its files.
    Package { folder: "schedulers/src", root: "lib.rs", circle: 2, rooms: 2 },
    Package { folder: "sim/src", root: "lib.rs", circle: 3, rooms: 1 },
    // Should be 9 and 1.
    Package { folder: "scenarios/src", root: "lib.rs", circle: 25, rooms: 5 },
    Package { folder: "reports/src", root: "lib.rs", circle: 1, rooms: 1 },
    Package { folder: "live/src", root: "lib.rs", circle: 5, rooms: 1 },
    // A file a verb.
    Package { folder: "src", root: "main.rs", circle: 1, rooms: 1 },
    Package { folder: "theory/src", root: "lib.rs", circle: 6, rooms: 1 },
    Package { folder: "tidy/src", root: "lib.rs", circle: 1, rooms: 1 },
    Package { folder: "bench/src", root: "lib.rs", circle: 1, rooms: 1 },
];
