//! The only place where the host waits for an engine.

use burn::tensor::{Tensor, TensorData, Transaction};

use crate::error::{Error, Result};

/// Several tensors with one wait, each as it lies in memory: its numbers in row-major order.
///
/// # Errors
/// [`Error::EngineFailed`] when the device is lost or the copy fails.
pub(crate) async fn read_data<const D: usize>(
    tensors: impl IntoIterator<Item = Tensor<D>>,
) -> Result<Vec<TensorData>> {
    let mut transaction = Transaction::default();
    for tensor in tensors {
        transaction = transaction.register(tensor);
    }
    transaction.execute_async().await.map_err(Error::engine)
}

/// The same as numbers.
///
/// # Errors
/// As [`read_data`].
pub(crate) async fn read_all<const D: usize>(
    tensors: impl IntoIterator<Item = Tensor<D>>,
) -> Result<Vec<Vec<f32>>> {
    let data = read_data(tensors).await?;
    data.into_iter().map(|data| data.try_into_vec::<f32>().map_err(Error::engine)).collect()
}

/// One tensor's numbers in row-major order.
///
/// # Errors
/// As [`read_data`].
pub(crate) async fn read<const D: usize>(tensor: Tensor<D>) -> Result<Vec<f32>> {
    Ok(read_all([tensor]).await?.pop().unwrap_or_default())
}

/// The number that a tensor holds; NaN where it holds none.
///
/// # Errors
/// As [`read_data`].
pub(crate) async fn read_one(tensor: Tensor<1>) -> Result<f32> {
    Ok(read(tensor).await?.first().copied().unwrap_or(f32::NAN))
}

/// The sum of the squares of all numbers: finite only where all of them are.
///
/// # Errors
/// As [`read_data`].
pub(crate) async fn squared_norm<const D: usize>(
    tensors: impl IntoIterator<Item = Tensor<D>>,
) -> Result<f32> {
    let mut sum = 0.0;
    // One after the other: the copies stay small.
    for tensor in tensors {
        for data in read_data([tensor]).await? {
            sum += sum_of_squares(data.as_slice::<f32>().map_err(Error::engine)?);
        }
    }
    Ok(sum)
}

/// The same of numbers on the host.
pub(crate) fn sum_of_squares(numbers: &[f32]) -> f32 {
    let (chunks, rest) = numbers.as_chunks::<8>();
    let mut sums = [0.0; 8];
    for chunk in chunks {
        sums.iter_mut().zip(chunk).for_each(|(sum, number)| *sum += number * number);
    }
    sums.iter().sum::<f32>() + rest.iter().map(|number| number * number).sum::<f32>()
}
