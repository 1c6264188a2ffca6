//! Two case mappings made in different ways, one from `UnicodeData.txt`, one from the standard library.

use cofferdam_compiler::reference::fold;

#[test]
fn the_machine_and_the_oracle_fold_alike() {
    for unit in 0..=u16::MAX {
        assert_eq!(
            cofferdam_interpreter::fold::unit(unit),
            fold(unit),
            "U+{unit:04X}"
        );
    }
}
