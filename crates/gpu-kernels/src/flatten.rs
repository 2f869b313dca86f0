//! Tensors one after the other as one vector.

use burn_cubecl::cubecl;
use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;

use crate::tensor::{buffer, empty, lanes, size, threads};

/// Tensors copied by one launch. With the result and the launch's parameters that makes eight buffers, which
/// every WebGPU allows.
const AT_ONCE: usize = 6;

/// All numbers of `tensors`, of which there is at least one, in their order: `[sum of sizes]`.
pub fn flatten(tensors: &[CubeTensor]) -> CubeTensor {
    let sizes: Vec<usize> = tensors.iter().map(size).collect();
    let y = empty(&tensors[0], [sizes.iter().sum()]);
    let lanes = lanes(&sizes);
    let mut start = 0;
    for (group, sizes) in tensors.chunks(AT_ONCE).zip(sizes.chunks(AT_ONCE)) {
        // The end of each tensor, counted from the start of the group; missing tensors are empty.
        let mut ends = [0; AT_ONCE];
        let mut end = 0;
        for (index, end_of_tensor) in ends.iter_mut().enumerate() {
            end += sizes.get(index).copied().unwrap_or(0) / lanes;
            *end_of_tensor = end;
        }
        let [a, b, c, d, e, f] = std::array::from_fn(|index| buffer(group.get(index).unwrap_or(&group[0])));
        let (count, dim) = threads(end);
        // SAFETY: a thread beyond the numbers ends at once.
        unsafe {
            flatten_kernel::launch_unchecked(
                &y.client,
                count,
                dim,
                lanes,
                a,
                b,
                c,
                d,
                e,
                f,
                buffer(&y),
                start,
                ends[0],
                ends[1],
                ends[2],
                ends[3],
                ends[4],
                ends[5],
            );
        }
        start += end;
    }
    y
}

#[cube(launch_unchecked)]
fn flatten_kernel<N: Size>(
    a: &[Vector<f32, N>],
    b: &[Vector<f32, N>],
    c: &[Vector<f32, N>],
    d: &[Vector<f32, N>],
    e: &[Vector<f32, N>],
    f: &[Vector<f32, N>],
    y: &mut [Vector<f32, N>],
    start: usize,
    a_end: usize,
    b_end: usize,
    c_end: usize,
    d_end: usize,
    e_end: usize,
    f_end: usize,
) {
    let unit = ABSOLUTE_POS;
    if unit >= f_end {
        terminate!();
    }
    y[start + unit] = if unit < a_end {
        a[unit]
    } else if unit < b_end {
        b[unit - a_end]
    } else if unit < c_end {
        c[unit - b_end]
    } else if unit < d_end {
        d[unit - c_end]
    } else if unit < e_end {
        e[unit - d_end]
    } else {
        f[unit - e_end]
    };
}
