//! The iterations by which Muon makes a matrix orthogonal.

/// Added to a matrix's norm before dividing by it, so that a matrix of zeros stays 0.
pub const EPSILON: f32 = 1e-7;

/// The polynomial of the iterations, and how many there are. Each turns x into `(a + b x xᵀ + c (x xᵀ)²) x`.
#[derive(Clone, Copy, Debug)]
pub struct NewtonSchulz {
    /// The coefficients `(a, b, c)`.
    pub coefficients: (f32, f32, f32),
    /// How often the polynomial is applied.
    pub iterations: usize,
}
