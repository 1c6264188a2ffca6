//! Constants.

use crate::types::{NTSTATUS, POOL_FLAGS};

pub const POOL_FLAG_NON_PAGED: POOL_FLAGS = 0x40;

pub const IRP_MJ_CREATE: u32 = 0;
pub const IRP_MJ_CREATE_NAMED_PIPE: u32 = 1;
pub const IRP_MJ_CLOSE: u32 = 2;
pub const IRP_MJ_WRITE: u32 = 4;
pub const IRP_MJ_SET_INFORMATION: u32 = 6;
pub const IRP_MJ_DEVICE_CONTROL: u32 = 14;
pub const IRP_MJ_CLEANUP: u32 = 18;

pub const STATUS_SUCCESS: NTSTATUS = 0;
