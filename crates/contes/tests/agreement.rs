//! French and English forms, on little grammars of one tale each.

use petit_train_contes::{Grammar, Kind, Language, Part, Result, Source, Stories};

const NOUNS: &str = "\
= chose
ami, m
amie, f
arbre, m
héros, m
hibou, m, pluriel hiboux
houle, f
chat, m
chatte, f
noix, f
cheval, m
gâteau, m
= mâle
chat
= femelle
chatte
= nom
Aline, f
Nina, f
Oscar, m
";

const ADJECTIVES: &str = "\
= divers
petit, avant
beau, belle, voyelle bel, avant
vieux, vieille, voyelle vieil, avant
nouveau, nouvelle, voyelle nouvel, pluriel nouveaux nouvelles, avant
noir
heureux
vif
léger
blanc, blanche
égal
allé
assis
écrié
";

const VERBS: &str = "\
= actions
chanter
manger
lancer
aller, être, présent vais vas va allons allez vont, futur ir
se promener, présent promène promènes promène promenons promenez promènent, futur promèner
s'envoler
jouer du violon
lire, présent lis lis lit lisons lisez lisent, imparfait lis, futur lir, participe lu
";

const SANDHI: &str = "\
= voyelles
aàâeéèêiîoôuhyœ
= exceptions
hibou hiboux héros
= élisions
le l'
la l'
de d'
que qu'
se s'
= contractions
de + le = du
à + le = au
de + les = des
à + les = aux
si + il = s'il
";

const TOOLS: &str = "\
= déterminants singuliers
le, la
un, une
son, sa, voyelle - son
ce, cette, voyelle cet
= déterminants pluriels
les
deux
= pronoms
il, elle
cod : le, la
";

const ROLES: &str = "matou : mâle\nminette : femelle\nnom : nom, même genre que minette\n";

fn french(tale: &str) -> Result<Grammar> {
    let source = |kind, text| Source { file: "essai.txt", kind, text };
    Language::French.parse(&[
        source(Kind::Nouns, NOUNS),
        source(Kind::Adjectives, ADJECTIVES),
        source(Kind::Verbs, VERBS),
        source(Kind::Tools, TOOLS),
        source(Kind::Sandhi, SANDHI),
        source(Kind::Roles, ROLES),
        source(Kind::Tales, tale),
    ])
}

/// What a tale reads that is made of these lines, without the title.
fn tell(grammar: &Grammar) -> String {
    let text = Stories::new(grammar, 1, Part::All).next().expect("stories never end").text;
    text.split_once('\n').expect("a title and a tale").1.to_owned()
}

/// What a tale of this one line reads.
fn say(line: &str) -> String {
    tell(&french(&format!("Essai\n  {line}\n")).expect("the line is understood"))
}

#[test]
fn the_title_stands_above_the_tale() {
    let titled = |tale: &str| {
        let grammar = french(tale).expect("understood");
        Stories::new(&grammar, 1, Part::All).next().expect("stories never end").text
    };
    assert_eq!(
        titled("Essai\n  titre : [le beau ami] et [un chatte]\n  matou : femelle\n  [le matou] dort.\n"),
        "Le bel ami et une chatte\nLa chatte dort."
    );
    assert_eq!(
        titled("Essai\n  titre : [nom] et [le minette]\n  — [le minette] dort.\n")
            .split_once('\n')
            .map(|pair| pair.1),
        Some("— La chatte dort."),
    );
    // A tale without a title has its name for one.
    assert_eq!(titled("Un essai\n  [le chat] dort.\n"), "Un essai\nLe chat dort.");
    assert_eq!(titled("Essai\n  titre : qui dort ?\n  [le chat].\n"), "Qui dort ?\nLe chat.");
}

#[test]
fn elision() {
    assert_eq!(say("[le ami] et [le chat]"), "L'ami et le chat");
    assert_eq!(say("[le amie] de [un chat]"), "L'amie d'un chat");
    assert_eq!(say("je dis que [il matou] et que [le chat]"), "Je dis qu'il et que le chat");
    assert_eq!(say("[il minette] [cod matou] a vu"), "Elle l'a vu");
}

#[test]
fn aspirated_h_keeps_its_article() {
    assert_eq!(say("[le hibou], de [le hibou], [ce hibou]"), "Le hibou, du hibou, ce hibou");
    assert_eq!(say("[le houle], [un petit héros]"), "L'houle, un petit héros");
}

#[test]
fn contraction() {
    assert_eq!(say("à [le chat] et de [le chat]"), "Au chat et du chat");
    assert_eq!(say("il va à [le ami], de [le arbre]"), "Il va à l'ami, de l'arbre");
    assert_eq!(say("il va à [les chat], de [les noix]"), "Il va aux chats, des noix");
    assert_eq!(say("il va de [le chatte]"), "Il va de la chatte");
    assert_eq!(say("on verra si [il matou] vient"), "On verra s'il vient");
}

#[test]
fn a_clitic_does_not_contract() {
    assert_eq!(say("il vient de le voir"), "Il vient de le voir");
}

#[test]
fn forms_before_a_vowel() {
    assert_eq!(
        say("[un beau ami], [un beau chat], [un beau amie]"),
        "Un bel ami, un beau chat, une belle amie"
    );
    assert_eq!(say("[un vieux arbre], [un nouveau ami]"), "Un vieil arbre, un nouvel ami");
    assert_eq!(
        say("[son amie], [son chatte], [ce arbre], [ce amie]"),
        "Son amie, sa chatte, cet arbre, cette amie"
    );
    assert_eq!(say("[matou] est [beau matou] et vieux"), "Chat est beau et vieux");
}

#[test]
fn adjectives_agree_and_take_their_place() {
    assert_eq!(say("[un noir chatte petit]"), "Une petite chatte noire");
    assert_eq!(
        say("[un chatte heureux], [un chatte vif], [un chatte léger]"),
        "Une chatte heureuse, une chatte vive, une chatte légère"
    );
    assert_eq!(say("[deux chat noir], [deux chatte blanc]"), "Deux chats noirs, deux chattes blanches");
    assert_eq!(
        say("[deux cheval égal], [deux gâteau noir], [deux hibou]"),
        "Deux chevaux égaux, deux gâteaux noirs, deux hiboux"
    );
}

#[test]
fn participles_agree_with_etre_only() {
    assert_eq!(say("[minette] [aller:passé minette]"), "Chatte est allée");
    assert_eq!(say("[matou] [aller:passé matou]"), "Chat est allé");
    assert_eq!(say("[minette] [manger:passé minette]"), "Chatte a mangé");
    assert_eq!(say("[minette] [se_promener:passé minette]"), "Chatte s'est promenée");
    assert_eq!(say("[minette] s'est [assis minette]"), "Chatte s'est assise");
    assert_eq!(say("ils [aller:passé ils]"), "Ils sont allés");
}

#[test]
fn verbs_take_their_person() {
    assert_eq!(say("nous [manger:présent nous], il [manger:imparfait il]"), "Nous mangeons, il mangeait");
    assert_eq!(say("il [lancer:imparfait il], nous [lancer:imparfait nous]"), "Il lançait, nous lancions");
    assert_eq!(say("tu [lire:futur tu], ils [lire:présent ils]"), "Tu liras, ils lisent");
    assert_eq!(
        say("tu [se_promener:futur tu], nous [se_promener:présent nous]"),
        "Tu te promèneras, nous nous promenons"
    );
    assert_eq!(
        say("il veut [s'envoler:infinitif] et [jouer_du_violon:infinitif]"),
        "Il veut s'envoler et jouer du violon"
    );
    assert_eq!(say("il [jouer_du_violon:imparfait il]"), "Il jouait du violon");
}

#[test]
fn speech_stands_on_its_own_line() {
    let grammar = french("Essai\n  [il matou] dort.\n  — Viens ! dit [le chatte].\n  [il matou] vient.\n")
        .expect("understood");
    assert_eq!(tell(&grammar), "Il dort.\n— Viens ! dit la chatte.\nIl vient.");
}

#[test]
fn a_name_has_the_gender_of_its_bearer() {
    let grammar = french("Essai\n  [nom], [le minette], [il minette].\n").expect("understood");
    for story in Stories::new(&grammar, 1, Part::All).take(50) {
        let tales = ["Essai\nAline, la chatte, elle.", "Essai\nNina, la chatte, elle."];
        assert!(tales.contains(&story.text.as_str()), "{}", story.text);
    }
}

#[test]
fn mistakes_name_file_and_line() {
    let message = |tale: &str| french(tale).expect_err("a mistake").to_string();
    assert_eq!(
        message("Essai\n  [le chien]\n"),
        "essai.txt:2: [le chien]: `chien` is no role, no class and no word"
    );
    assert_eq!(message("Essai\n  <rien>\n"), "essai.txt:2: no rule `rien`");
    assert_eq!(message("Essai\n  {a|b\n"), "essai.txt:2: a `{` without its `}`");
    assert_eq!(
        message("Essai\n  [manger:hier matou]\n"),
        "essai.txt:2: [manger:hier matou]: no tense `hier`"
    );
    assert_eq!(
        message("Essai\n  # rien\n\n  [content matou]\n"),
        "essai.txt:4: [content matou]: `content` is not among the adjectives"
    );
}

#[test]
fn english_articles_and_pronouns() {
    let source = |kind, text| Source { file: "try.txt", kind, text };
    let grammar = Language::English
        .parse(&[
            source(
                Kind::Nouns,
                "= thing\nowl, m/f\nhour\nunicorn, m/f\nmouse, m/f, plural mice\n= she\n\
                hen, f\n",
            ),
            source(Kind::Adjectives, "= size\nold\nbig\n"),
            source(
                Kind::Tools,
                "= singular determiners\nthe\na, vowel an\n= plural determiners\ntwo\n\
                = pronouns\nhe, she, it\nhis, her, its\n",
            ),
            source(Kind::Sandhi, "= vowels\naeiou\n= exceptions\nhour unicorn\n"),
            source(Kind::Roles, "hero : she\n"),
            source(
                Kind::Tales,
                "Try\n  [a owl], [a big owl], [a old owl], [a hour], [a unicorn], [two \
                mouse]. [the hero] and [his hero] egg: [he hero] sings.\n",
            ),
        ])
        .expect("understood");
    assert_eq!(
        tell(&grammar),
        "An owl, a big owl, an old owl, an hour, a unicorn, two mice. The hen and her egg: she sings."
    );
}
