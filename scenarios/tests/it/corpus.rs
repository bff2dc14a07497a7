//! What fuzzing has found worth keeping, checked by the properties that must hold, in every test run.

use std::fs;
use std::path::Path;

use crate::oracles;

#[test]
fn the_corpus_of_every_fuzz_target_holds() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus");
    let mut inputs = 0;
    for target in fs::read_dir(corpus).expect("the corpus is in the repository") {
        let target = target.expect("it can be listed");
        let name = target.file_name().into_string().expect("named after a target");
        for file in fs::read_dir(target.path()).expect("a directory a target") {
            let path = file.expect("it can be listed").path();
            let input = fs::read(&path).expect("it can be read");
            let held = std::panic::catch_unwind(|| oracles::check(&name, &input));
            assert!(held.is_ok(), "{}", path.display());
            inputs += 1;
        }
    }
    assert!(inputs > 100, "{inputs}");
}
