//! Stand-in for `wdk-panic`: the panic handler. With `proof` it makes a link that holds a panic path fail.
#![no_std]

use core::panic::PanicInfo;

#[cfg(feature = "proof")]
unsafe extern "C" {
    /// Defined nowhere.
    fn cofferdam_a_panic_path_is_linked() -> !;
}

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    #[cfg(feature = "proof")]
    // SAFETY: never called: an image that holds this call does not link.
    unsafe {
        cofferdam_a_panic_path_is_linked()
    }
    #[cfg(not(feature = "proof"))]
    loop {}
}
