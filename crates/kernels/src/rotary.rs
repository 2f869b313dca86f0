//! Rotary positions (arXiv 2104.09864).

/// Turns the points that the two halves of each head's vector are the coordinates of, by the angle of their place.
///
/// `x` is `[batch, time, heads, head_dim]`, `cos` and `sin` are `[≥ time, head_dim]`, each row the same twice. The
/// gradient is turned back: with `-1` as `direction`.
pub fn rotate(
    x: &[f32],
    cos: &[f32],
    sin: &[f32],
    [time, heads, head_dim]: [usize; 3],
    direction: f32,
) -> Vec<f32> {
    let half = head_dim / 2;
    let mut y = Vec::with_capacity(x.len());
    let places = cos.chunks_exact(head_dim).zip(sin.chunks_exact(head_dim)).take(time);
    let places: Vec<_> = places.map(|(cos, sin)| (&cos[..half], &sin[..half])).collect();
    for (token, (cos, sin)) in x.chunks_exact(heads * head_dim).zip(places.iter().cycle()) {
        for head in token.chunks_exact(head_dim) {
            let (a, b) = head.split_at(half);
            let turned = |(((a, b), cos), sin): (((&f32, &f32), &f32), &f32)| (a * cos, b * sin * direction);
            y.extend(a.iter().zip(b).zip(*cos).zip(*sin).map(turned).map(|(along, across)| along - across));
            y.extend(b.iter().zip(a).zip(*cos).zip(*sin).map(turned).map(|(along, across)| along + across));
        }
    }
    y
}
