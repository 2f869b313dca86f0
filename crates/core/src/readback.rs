//! The only place where the host waits for an engine.

use burn::tensor::{Tensor, Transaction};

use crate::error::{Error, Result};

/// Several tensors with one wait, each as its numbers in row-major order.
///
/// # Errors
/// [`Error::EngineFailed`] when the device is lost or the copy fails.
pub(crate) async fn read_all<const D: usize>(
    tensors: impl IntoIterator<Item = Tensor<D>>,
) -> Result<Vec<Vec<f32>>> {
    let mut transaction = Transaction::default();
    for tensor in tensors {
        transaction = transaction.register(tensor);
    }
    let data = transaction.execute_async().await.map_err(Error::engine)?;
    data.into_iter().map(|data| data.try_into_vec::<f32>().map_err(Error::engine)).collect()
}

/// One tensor's numbers in row-major order.
///
/// # Errors
/// As [`read_all`].
pub(crate) async fn read<const D: usize>(tensor: Tensor<D>) -> Result<Vec<f32>> {
    Ok(read_all([tensor]).await?.pop().unwrap_or_default())
}
