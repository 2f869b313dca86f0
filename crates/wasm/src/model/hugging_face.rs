//! The folder of a model that `transformers` loads, as JavaScript sees it.

use std::cell::RefCell;

use js_sys::{Array, Object, Reflect, Uint8Array};
use petit_train_core::hugging_face::{self, Facts, Imported};
use wasm_bindgen::prelude::*;

use super::Model;
use crate::convert::{from_js, set, text_of, unreadable};
use crate::device;
use crate::failure::{Failure, thrown};
use crate::state::{ModelState, Owner};

#[allow(clippy::await_holding_refcell_ref, reason = "see `state::enter`")]
#[wasm_bindgen]
impl Model {
    /// The files of the model's folder; `facts` go into its model card.
    #[wasm_bindgen(js_name = toHuggingFace, unchecked_return_type = "{ name: string, bytes: Uint8Array }[]")]
    pub async fn to_hugging_face(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Facts")] facts: JsValue,
    ) -> Result<JsValue, JsValue> {
        let facts: Facts = from_js(&facts)?;
        let guard = self.owner.enter()?;
        let (model, tokenizer) = guard.parts();
        let files = hugging_face::export(model, tokenizer, guard.is_of_documents(), &facts).await;
        let files = files.map_err(|e| thrown(&e))?;
        let list = Array::new();
        for file in files {
            let object = Object::new();
            set(&object, "name", &file.name.into())?;
            set(&object, "bytes", &Uint8Array::from(&file.bytes[..]))?;
            list.push(&object);
        }
        Ok(list.into())
    }

    /// Reads the model of a folder, of which other files are left alone.
    #[wasm_bindgen(js_name = fromHuggingFace)]
    pub async fn from_hugging_face(
        #[wasm_bindgen(unchecked_param_type = "{ name: string, bytes: Uint8Array }[]")] files: JsValue,
    ) -> Result<Model, JsValue> {
        let files = read_files(&files)?;
        let files: Vec<(&str, &[u8])> =
            files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
        let device = device::open().await?.device;
        let imported = hugging_face::import(&files, &device).map_err(|e| thrown(&e))?;
        let Imported { model, tokenizer, is_of_documents } = imported;
        let state = ModelState { tokenizer, model, is_of_documents };
        Ok(Self { owner: Owner::Model(Box::new(state.into())), writing: RefCell::new(None) })
    }
}

/// Copies those of a list of files that are read.
fn read_files(files: &JsValue) -> Result<Vec<(String, Vec<u8>)>, Failure> {
    let files: &Array = files.dyn_ref().ok_or_else(|| unreadable(&"the files are no array"))?;
    let mut read = vec![];
    for file in files.iter() {
        let entry = |key: &str| Reflect::get(&file, &key.into()).unwrap_or(JsValue::UNDEFINED);
        let name = text_of(&entry("name"))?;
        if hugging_face::FILES_READ.contains(&name.as_str()) {
            let bytes = entry("bytes").dyn_into::<Uint8Array>();
            let bytes = bytes.map_err(|_| unreadable(&"a file's bytes are no Uint8Array"))?;
            read.push((name, bytes.to_vec()));
        }
    }
    Ok(read)
}
