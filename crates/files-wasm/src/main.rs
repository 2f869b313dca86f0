//! The files of a model as a WebAssembly module of their own, which the page fetches when a reader keeps or
//! opens one. All of it works on the bytes of checkpoints; no engine is in it.

// No input may reach a panic.
#![warn(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use js_sys::{Array, Object, Reflect, Uint8Array};
use petit_train_core::checkpoint::{self, Checkpoint};
use petit_train_core::hugging_face::{self, Facts};
use petit_train_js_values::{from_js, set, thrown, to_js, unreadable};
use wasm_bindgen::prelude::*;

/// wasm-bindgen runs this once the module is instantiated.
fn main() {
    console_error_panic_hook::set_once();
}

/// What a file says of itself, and what the page keeps in it; everything in the file has been looked at, so
/// that an engine takes it.
#[wasm_bindgen(js_name = readFile, unchecked_return_type = "{ header: Header, page: string | null }")]
pub fn read_file(file: &[u8]) -> Result<JsValue, JsValue> {
    let checkpoint = Checkpoint::read(file).map_err(|e| thrown(&e))?;
    checkpoint.check().map_err(|e| thrown(&e))?;
    let page = checkpoint.page().map_err(|e| thrown(&e))?;
    let read = Object::new();
    set(&read, "header", &to_js(checkpoint.header())?)?;
    set(&read, "page", &page.map_or(JsValue::NULL, JsValue::from))?;
    Ok(read.into())
}

/// The file that a reader takes along: a checkpoint, and what the page keeps in it.
#[wasm_bindgen(js_name = writeFile)]
pub fn write_file(checkpoint: &[u8], page: &str) -> Result<Uint8Array, JsValue> {
    let file = checkpoint::with_page(checkpoint, page).map_err(|e| thrown(&e))?;
    Ok(Uint8Array::from(&file[..]))
}

/// The files of the folder that `transformers` loads; `facts` go into the model card.
#[wasm_bindgen(js_name = exportFolder, unchecked_return_type = "{ name: string, bytes: Uint8Array }[]")]
pub fn export_folder(
    checkpoint: &[u8],
    #[wasm_bindgen(unchecked_param_type = "Facts")] facts: JsValue,
) -> Result<JsValue, JsValue> {
    let facts: Facts = from_js(&facts)?;
    let checkpoint = Checkpoint::read(checkpoint).map_err(|e| thrown(&e))?;
    let files = hugging_face::export(&checkpoint, &facts).map_err(|e| thrown(&e))?;
    let list = Array::new();
    for file in files {
        let entry = Object::new();
        set(&entry, "name", &file.name.into())?;
        set(&entry, "bytes", &Uint8Array::from(&file.bytes[..]))?;
        list.push(&entry);
    }
    Ok(list.into())
}

/// The names of the files that `importFolder` reads.
#[wasm_bindgen(js_name = folderFiles)]
pub fn folder_files() -> Vec<String> {
    hugging_face::FILES_READ.map(str::to_owned).into()
}

/// The checkpoint of a folder's model, a model alone, and what that says of itself. Of the files those are
/// read that it is made of.
#[wasm_bindgen(js_name = importFolder, unchecked_return_type = "{ checkpoint: Uint8Array, header: Header }")]
pub fn import_folder(
    #[wasm_bindgen(unchecked_param_type = "{ name: string, bytes: Uint8Array }[]")] files: JsValue,
) -> Result<JsValue, JsValue> {
    let files = read_files(&files)?;
    let files: Vec<(&str, &[u8])> =
        files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    let bytes = hugging_face::import(&files).map_err(|e| thrown(&e))?;
    let checkpoint = Checkpoint::read(&bytes).map_err(|e| thrown(&e))?;
    let imported = Object::new();
    set(&imported, "checkpoint", &Uint8Array::from(&bytes[..]))?;
    set(&imported, "header", &to_js(checkpoint.header())?)?;
    Ok(imported.into())
}

/// The checkpoint of the model that a training began with; null where that is not known. `seed`: that of the
/// training, where it is known from elsewhere.
#[wasm_bindgen(unchecked_return_type = "Uint8Array | null")]
pub fn beginning(checkpoint: &[u8], seed: Option<u32>) -> Result<JsValue, JsValue> {
    let checkpoint = Checkpoint::read(checkpoint).map_err(|e| thrown(&e))?;
    let first = match seed {
        Some(seed) => checkpoint.beginning_from(seed.into()).map(Some),
        None => checkpoint.beginning(),
    };
    let first = first.map_err(|e| thrown(&e))?;
    Ok(first.map_or(JsValue::NULL, |bytes| Uint8Array::from(&bytes[..]).into()))
}

/// How far the weights of one checkpoint's model are from those of another's.
#[wasm_bindgen(js_name = compareWeights, unchecked_return_type = "Comparison")]
pub fn compare_weights(one: &[u8], other: &[u8]) -> Result<JsValue, JsValue> {
    let one = Checkpoint::read(one).map_err(|e| thrown(&e))?;
    let other = Checkpoint::read(other).map_err(|e| thrown(&e))?;
    Ok(to_js(&checkpoint::compare(&one, &other).map_err(|e| thrown(&e))?)?)
}

/// Copies those of a list of files that are read.
fn read_files(files: &JsValue) -> Result<Vec<(String, Vec<u8>)>, JsValue> {
    let files: &Array = files.dyn_ref().ok_or_else(|| unreadable(&"the files are no array"))?;
    let mut read = vec![];
    for file in files.iter() {
        let entry = |key: &str| Reflect::get(&file, &key.into()).unwrap_or(JsValue::UNDEFINED);
        let name = entry("name").as_string().ok_or_else(|| unreadable(&"a file has no name"))?;
        if hugging_face::FILES_READ.contains(&name.as_str()) {
            let bytes = entry("bytes").dyn_into::<Uint8Array>();
            let bytes = bytes.map_err(|_| unreadable(&"a file's bytes are no Uint8Array"))?;
            read.push((name, bytes.to_vec()));
        }
    }
    Ok(read)
}
