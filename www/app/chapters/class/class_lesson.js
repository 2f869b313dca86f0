// What a teacher needs for an hour: the plan of the lesson to print, and the page on a projector.

import { button, h, setAttributes } from "../../parts/dom.js";
import { View } from "../../parts/view.js";
import { Projector } from "./projector.js";

export class ClassLesson extends View {
  #plan = h("a", { id: "lesson-plan", target: "_blank", "data-words": "class.lesson.plan" });
  #projector = new Projector(this.words);

  build() {
    return [
      h("div", { class: "row buttons" },
        button({ id: "project", class: "primary", "data-words": "class.lesson.project" },
          () => this.#projector.enter()),
        this.#plan),
      h("p", { class: "note", "data-words": "class.lesson.keys" }),
    ];
  }

  update() {
    const address = new URL(`../../../class/${this.words.language}.html`, import.meta.url).href;
    setAttributes(this.#plan, { href: address });
  }
}
