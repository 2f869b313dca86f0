//! The judge on tales of both languages, whole, changed and cut, and on any other text.

use petit_train_contes::{Judgement, Language, Part, PromiseKind, TitleState};

const SAMPLE: usize = 400;

fn tales(language: Language) -> Vec<String> {
    language.stories(31, Part::All).take(SAMPLE).map(|story| story.text).collect()
}

fn read(language: Language, text: &str) -> Judgement {
    language.judge().read(text)
}

#[test]
fn every_tale_is_whole_and_keeps_to_its_title() {
    for language in Language::ALL {
        for text in tales(language) {
            let judgement = read(language, &text);
            assert!(judgement.whole && judgement.right == text.len(), "{judgement:?}: {text}");
            assert_eq!(judgement.title, TitleState::Kept, "{:?}: {text}", judgement.promises);
            assert!(judgement.promises.len() >= 2, "{:?}: {text}", judgement.promises);
            assert!(judgement.instead.is_empty());
        }
    }
}

#[test]
fn a_tale_may_begin_below_its_title() {
    for language in Language::ALL {
        for text in tales(language) {
            let tale = text.split_once('\n').expect("a title and a tale").1;
            let judgement = read(language, tale);
            assert!(judgement.whole && judgement.right == tale.len(), "{judgement:?}: {tale}");
            assert_eq!((judgement.title, judgement.promises.len()), (TitleState::None, 0));
        }
    }
}

/// One letter that no tale has: what stands before it is right, what stands after it is not.
#[test]
fn the_first_mistake_is_found_where_it_is() {
    for language in Language::ALL {
        for (index, text) in tales(language).iter().enumerate() {
            let letters = text.chars().count();
            let at = text.char_indices().nth(index * 7_919 % letters).expect("a letter").0;
            let mut changed = format!("{}Ω", &text[..at]);
            changed.extend(text[at..].chars().skip(1));
            let judgement = read(language, &changed);
            assert_eq!(judgement.right, at, "{changed}");
            assert!(!judgement.whole);
        }
    }
}

/// The right part and the words named instead are indeed the beginning of a tale.
#[test]
fn what_could_have_come_could_have_come() {
    for language in Language::ALL {
        for (index, text) in tales(language).iter().enumerate().take(150) {
            let words: Vec<(usize, &str)> =
                text.match_indices(' ').map(|(at, _)| (at + 1, &text[at + 1..])).collect();
            let (at, rest) = words[index * 31 % words.len()];
            let end = rest.find([' ', '\n']).unwrap_or(rest.len());
            let changed = format!("{}Ωmega{}", &text[..at], &rest[end..]);
            let judgement = read(language, &changed);
            assert!(!judgement.instead.is_empty() && judgement.instead.len() <= 4, "{changed}");
            for word in &judgement.instead {
                let instead = format!("{}{word}", &text[..at]);
                let right = read(language, &instead).right;
                assert_eq!(right, instead.len(), "`{word}` in {changed}");
            }
        }
    }
}

#[test]
fn a_beginning_is_right_but_not_whole() {
    for language in Language::ALL {
        let mut judge = language.judge();
        for text in tales(language).iter().take(60) {
            for (end, _) in text.char_indices().step_by(5) {
                let judgement = judge.read(&text[..end]);
                assert_eq!(judgement.right, end, "{}", &text[..end]);
                assert!(judgement.instead.is_empty());
            }
            assert!(judge.read(text).whole);
        }
    }
}

/// Token by token or at once, forwards or anew: a judge says the same.
#[test]
fn a_judge_that_reads_piece_by_piece_says_the_same() {
    for language in Language::ALL {
        let tales = tales(language);
        for (index, text) in tales.iter().enumerate().take(20) {
            let other = &tales[index + 1];
            let cut = text.char_indices().nth(index * 13 % text.chars().count()).expect("a letter").0;
            let mixed = format!("{}{other}", &text[..cut]);
            let mut judge = language.judge();
            for (end, _) in mixed.char_indices().step_by(7) {
                assert_eq!(judge.read(&mixed[..end]), read(language, &mixed[..end]), "{}", &mixed[..end]);
            }
            assert_eq!(judge.read(&mixed), read(language, &mixed), "{mixed}");
        }
    }
}

#[test]
fn titles_are_told_apart() {
    let french = |text: &str| read(Language::French, text);
    assert_eq!(french("").title, TitleState::None);
    assert_eq!(french("Le renard et le").title, TitleState::Open);
    assert_eq!(french("Il était une fois").title, TitleState::None);
    assert_eq!(french("\nIl était une fois").title, TitleState::Unknown);
    assert_eq!(french("Le dragon et la licorne").title, TitleState::Unknown);
    assert_eq!(french("The fox and the lost hat\nThere was").title, TitleState::Unknown);
    let title = "Le renard et la clé perdue\n";
    assert_eq!(french(title).title, TitleState::Missing);
    let ten_lines = french(&title.repeat(10));
    assert!(!ten_lines.whole && ten_lines.right < 2 * title.len());
    let about = |tale: &str| french(&format!("{title}{tale}"));
    let kept = |judgement: &Judgement, kind| {
        judgement.promises.iter().find(|promise| promise.kind == kind).map(|promise| promise.kept)
    };
    let judgement = about("Il était une fois un petit renard timide. Il avait une clé.");
    assert_eq!(judgement.title, TitleState::Kept);
    // The hero is the first of its kind, and what is promised stands by itself.
    let judgement = about("Il était une fois un petit canard. Il a rencontré un renard. Une clé !");
    assert_eq!(kept(&judgement, PromiseKind::Hero), Some(false));
    assert_eq!(kept(&judgement, PromiseKind::Thing), Some(true));
    let judgement = about("Il était une fois une renarde. Elle avait un clé-clé, une cléf.");
    assert_eq!(kept(&judgement, PromiseKind::Hero), Some(false));
}

/// Any text at all is judged, and what is right is the beginning of it.
#[test]
fn any_text_can_be_judged() {
    let mut texts: Vec<String> =
        ["\n", "\n\n\n", " ", "\u{fffd}", "Le\u{301} renard", "🦊🦊", "\0", "'", "l'"]
            .map(str::to_owned)
            .to_vec();
    texts.push("a".repeat(1_000_000));
    texts.push("Le renard ".repeat(100_000));
    texts.push(format!("{}\n", "Le renard et la clé perdue").repeat(20_000));
    let mut seed = 1_u64;
    let mut random = |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % below
    };
    for language in Language::ALL {
        let tales = tales(language)[..40].join(" ");
        let words: Vec<&str> = tales.split(' ').collect();
        for _ in 0..200 {
            let picked: Vec<&str> = (0..random(60)).map(|_| words[random(words.len())]).collect();
            texts.push(picked.join(if random(9) == 0 { "" } else { " " }));
            let letters = (0..random(40)).filter_map(|_| char::from_u32(random(0x11_0000) as u32));
            texts.push(letters.collect());
        }
        let mut judge = language.judge();
        for text in &texts {
            let judgement = judge.read(text);
            assert!(text.is_char_boundary(judgement.right), "{text:?}");
            assert!(!judgement.whole);
            assert_eq!(judge.read(text), judgement);
        }
    }
}
