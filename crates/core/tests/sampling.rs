//! Sampling: what may be drawn, how often, and that a seed fixes it.

use petit_train_core::config::SamplingConfig;
use petit_train_core::error::Error;
use petit_train_core::generate::Sampler;

const LOGITS: [f32; 6] = [1.0, 3.0, 2.0, -1.0, 0.0, 2.5];

fn config() -> SamplingConfig {
    SamplingConfig { temperature: 1.0, top_k: 0, top_p: 1.0, seed: 11 }
}

fn softmax(temperature: f64) -> Vec<f64> {
    let weights: Vec<f64> = LOGITS.iter().map(|&x| (f64::from(x) / temperature).exp()).collect();
    let total: f64 = weights.iter().sum();
    weights.iter().map(|w| w / total).collect()
}

fn frequencies(config: SamplingConfig, draws: usize) -> Vec<f64> {
    let mut sampler = Sampler::new(config).unwrap();
    let mut counts = vec![0.0; LOGITS.len()];
    for _ in 0..draws {
        counts[sampler.draw(&LOGITS).unwrap().id as usize] += 1.0;
    }
    counts.iter().map(|count| count / draws as f64).collect()
}

#[test]
fn tokens_are_drawn_as_often_as_their_probability_says() {
    let draws = 40_000;
    for temperature in [0.5, 1.0, 2.0] {
        let expected = softmax(temperature);
        let seen = frequencies(SamplingConfig { temperature, ..config() }, draws);
        // Pearson's chi-square with 5 degrees of freedom stays below 20.5 in 99.9 % of seeds.
        let chi_square: f64 =
            seen.iter().zip(&expected).map(|(s, e)| (s - e).powi(2) / e * draws as f64).sum();
        assert!(chi_square < 20.5, "temperature {temperature}: {chi_square}, {seen:?} {expected:?}");
    }
}

/// Most draws end among the likeliest few; where all are nearly alike, few do.
#[test]
fn a_large_vocabulary_is_drawn_from_as_its_distribution_says() {
    let logits: Vec<f32> =
        (0..3_000u32).map(|id| (id.wrapping_mul(2_654_435_761) >> 24) as f32 / 50.0).collect();
    for temperature in [0.005, 1.0, 10.0] {
        let config = SamplingConfig { temperature, ..config() };
        let distribution = Sampler::new(config.clone()).unwrap().distribution(&logits).unwrap();
        let mut sampler = Sampler::new(config.clone()).unwrap();
        // All but a sliver, which takes the other way to a token.
        let mut other = Sampler::new(SamplingConfig { top_p: 1.0 - 1e-12, ..config }).unwrap();
        let mut beyond = 0;
        for _ in 0..2_000 {
            let id = sampler.draw(&logits).unwrap().id;
            assert_eq!(id, other.draw(&logits).unwrap().id, "temperature {temperature}");
            beyond += usize::from(distribution.iter().position(|of| of.0 == id).unwrap() >= 64);
        }
        assert_eq!(beyond > 0, temperature > 0.5, "temperature {temperature}: {beyond}");
    }
}

#[test]
fn a_temperature_of_zero_always_takes_the_likeliest() {
    let seen = frequencies(SamplingConfig { temperature: 0.0, ..config() }, 100);
    assert_eq!(seen, [0.0, 1.0, 0.0, 0.0, 0.0, 0.0]);
}

#[test]
fn top_k_keeps_the_k_likeliest_in_proportion() {
    let sampler = Sampler::new(SamplingConfig { top_k: 3, ..config() }).unwrap();
    let candidates = sampler.distribution(&LOGITS).unwrap();
    assert_eq!(candidates.iter().map(|(id, _)| *id).collect::<Vec<_>>(), [1, 5, 2]);
    let p = softmax(1.0);
    let mass = p[1] + p[5] + p[2];
    for (id, probability) in candidates {
        assert!((probability - p[id as usize] / mass).abs() < 1e-9);
    }
}

#[test]
fn top_p_keeps_the_smallest_set_that_reaches_the_mass() {
    let p = softmax(1.0);
    for (top_p, expected) in
        [(1e-6, 1), (p[1] - 1e-6, 1), (p[1] + 1e-6, 2), (p[1] + p[5] + 1e-6, 3), (1.0, 6)]
    {
        let sampler = Sampler::new(SamplingConfig { top_p, ..config() }).unwrap();
        let candidates = sampler.distribution(&LOGITS).unwrap();
        assert_eq!(candidates.len(), expected, "top_p {top_p}");
        assert!((candidates.iter().map(|(_, p)| p).sum::<f64>() - 1.0).abs() < 1e-12);
    }
}

#[test]
fn top_p_is_of_what_top_k_has_left() {
    let p = softmax(1.0);
    let mass = p[1] + p[5] + p[2];
    let first_two = (p[1] + p[5]) / mass;
    for (top_p, expected) in [(first_two - 1e-6, 2), (first_two + 1e-6, 3), (p[1] / mass - 1e-6, 1)] {
        let sampler = Sampler::new(SamplingConfig { top_k: 3, top_p, ..config() }).unwrap();
        let candidates = sampler.distribution(&LOGITS).unwrap();
        assert_eq!(candidates.len(), expected, "top_p {top_p}");
        assert!((candidates.iter().map(|(_, p)| p).sum::<f64>() - 1.0).abs() < 1e-12);
    }
}

#[test]
fn ties_go_to_the_smaller_id_whatever_is_left_out() {
    let logits = [1.0, 2.0, 2.0, 2.0, 0.0, 2.0];
    for top_k in 1..=6 {
        let sampler = Sampler::new(SamplingConfig { top_k, ..config() }).unwrap();
        let ids: Vec<u32> = sampler.distribution(&logits).unwrap().into_iter().map(|(id, _)| id).collect();
        assert_eq!(ids, [1, 2, 3, 5, 0, 4][..top_k]);
    }
}

#[test]
fn scores_that_are_no_numbers_are_told_and_never_drawn() {
    for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        for temperature in [0.0, 1.0] {
            let mut sampler = Sampler::new(SamplingConfig { temperature, ..config() }).unwrap();
            assert_eq!(sampler.draw(&[1.0, bad, 2.0]), Err(Error::Diverged { step: None }));
            assert_eq!(sampler.draw(&[]), Err(Error::Diverged { step: None }));
            // It goes on with numbers.
            assert_eq!(sampler.draw(&[2.0]).unwrap().id, 0);
        }
    }
}

#[test]
fn a_seed_fixes_the_draw() {
    let draw = |seed| {
        let mut sampler = Sampler::new(SamplingConfig { seed, ..config() }).unwrap();
        (0..50).map(|_| sampler.draw(&LOGITS).unwrap().id).collect::<Vec<_>>()
    };
    assert_eq!(draw(1), draw(1));
    assert_ne!(draw(1), draw(2));
}

#[test]
fn the_number_that_is_told_chooses_the_token_that_was_drawn() {
    let settings = [
        config(),
        SamplingConfig { temperature: 0.0, ..config() },
        SamplingConfig { temperature: 0.5, top_k: 4, top_p: 0.9, ..config() },
    ];
    for config in settings {
        let mut sampler = Sampler::new(config.clone()).unwrap();
        let distribution = sampler.distribution(&LOGITS).unwrap();
        for _ in 0..500 {
            let drawn = sampler.draw(&LOGITS).unwrap();
            assert!((0.0..1.0).contains(&drawn.number));
            // The bars one after the other, and the one that the number falls into.
            let mut end = 0.0;
            let bar = distribution.iter().find(|(_, probability)| {
                end += probability;
                drawn.number < end
            });
            assert_eq!(drawn.id, bar.unwrap().0, "{config:?}");
        }
    }
}

#[test]
fn impossible_settings_are_refused() {
    for bad in [
        SamplingConfig { temperature: -1.0, ..config() },
        SamplingConfig { temperature: f64::NAN, ..config() },
        SamplingConfig { top_p: 0.0, ..config() },
        SamplingConfig { top_p: 1.5, ..config() },
    ] {
        assert!(matches!(Sampler::new(bad), Err(Error::SettingOutOfRange { .. })));
    }
}
