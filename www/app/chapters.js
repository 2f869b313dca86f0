// The chapters of the page, in their order. The navigation, the sections and what is loaded when all follow
// from this table: a new chapter is a folder, and a row here. `chapters/<name>/` holds its elements, its
// words (`words.fr.json`, `words.en.json`) and its styles (`<name>.css`); where only some parts are in the
// first view, those of the others are apart (`later.fr.json`, `later.en.json`, `later.css`).

/** @typedef {import("./state/settings.js").Language} Language */

/**
 * One custom element of a chapter, with what stands above it.
 * @typedef {object} Part
 * @property {string} element    its tag
 * @property {() => Promise<CustomElementConstructor>} load
 * @property {string} [heading]  key of its heading; the chapter's first part has the chapter's own
 * @property {string} [intro]    key of the paragraph that leads to it
 * @property {boolean} [first]   part of the first view: loaded before the page shows; others when the reader
 *   nears them
 * @property {string} [card]     what it is called in the cards that show it
 */

/**
 * @typedef {object} Chapter
 * @property {string} name  its folder; `<name>-chapter` is its anchor
 * @property {Record<Language, string>} title  here, not in its words: the navigation names it before they are
 *   loaded
 * @property {readonly Part[]} parts
 * @property {readonly string[]} card  what a card of it shows (embed.html), by the name of each part; nothing
 *   where it has none
 */

/** @type {readonly Chapter[]} */
export const CHAPTERS = [
  {
    name: "text",
    title: { fr: "Un texte", en: "A text" },
    card: ["text"],
    parts: [
      {
        element: "text-source", card: "text", intro: "text.intro", first: true,
        load: async () => (await import("./chapters/text/text_source.js")).TextSource,
      },
      {
        element: "tokenizer-choice", intro: "tokenizer.intro", first: true,
        load: async () => (await import("./chapters/text/tokenizer_choice.js")).TokenizerChoice,
      },
    ],
  },
  {
    name: "tokens",
    title: { fr: "Des nombres", en: "Numbers" },
    card: ["tokens", "merges"],
    parts: [
      {
        element: "token-chips", card: "tokens", intro: "tokens.intro",
        load: async () => (await import("./chapters/tokens/token_chips.js")).TokenChips,
      },
      {
        element: "merge-player", card: "merges", heading: "merge.title", intro: "merge.intro",
        load: async () => (await import("./chapters/tokens/merge_player.js")).MergePlayer,
      },
      {
        element: "token-vocabulary", heading: "vocabulary.title", intro: "vocabulary.intro",
        load: async () => (await import("./chapters/tokens/token_vocabulary.js")).TokenVocabulary,
      },
      {
        element: "token-neighbours", heading: "neighbours.title", intro: "neighbours.intro",
        load: async () => (await import("./chapters/tokens/token_neighbours.js")).TokenNeighbours,
      },
    ],
  },
  {
    name: "guess",
    title: { fr: "Deviner la suite", en: "Guess what comes next" },
    card: [],
    parts: [
      {
        element: "word-game", intro: "guess.intro",
        load: async () => (await import("./chapters/guess/word_game.js")).WordGame,
      },
      {
        element: "letter-game", heading: "guess.letters.title", intro: "guess.letters.intro",
        load: async () => (await import("./chapters/guess/letter_game.js")).LetterGame,
      },
    ],
  },
  {
    name: "train",
    title: { fr: "Entraîner", en: "Train" },
    card: ["train", "samples", "chart"],
    parts: [
      {
        element: "preset-choice", intro: "train.intro", first: true,
        load: async () => (await import("./chapters/train/preset_choice.js")).PresetChoice,
      },
      {
        element: "run-options", first: true,
        load: async () => (await import("./chapters/train/run_options.js")).RunOptions,
      },
      {
        element: "train-controls", card: "train", first: true,
        load: async () => (await import("./chapters/train/train_controls.js")).TrainControls,
      },
      {
        element: "loss-chart", card: "chart", heading: "chart.title", intro: "chart.intro",
        load: async () => (await import("./chapters/train/loss_chart.js")).LossChart,
      },
      {
        element: "quality-chart", heading: "quality.title",
        load: async () => (await import("./chapters/train/quality_chart.js")).QualityChart,
      },
      {
        element: "learned-when", heading: "learned.title", intro: "learned.intro",
        load: async () => (await import("./chapters/train/learned_when.js")).LearnedWhen,
      },
      {
        element: "sample-list", card: "samples", heading: "samples.title", intro: "samples.intro",
        load: async () => (await import("./chapters/train/sample_list.js")).SampleList,
      },
    ],
  },
  {
    name: "write",
    title: { fr: "Écrire", en: "Write" },
    card: ["train", "writer"],
    parts: [
      {
        element: "text-writer", card: "writer", intro: "write.intro",
        load: async () => (await import("./chapters/write/text_writer.js")).TextWriter,
      },
    ],
  },
  {
    name: "attention",
    title: { fr: "L’attention", en: "Attention" },
    card: ["train", "attention"],
    parts: [
      {
        element: "attention-view", card: "attention", heading: "attention.question", intro: "attention.intro",
        load: async () => (await import("./chapters/attention/attention_view.js")).AttentionView,
      },
    ],
  },
  {
    name: "dismantle",
    title: { fr: "Démonter le robot", en: "Take the robot apart" },
    card: [],
    parts: [
      {
        element: "dismantle-machine", intro: "dismantle.intro",
        load: async () => (await import("./chapters/dismantle/dismantle_machine.js")).DismantleMachine,
      },
      {
        element: "dismantle-causes", heading: "dismantle.causes_title", intro: "dismantle.causes_intro",
        load: async () => (await import("./chapters/dismantle/dismantle_causes.js")).DismantleCauses,
      },
      {
        element: "dismantle-bill", heading: "dismantle.bill_title", intro: "dismantle.bill_intro",
        load: async () => (await import("./chapters/dismantle/dismantle_bill.js")).DismantleBill,
      },
      {
        element: "dismantle-number", heading: "dismantle.number_title", intro: "dismantle.number_intro",
        load: async () => (await import("./chapters/dismantle/dismantle_number.js")).DismantleNumber,
      },
      {
        element: "dismantle-direction",
        heading: "dismantle.direction_title", intro: "dismantle.direction_intro",
        load: async () => (await import("./chapters/dismantle/dismantle_direction.js")).DismantleDirection,
      },
    ],
  },
  {
    name: "reflect",
    title: { fr: "Avant, après", en: "Before and after" },
    card: [],
    parts: [
      {
        element: "before-after", intro: "reflect.intro",
        load: async () => (await import("./chapters/reflect/before_after.js")).BeforeAfter,
      },
    ],
  },
  {
    name: "keep",
    title: { fr: "Garder", en: "Keep" },
    card: ["train", "files"],
    parts: [
      {
        element: "keep-shelf", intro: "keep.intro",
        load: async () => (await import("./chapters/keep/keep_shelf.js")).KeepShelf,
      },
      {
        element: "keep-files", card: "files", heading: "keep.files.title", intro: "keep.files.intro",
        load: async () => (await import("./chapters/keep/keep_files.js")).KeepFiles,
      },
      {
        element: "keep-compare", heading: "keep.compare.title", intro: "keep.compare.intro",
        load: async () => (await import("./chapters/keep/keep_compare.js")).KeepCompare,
      },
    ],
  },
  {
    name: "class",
    title: { fr: "En classe", en: "In class" },
    card: [],
    parts: [
      {
        element: "class-lesson", intro: "class.lesson.intro",
        load: async () => (await import("./chapters/class/class_lesson.js")).ClassLesson,
      },
      {
        element: "paper-model", heading: "class.paper.title", intro: "class.paper.intro",
        load: async () => (await import("./chapters/class/paper_model.js")).PaperModel,
      },
    ],
  },
  {
    name: "embed",
    title: { fr: "Mettre dans un article", en: "Put into an article" },
    card: [],
    parts: [
      {
        element: "embed-panel", intro: "embed.intro",
        load: async () => (await import("./chapters/embed/embed_panel.js")).EmbedPanel,
      },
    ],
  },
];
