//! Texts to try the tokenizers on: French prose, and random Unicode.

use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// French prose with what French typography has to offer: elisions with both apostrophes, ligatures,
/// quotation marks, no-break spaces thin and wide, a dialogue, figures, and one decomposed accent.
pub(crate) const FRENCH: &str = "\
Ce matin-là, le petit train n’avait pas envie de partir. Il était tôt, l'herbe du talus brillait encore, et \
la garde-barrière, qui d'habitude lui faisait signe dès le virage, dormait derrière ses volets bleus.
— Tu viens\u{202F}? demanda le wagon-citerne, qui s’ennuyait vite.
— J’arrive, j’arrive… répondit le petit train. Mais où allons-nous, aujourd’hui\u{202F}?
— Où nous allons toujours\u{A0}: à Sœurs-sur-Aÿ, trente-deux kilomètres, sept arrêts, 1\u{202F}204 \
traverses par lieue\u{202F}!
Le petit train soupira. Il connaissait chaque traverse, chaque œillet de métal, chaque pâquerette. Il \
aurait voulu, une fois, tourner à gauche là où la voie tourne à droite, et voir ce qu'il y a derrière la \
colline.
«\u{A0}À gauche, disait la vieille aiguille rouillée, il n'y a rien. On l'a cru longtemps\u{202F}; des \
géomètres y sont allés. Ils n'en ont rapporté qu'un panier de mûres et une chanson.\u{A0}»
Or une chanson, ce n’était pas rien. Le petit train y pensa pendant 3 jours et 12 heures, ce qui, pour un \
train, est énorme. Le quatrième jour, au lever du soleil, il siffla deux fois, poussa l'aiguille du bout de \
son tampon, et s'en alla. Qu’est-ce qu’on entendit alors\u{202F}? Des rires d'enfants, un chien, l'eau du \
canal… puis, très loin, la chanson.
Noël passa. À la gare, le chef — un naïf, au cœur tendre — laissait chaque soir une lanterne allumée\u{A0}: \
«\u{A0}On ne sait jamais\u{A0}», disait-il à qui voulait l'entendre, et c’était vrai, car on ne savait pas. \
Un e\u{301}té vint, puis un autre.

\tEt voilà qu'un soir de grêle, à vingt et une heures précises, la lanterne se mit à trembler. Deux coups \
de sifflet.  Le petit train était là, couvert de mûres, plus âgé, plus maigre, ravi. Il ne raconta \
rien\u{202F}; il chantait.
";

/// The same random numbers on every machine.
pub(crate) fn rng(seed: u64) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(seed)
}

/// Up to `max_parts` random characters or short sequences, from all of Unicode and from where it is
/// difficult.
pub(crate) fn random_text(rng: &mut ChaCha8Rng, max_parts: usize) -> String {
    let parts = rng.random_range(0..=max_parts);
    (0..parts).map(|_| random_part(rng)).collect()
}

fn random_part(rng: &mut ChaCha8Rng) -> String {
    const SEQUENCES: [&str; 14] = [
        "👩\u{200D}👩\u{200D}👧\u{200D}👦",
        "🏳\u{FE0F}\u{200D}🌈",
        "👍🏽",
        "🇫🇷",
        "1\u{FE0F}\u{20E3}",
        "o\u{302}\u{323}",
        "l'",
        "qu’",
        "  ",
        "\r\n",
        "\u{202F}!",
        "\u{2067}שלום\u{2069}",
        "क्षि",
        "<0xC3>",
    ];
    let ranges: [std::ops::RangeInclusive<char>; 13] = [
        '\0'..=char::MAX,
        '\0'..='\u{7F}',
        'a'..='e',
        ' '..=' ',
        '0'..='9',
        'À'..='ÿ',
        '\u{300}'..='\u{36F}',
        'א'..='ת',
        'ء'..='ي',
        '一'..='龯',
        'ぁ'..='ヿ',
        '\u{2000}'..='\u{206F}',
        '😀'..='🙏',
    ];
    match ranges.get(rng.random_range(0..ranges.len() + 2)) {
        Some(range) => rng.random_range(range.clone()).to_string(),
        None => SEQUENCES.choose(rng).unwrap_or(&"").to_string(),
    }
}
