//! burn's GPU tensors as the kernels take them: numbers one after the other.

use burn_cubecl::cubecl::prelude::{BufferArg, CubeCount, CubeDim};
use burn_cubecl::kernel::into_contiguous;
use burn_cubecl::ops::numeric::empty_device_contiguous_dtype;
use burn_cubecl::tensor::CubeTensor;

/// How many numbers a thread reads at once where the layout allows it.
pub(crate) const LANES: usize = 4;
/// Threads of a workgroup whose threads work on their own.
const CUBE: u32 = 64;
/// How many workgroups the first dimension of a launch may have in every WebGPU.
const MAX_CUBES: u32 = 65_535;

/// The tensor itself if its numbers are stored row by row, else a copy.
pub fn contiguous(tensor: CubeTensor) -> CubeTensor {
    into_contiguous(tensor)
}

/// A new tensor with the device and type of `like`, whose numbers are not yet written.
pub fn empty<const D: usize>(like: &CubeTensor, shape: [usize; D]) -> CubeTensor {
    empty_device_contiguous_dtype(like.client.clone(), like.device.clone(), shape.into(), like.dtype)
}

/// The extents of a tensor.
pub fn dims<const D: usize>(tensor: &CubeTensor) -> [usize; D] {
    tensor.meta.shape().dims()
}

/// How many numbers a tensor has.
pub(crate) fn size(tensor: &CubeTensor) -> usize {
    tensor.meta.num_elements()
}

pub(crate) fn buffer(tensor: &CubeTensor) -> BufferArg {
    tensor.clone().into_buffer_arg()
}

/// How many numbers can be read at once where runs of all these lengths begin one after the other.
pub(crate) fn lanes(lengths: &[usize]) -> usize {
    if lengths.iter().all(|length| length.is_multiple_of(LANES)) { LANES } else { 1 }
}

/// Workgroups enough for one thread for each of `units`; the kernel is told how many there are.
pub(crate) fn threads(units: usize) -> (CubeCount, CubeDim) {
    let cubes = (units as u32).div_ceil(CUBE);
    let rows = cubes.div_ceil(MAX_CUBES);
    (CubeCount::Static(cubes.div_ceil(rows), rows, 1), CubeDim::new_1d(CUBE))
}

/// For what happens to each number of `x` alone: how many are read at once, how many threads that takes, and
/// the launch.
pub(crate) fn each_number(x: &CubeTensor) -> (usize, usize, CubeCount, CubeDim) {
    let lanes = lanes(&[size(x)]);
    let units = size(x) / lanes;
    let (count, dim) = threads(units);
    (lanes, units, count, dim)
}
