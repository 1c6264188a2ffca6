//! The driver's device on Windows.
#![expect(
    unsafe_code,
    reason = "UNSAFETY: DeviceIoControl is a foreign function, and the standard library has no other way to it"
)]

use std::fs::{File, OpenOptions};
use std::io;
use std::os::windows::io::AsRawHandle as _;
use std::ptr;

use windows_sys::Win32::System::IO::DeviceIoControl;

use crate::{Transport, TransportError};

/// The name under which the driver's device is reached.
const NAME: &str = r"\\.\Cofferdam";

/// An open handle to the driver's device. What it was uploading ends with it.
#[derive(Debug)]
pub struct Device {
    file: File,
}

impl Device {
    /// Opens the device.
    ///
    /// # Errors
    /// Windows': that there is no such device where the driver is not loaded, or that access is denied.
    pub fn open() -> io::Result<Self> {
        let file = OpenOptions::new().read(true).write(true).open(NAME)?;
        Ok(Self { file })
    }
}

impl Transport for Device {
    fn control(
        &mut self,
        code: u32,
        input: &[u8],
        output: &mut [u8],
    ) -> Result<usize, TransportError> {
        let too_long = || TransportError::Io(io::ErrorKind::InvalidInput.into());
        let input_length = u32::try_from(input.len()).map_err(|_| too_long())?;
        let output_length = u32::try_from(output.len()).map_err(|_| too_long())?;
        let mut returned = 0;
        // SAFETY: the handle is open while `self` lives; both buffers are as long as is said and outlive the call, which
        // is synchronous because the file was not opened for overlapped use.
        let done = unsafe {
            DeviceIoControl(
                self.file.as_raw_handle(),
                code,
                input.as_ptr().cast(),
                input_length,
                output.as_mut_ptr().cast(),
                output_length,
                &raw mut returned,
                ptr::null_mut(),
            )
        };
        if done == 0 {
            return Err(TransportError::Io(io::Error::last_os_error()));
        }
        Ok(returned as usize)
    }
}
