//! What a machine without an operating system would have to bring: the entry, an end, memory.
#![expect(
    unsafe_code,
    reason = "an allocator is unsafe by its trait, and the entry is a promise to the linker"
)]

use core::alloc::{GlobalAlloc, Layout};
use core::cell::UnsafeCell;
use core::ffi::c_int;
use core::panic::PanicInfo;
use core::ptr::null_mut;
use core::sync::atomic::{AtomicUsize, Ordering};

/// All checks together ask for about 20 KiB, and nothing is given back.
const HEAP_BYTES: usize = 256 * 1024;

/// Of more than this no type of ours is a multiple.
const ALIGN_MAX: usize = 16;

// What a start on Linux needs: the C library's, which calls `main`.
#[link(name = "c")]
unsafe extern "C" {
    fn abort() -> !;
}

#[unsafe(no_mangle)]
extern "C" fn main() -> c_int {
    crate::work()
}

/// The toolchain's `alloc` was compiled to unwind and names these two; this program ends instead.
#[unsafe(no_mangle)]
extern "C" fn rust_eh_personality() {}

#[unsafe(no_mangle)]
extern "C" fn _Unwind_Resume() -> ! {
    // SAFETY: it asks for nothing.
    unsafe { abort() }
}

#[panic_handler]
fn end(_panic: &PanicInfo<'_>) -> ! {
    // SAFETY: it asks for nothing.
    unsafe { abort() }
}

#[global_allocator]
static HEAP: Heap = Heap {
    bytes: UnsafeCell::new(Aligned([0; HEAP_BYTES])),
    used: AtomicUsize::new(0),
};

#[repr(align(16))]
struct Aligned<T>(T);

/// Hands out one piece after the other and takes none back.
struct Heap {
    bytes: UnsafeCell<Aligned<[u8; HEAP_BYTES]>>,
    used: AtomicUsize,
}

// SAFETY: pieces are handed out by one atomic counter, so that no two overlap.
unsafe impl Sync for Heap {}

// SAFETY: a piece lies inside the heap, is as large and as aligned as was asked for, and is
// nobody else's.
unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if layout.align() > ALIGN_MAX {
            return null_mut();
        }
        let piece = |used: usize| {
            let end = used.checked_add(layout.size())?;
            end.checked_next_multiple_of(ALIGN_MAX)
                .filter(|end| *end <= HEAP_BYTES)
        };
        let used = self
            .used
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, piece);
        used.map_or(null_mut(), |used| {
            // SAFETY: `used` and what was asked for behind it are inside the heap.
            unsafe { (&raw mut (*self.bytes.get()).0).cast::<u8>().add(used) }
        })
    }

    unsafe fn dealloc(&self, _piece: *mut u8, _layout: Layout) {}
}
