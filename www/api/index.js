// The library, whole: what the page is built on, and what the npm package `petit-train` exports
// (docs/api.md). The page imports from these files one by one, so that its first view has no more than it
// needs.

export { EngineFailure } from "./failure.js";
export { Measurer } from "./measurer.js";
export { Model } from "./model.js";
export { Tokenizer } from "./tokenizer.js";
export { Training } from "./training.js";

// Files, without a model that runs.
export {
  beginningOf, compareWeights, exportFolder, openFiles, tokenizerConfigOf, writeFile,
} from "./files.js";

// What is taken where nothing is said.
export { chooseTokenizer } from "./choose_tokenizer.js";
export {
  DEFAULT_SEED, NO_TEXT, muonRate, runSettingsOf, samplingOf, usualLength, usualTemperature,
} from "./options.js";
export { placeOf, rank, standing, withSettings } from "./drawing.js";
export { DEFAULT_PRESET, PRESETS, PRESET_NAMES, presetShape } from "./presets.js";

/**
 * @typedef {import("./files.js").Comparison} Comparison
 * @typedef {import("./files.js").Facts} Facts
 * @typedef {import("./files.js").OpenedModel} OpenedModel
 * @typedef {import("./messages.js").Failure} Failure
 * @typedef {import("./messages.js").Inspection} Inspection
 * @typedef {import("./messages.js").ModelConfig} ModelConfig
 * @typedef {import("./messages.js").RunInfo} RunInfo
 * @typedef {import("./messages.js").RunSettings} RunSettings
 * @typedef {import("./messages.js").StepReport} StepReport
 * @typedef {import("./messages.js").TokenizerConfig} TokenizerConfig
 * @typedef {import("./messages.js").TrainConfig} TrainConfig
 * @typedef {import("./model.js").Piece} Piece
 * @typedef {import("./questions.js").Consequences} Consequences
 * @typedef {import("./questions.js").Score} Score
 * @typedef {import("./snapshots.js").Snapshot} Snapshot
 * @typedef {import("./model.js").WritingOptions} WritingOptions
 * @typedef {import("./model.js").WrittenToken} WrittenToken
 * @typedef {import("./drawing.js").Ranked} Ranked
 * @typedef {import("./open.js").GoOnOptions} GoOnOptions
 * @typedef {import("./open.js").Openable} Openable
 * @typedef {import("./open.js").OpenOptions} OpenOptions
 * @typedef {import("./options.js").Drawing} Drawing
 * @typedef {import("./options.js").Text} Text
 * @typedef {import("./options.js").TrainingOptions} TrainingOptions
 * @typedef {import("./presets.js").Preset} Preset
 * @typedef {import("./presets.js").PresetName} PresetName
 * @typedef {import("./tokenizer.js").Encoding} Encoding
 * @typedef {import("./tokenizer.js").Merging} Merging
 * @typedef {import("./tokenizer.js").Occurrences} Occurrences
 * @typedef {import("./tokenizer.js").VocabularyEntry} VocabularyEntry
 * @typedef {import("./training.js").Checkpoint} Checkpoint
 * @typedef {import("./training.js").CreateOptions} CreateOptions
 * @typedef {import("./training.js").TrainingEvent} TrainingEvent
 * @typedef {import("./training.js").TrainingState} TrainingState
 */
