//! The stories, and their judge, as a WebAssembly module of their own: the page fetches it when a reader asks
//! for another story or a model has written one, the engine worker when they are to be learned. The engines
//! stay without it for those who bring their own text.

// No input may reach a panic.
#![warn(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use petit_train_contes::{Judge as Judging, Language, Link, Part, Stories};
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::*;

/// wasm-bindgen runs this once the module is instantiated.
fn main() {
    console_error_panic_hook::set_once();
}

/// An endless stream of stories. The same language, part and seed give the same stories on every machine.
#[wasm_bindgen]
pub struct Contes {
    language: Language,
    stories: Stories<'static>,
}

#[wasm_bindgen]
impl Contes {
    /// `language` is `fr` or `en`; `part` is `training` or `validation`: no story is ever in both.
    #[wasm_bindgen(constructor)]
    pub fn new(
        #[wasm_bindgen(unchecked_param_type = "\"fr\"|\"en\"")] language: &str,
        #[wasm_bindgen(unchecked_param_type = "\"training\"|\"validation\"")] part: &str,
        seed: u32,
    ) -> Result<Contes, JsError> {
        let language = parse_language(language)?;
        let part = match part {
            "training" => Part::Training,
            "validation" => Part::Validation,
            other => return Err(JsError::new(&format!("stories have no part `{other}`"))),
        };
        Ok(Self { language, stories: language.stories(u64::from(seed), part) })
    }

    /// Every character that a story may hold.
    pub fn alphabet(&self) -> String {
        self.language.grammar().alphabet()
    }

    /// The next stories, one a document: at least `bytes` bytes of them.
    pub fn stories(&mut self, bytes: usize) -> Vec<String> {
        self.stories.documents(bytes)
    }

    /// Where the next story begins in the stream, as a decimal number: to be kept, and given back to
    /// `setPosition`.
    pub fn position(&self) -> String {
        self.stories.position().to_string()
    }

    /// Goes on at a position that `position` gave for the same language, part and seed, without telling what
    /// came before.
    #[wasm_bindgen(js_name = setPosition)]
    pub fn set_position(&mut self, position: &str) -> Result<(), JsError> {
        let number = position.parse().map_err(|_| JsError::new(&format!("`{position}` is no position")))?;
        self.stories.set_position(number);
        Ok(())
    }

    /// The titles of the next stories: of the validation part, titles that no story of the training part has.
    pub fn titles(&mut self, count: usize) -> Vec<String> {
        self.stories.by_ref().take(count).map(|story| story.title().to_owned()).collect()
    }

    /// The next story.
    #[wasm_bindgen(unchecked_return_type = "Story")]
    pub fn tell(&mut self) -> Result<JsValue, JsError> {
        let story = self.stories.next().ok_or_else(|| JsError::new("no more stories"))?;
        let told = Told { links: story.annotations.links_in_utf16(&story.text), text: &story.text };
        Ok(told.serialize(&Serializer::json_compatible())?)
    }
}

fn parse_language(language: &str) -> Result<Language, JsError> {
    let unknown = || JsError::new(&format!("no stories in the language `{language}`"));
    Language::from_code(language).ok_or_else(unknown)
}

/// Judges texts exactly, against the grammar of the stories. Any text may be judged. One that begins with the
/// text before costs only what is new.
#[wasm_bindgen]
pub struct Judge {
    judge: Judging<'static>,
}

#[wasm_bindgen]
impl Judge {
    /// `language` is `fr` or `en`.
    #[wasm_bindgen(constructor)]
    pub fn new(
        #[wasm_bindgen(unchecked_param_type = "\"fr\"|\"en\"")] language: &str,
    ) -> Result<Judge, JsError> {
        Ok(Self { judge: parse_language(language)?.judge() })
    }

    /// Judges a text.
    #[wasm_bindgen(unchecked_return_type = "Judgement")]
    pub fn read(&mut self, text: &str) -> Result<JsValue, JsError> {
        let mut judgement = self.judge.read(text);
        // In UTF-16 units.
        judgement.right = text.get(..judgement.right).unwrap_or(text).encode_utf16().count();
        Ok(judgement.serialize(&Serializer::json_compatible())?)
    }
}

#[derive(Serialize)]
struct Told<'a> {
    text: &'a str,
    links: Vec<Link>,
}

#[wasm_bindgen(typescript_custom_section)]
const DECLARATIONS: &str = r#"
/** A story, and which of its words refers to which or agrees with which, as ranges of UTF-16 units. */
export interface Story {
  text: string;
  links: {
    kind: "refers_to" | "agrees_with";
    from: { start: number; end: number };
    to: { start: number; end: number };
  }[];
}

/** What a judge says of a text. */
export interface Judgement {
  /**
   * UTF-16 units of the longest beginning that some tale has: where the first mistake is, or the text's
   * length.
   */
  right: number;
  /** Whether the text is a tale from its beginning to its end. */
  whole: boolean;
  /**
   * Up to four whole words that could have come in place of the first mistake, the likeliest first; none
   * where there is no mistake, or where the tale was over.
   */
  instead: string[];
  /**
   * `none`: the text is empty, or begins with the tale itself. `open`: the first line is not over, and some
   * title begins with it. `unknown`: no tale is called so. `missing`: the tale does not have all that its
   * title promises, as far as it goes. `kept`: it has.
   */
  title: "none" | "open" | "unknown" | "missing" | "kept";
  /** What the title promises, if it is some tale's. */
  promises: {
    kind: "hero" | "name" | "friend" | "thing" | "quality" | "skill";
    word: string;
    kept: boolean;
  }[];
}
"#;
