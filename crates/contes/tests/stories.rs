//! The stories of both languages: their number, their probability, their entropy, the links between their
//! words.

use std::collections::{HashMap, HashSet};

use petit_train_contes::{Floor, Language, LinkKind, Part};

const SAMPLE: usize = 10_000;

fn sample(language: Language) -> Vec<String> {
    language.stories(11, Part::All).take(SAMPLE).map(|story| story.text).collect()
}

#[test]
fn stories_differ_and_are_of_the_promised_length() {
    for language in Language::ALL {
        let texts = sample(language);
        assert_eq!(texts.iter().collect::<HashSet<_>>().len(), SAMPLE, "two stories are the same");
        for text in &texts {
            let (title, tale) = text.split_once('\n').expect("a title and a tale");
            assert!((2..=13).contains(&title.split_whitespace().count()), "{title}");
            let words = tale.split_whitespace().filter(|word| word.chars().any(char::is_alphabetic)).count();
            assert!((40..=125).contains(&words), "{words} words: {text}");
            assert!(text.lines().all(|line| !line.trim().is_empty()), "a story holds a blank line: {text}");
        }
    }
}

#[test]
fn there_are_enough_words_and_skeletons() {
    for language in Language::ALL {
        let skeletons: HashSet<usize> =
            language.stories(12, Part::All).take(2_000).map(|story| story.skeleton).collect();
        assert!(skeletons.len() >= 40, "{} skeletons", skeletons.len());
        assert_eq!(skeletons.len(), language.grammar().skeletons().len());
        let texts = sample(language).join("\n").to_lowercase();
        let words: HashSet<&str> = texts.split(|letter: char| !letter.is_alphabetic()).collect();
        assert!(words.len() >= 600, "{} words", words.len());
    }
}

/// What seed 11 told when this was written: another machine, or another version, tells the same.
#[test]
fn a_seed_gives_the_same_stories() {
    let streams = [
        (Language::French, Part::Training),
        (Language::French, Part::Validation),
        (Language::English, Part::All),
    ];
    let told = streams
        .map(|(language, part)| fnv1a(language.stories(11, part).documents(20_000).join("\n\n").as_bytes()));
    assert_eq!(told, [3_339_287_019_049_335_960, 46_365_468_488_519_430, 7_596_426_586_128_498_487]);
}

fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[test]
fn seeds_and_parts_tell_other_stories() {
    for language in Language::ALL {
        let mut told = HashSet::new();
        for (seed, part) in
            (0..20).flat_map(|seed| [Part::Training, Part::Validation].map(|part| (seed, part)))
        {
            for story in language.stories(seed, part).take(50) {
                assert!(told.insert(story.text.clone()), "seed {seed} {part:?} tells again: {}", story.text);
            }
        }
    }
}

#[test]
fn documents_are_whole_stories_of_the_size_asked_for() {
    for language in Language::ALL {
        let stories: Vec<String> =
            language.stories(4, Part::Training).take(60).map(|story| story.text).collect();
        for bytes in [0, 1, 1_000, 10_000] {
            let documents = language.stories(4, Part::Training).documents(bytes);
            assert_eq!(documents, stories[..documents.len()]);
            let size = |documents: &[String]| documents.iter().map(String::len).sum::<usize>();
            assert!(size(&documents) >= bytes);
            assert!(documents.is_empty() || size(&documents[..documents.len() - 1]) < bytes);
        }
    }
}

#[test]
fn a_stream_goes_on_from_its_position() {
    for language in Language::ALL {
        let mut stories = language.stories(5, Part::Training);
        assert_eq!(stories.position(), 0);
        stories.documents(30_000);
        let position = stories.position();
        let next = stories.documents(5_000);
        let mut resumed = language.stories(5, Part::Training);
        resumed.set_position(position);
        assert_eq!(resumed.documents(5_000), next);
        // As far as an hour of training never comes; at once, all the same.
        resumed.set_position(u64::MAX / 2);
        assert_eq!(resumed.documents(100).len(), 1);
    }
}

/// The stories of a part are those of the whole language that the hash of their title gives to it.
#[test]
fn no_story_is_both_trained_on_and_validated_on() {
    for language in Language::ALL {
        let all = sample(language);
        let validation = all.iter().filter(|text| Part::Validation.holds(text)).count();
        // One in sixteen, give or take five standard deviations.
        assert!((500..=750).contains(&validation), "{validation} of {SAMPLE}");
        for text in &all {
            assert_ne!(Part::Training.holds(text), Part::Validation.holds(text), "{text}");
        }
        let of = |part| language.stories(3, part).take(1_000).map(|story| story.text).collect::<HashSet<_>>();
        let (training, validation) = (of(Part::Training), of(Part::Validation));
        let titles = |texts: &HashSet<String>| -> HashSet<String> {
            texts.iter().filter_map(|text| text.lines().next()).map(str::to_owned).collect()
        };
        assert!(titles(&training).is_disjoint(&titles(&validation)));
        assert!(training.iter().all(|text| !Part::Validation.holds(text)));
        assert!(validation.iter().all(|text| !Part::Training.holds(text)));
    }
}

/// So many that a part has its share of every kind, and that a title that was never read is always at hand.
#[test]
fn titles_are_many_and_none_is_common() {
    for language in Language::ALL {
        let mut titles: HashMap<String, usize> = HashMap::new();
        for story in language.stories(19, Part::All).take(2 * SAMPLE) {
            assert_eq!(Part::Validation.holds(story.title()), Part::Validation.holds(&story.text));
            *titles.entry(story.title().to_owned()).or_default() += 1;
        }
        assert!(titles.len() > 18_000, "{language:?}: {} titles", titles.len());
        let common = titles.iter().max_by_key(|(_, count)| **count);
        assert!(common.is_some_and(|(_, &count)| count <= 10), "{language:?}: {common:?}");
    }
}

/// What is never trained on is no other language: it costs as much as all.
#[test]
fn both_parts_have_the_same_floor() {
    const STORIES: usize = 800;
    for language in Language::ALL {
        let floor = language.floor();
        for part in [Part::Training, Part::Validation] {
            let (mut bits, mut characters) = (0.0, 0);
            for story in language.stories(24, part).take(STORIES) {
                bits += language.grammar().score(&story.text).bits();
                characters += story.text.chars().count();
            }
            let apart = (bits / characters as f64 - floor.bits_per_character).abs();
            let error = floor.standard_error * (1.0 + floor.stories as f64 / STORIES as f64).sqrt();
            assert!(apart < 4.0 * error, "{language:?} {part:?}: {apart}, error {error}");
        }
    }
}

#[test]
fn the_score_is_the_product_of_the_choices_or_more() {
    for language in Language::ALL {
        let mut ambiguous = 0;
        for story in language.stories(13, Part::All).take(200) {
            let score = language.grammar().score(&story.text);
            assert!(score.derivations >= 1, "not explained: {}", story.text);
            if score.derivations == 1 {
                assert!((score.bits() - story.bits_of_choices).abs() < 1e-6, "{}", story.text);
            } else {
                ambiguous += 1;
                assert!(score.bits() <= story.bits_of_choices + 1e-6, "{}", story.text);
            }
        }
        println!("{language:?}: {ambiguous} of 200 stories have several derivations");
    }
}

#[test]
fn the_alphabet_holds_every_character_and_little_more() {
    for language in Language::ALL {
        let alphabet: HashSet<char> = language.grammar().alphabet().chars().collect();
        let used: HashSet<char> =
            language.stories(18, Part::All).documents(3_000_000).concat().chars().collect();
        assert!(used.is_subset(&alphabet), "{:?}", used.difference(&alphabet).collect::<Vec<_>>());
        let idle: Vec<&char> = alphabet.difference(&used).collect();
        assert!(idle.len() < 15, "{language:?}: never used: {idle:?}");
        assert_eq!(alphabet.contains(&'\n'), used.contains(&'\n'), "{language:?}: line breaks");
    }
}

#[test]
fn a_text_that_is_no_story_is_impossible() {
    for language in Language::ALL {
        let story = language.stories(14, Part::All).next().expect("stories never end").text;
        let score = |text: &str| language.grammar().score(text);
        for text in ["", "Bonjour.", &story[..story.len() - 1], &format!("{story} "), &story.to_uppercase()] {
            assert_eq!(score(text).derivations, 0, "{text}");
            assert_eq!(score(text).bits(), f64::INFINITY);
        }
    }
}

#[test]
fn the_floor_converges() {
    for language in Language::ALL {
        let measure = |seed, stories| Floor::measure(language.grammar(), seed, stories);
        let (few, many, others) = (measure(21, 100), measure(22, 800), measure(23, 800));
        // Four times the error of the difference: one failure in fifteen thousand seeds.
        let apart = |a: Floor, b: Floor| {
            (a.bits_per_character - b.bits_per_character).abs() / a.standard_error.hypot(b.standard_error)
        };
        let published = language.floor();
        assert!(apart(published, many) < 4.0, "bring `Language::floor` up to date: {published:?} {many:?}");
        assert!(apart(few, many) < 4.0, "{few:?} {many:?}");
        assert!(apart(many, others) < 4.0, "{many:?} {others:?}");
        let shrinks = few.standard_error / many.standard_error;
        assert!(
            (2.0..4.0).contains(&shrinks),
            "eight times the stories: {shrinks} times the precision, not 2.8"
        );
        assert!((many.nats_per_token(1.0) - many.bits_per_character * core::f64::consts::LN_2).abs() < 1e-12);
    }
}

#[test]
fn the_sentences_of_the_newsletters_belong_to_the_language() {
    let belongs = |language: Language, text: &str| {
        assert!(language.grammar().score(text).derivations > 0, "{text}");
    };
    belongs(
        Language::French,
        "Félix, la souris et le poisson\n\
         Félix est un petit chat noir. Il vit au bord d'un lac calme. Le ciel est bleu. Le chat noir a faim. \
         Sur la table, il n'y a plus rien. Soudain, une jolie souris grise passe devant la porte.\n\
         — Que cherches-tu, Félix ? demande la souris.\n— J'ai faim, dit Félix.\n\
         — Tiens ! dit la souris. Le poisson est pour toi.\n\
         Le chat noir mange le poisson. C'est bon ! Félix sourit. Quelle belle journée !",
    );
    belongs(
        Language::French,
        "Félix, l'oie et le lit\nVoici l'histoire de Félix, un petit chat timide. Il voulait dormir au \
         chaud, mais une vieille oie dansait sur son lit. Félix est allé se coucher dans la grange. Mais il \
         y faisait trop froid.\n\
         — Pardon, petit chat ! a dit l'oie. Viens près du feu.\n\
         Le chat s'est assis sur le tapis. L'oie s'est assise près de lui et a fermé les yeux. Depuis ce \
         jour, Félix et l'oie sont inséparables.",
    );
    belongs(
        Language::English,
        "Felix, the mouse and the fish\n\
         Felix is a small black cat. He lives by a calm lake. The sky is blue. The black cat is hungry. On \
         the table there is nothing left. Suddenly, a pretty grey mouse comes by with a smile. \"Why are you \
         sad, Felix?\" asks the mouse. \"I am hungry,\" says Felix. \"Here!\" says the mouse. \"The fish is \
         for you.\" The black cat eats the fish. It is good! Felix smiles. What joy!",
    );
    belongs(
        Language::English,
        "Felix, the goose and the bed\nThis is the story of Felix, a small shy cat. He wanted to sleep in \
         peace, but an old goose was dancing on the bed. Felix went to sleep in the barn. But it was too \
         hard. \"I am sorry, little cat!\" said the goose. \"Come home.\" The cat sat on the mat. The goose \
         sat beside him and told a story. From that day on, Felix and the goose were never apart.",
    );
}

#[test]
fn links_join_words_that_are_there() {
    for language in Language::ALL {
        for story in language.stories(15, Part::All).take(500) {
            let words: HashSet<(usize, usize)> =
                story.annotations.words.iter().map(|word| (word.start, word.end)).collect();
            assert!(!story.annotations.links.is_empty(), "{}", story.text);
            for link in &story.annotations.links {
                assert!(words.contains(&(link.from.start, link.from.end)), "{link:?}");
                assert!(words.contains(&(link.to.start, link.to.end)), "{link:?}");
                assert_ne!(link.from, link.to);
            }
        }
    }
}

/// Learns genders from *un, une, le, la* before nouns and checks that pronouns and names agree.
#[test]
fn french_pronouns_have_the_gender_of_what_they_refer_to() {
    let mut pronouns = 0;
    for story in Language::French.stories(16, Part::All).take(500) {
        let text = &story.text;
        let lower = text.to_lowercase();
        let mut genders: HashMap<&str, HashSet<&str>> = HashMap::new();
        for link in story.annotations.links.iter().filter(|link| link.kind == LinkKind::RefersTo) {
            let pronoun = &lower[link.from.clone()];
            assert!(["il", "elle", "lui", "s'il"].contains(&pronoun), "{pronoun} in {text}");
            let gender = if pronoun == "elle" { "f" } else { "m" };
            genders.entry(&text[link.to.clone()]).or_default().insert(gender);
            pronouns += 1;
        }
        for (noun, gender) in genders {
            assert_eq!(gender.len(), 1, "both il and elle for {noun}: {text}");
            let feminine = gender.contains("f");
            for (article, says_feminine) in [("un", false), ("une", true), ("le", false), ("la", true)] {
                let phrase = format!(" {article} {} ", noun.to_lowercase());
                assert!(!lower.contains(&phrase) || says_feminine == feminine, "{phrase}: {text}");
            }
        }
    }
    assert!(pronouns > 1_000, "{pronouns} pronouns");
}

#[test]
fn french_spelling_at_word_boundaries() {
    let text = Language::French.stories(17, Part::All).documents(2_000_000).join("\n");
    // *Le* is a pronoun here, and stays.
    let text = ["voir", "rendre", "ramener"]
        .iter()
        .fold(text, |text, verb| text.replace(&format!(" de le {verb}"), ""));
    for wrong in [
        " de le ",
        " à le ",
        " de les ",
        " à les ",
        " le a",
        " la a",
        " de a",
        " que il",
        " que elle",
        " si il",
        "  ",
        " .",
        " ,",
        "''",
        "..",
    ] {
        assert!(!text.contains(wrong), "`{wrong}` occurs");
    }
    for story in Language::French.stories(17, Part::All).take(3_000) {
        for (index, line) in story.text.lines().enumerate() {
            let first = line.trim_start_matches("— ").chars().next().expect("not empty");
            assert!(first.is_uppercase(), "{line}");
            let ends = line.ends_with(if index == 0 { &['?'][..] } else { &['.', '!', '?'] });
            assert!(ends != (index == 0) || line.starts_with("Où est"), "{line}");
        }
    }
}
