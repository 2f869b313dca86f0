//! The stories as a WebAssembly module of their own: the page fetches it when a reader asks for another
//! story, the engine worker when they are to be learned. The engines stay without it for those who bring
//! their own text.

// No input may reach a panic.
#![warn(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use petit_train_contes::{Language, Link, Part, Stories};
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
        let language = match language {
            "fr" => Language::French,
            "en" => Language::English,
            other => return Err(JsError::new(&format!("no stories in the language `{other}`"))),
        };
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

    /// The next story.
    #[wasm_bindgen(unchecked_return_type = "Story")]
    pub fn tell(&mut self) -> Result<JsValue, JsError> {
        let story = self.stories.next().ok_or_else(|| JsError::new("no more stories"))?;
        let told = Told { links: story.annotations.links_in_utf16(&story.text), text: &story.text };
        Ok(told.serialize(&Serializer::json_compatible())?)
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
"#;
