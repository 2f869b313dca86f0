// A little train in its landscape. It stands where `progress` (0 to 1) says and puffs while `moving`.

import { h, s, setAttributes } from "./dom.js";

/** The train's own units: its width and height. */
const WIDTH = 240;
const HEIGHT = 84;

/** One wagon with the letter that it carries; x in the train's own units. */
const WAGONS = [
  { x: 2, letter: "a", tone: "moss" },
  { x: 54, letter: "b", tone: "ochre" },
  { x: 106, letter: "c", tone: "sky" },
];

/** Where each stands, and its size. */
const TREES = [
  [96, 1], [132, 0.7], [428, 0.8], [676, 1], [706, 0.75],
  [734, 0.9], [968, 0.8], [1220, 1], [1252, 0.7], [1490, 0.9],
];

export class LittleTrain extends HTMLElement {
  static observedAttributes = ["progress"];
  #train = train();

  connectedCallback() {
    if (this.childElementCount === 0) this.append(landscape(), this.#train);
  }

  attributeChangedCallback() {
    this.#train.style.setProperty("--progress", this.getAttribute("progress") ?? "0");
  }
}

function landscape() {
  // Drawn wider than any page and cut on both sides, so that trees keep their shape.
  return s("svg", {
    class: "landscape", viewBox: "0 0 1600 160", preserveAspectRatio: "xMidYMax slice", "aria-hidden": "true",
  },
    s("circle", { class: "sun", cx: 1130, cy: 40, r: 22 }),
    s("path", {
      class: "hills far",
      d: "M0 118C120 70 210 62 330 96S560 128 690 92 930 48 1070 84s250 46 360 16 130-26 170-10v70H0Z",
    }),
    s("path", {
      class: "hills near",
      d: "M0 138c150-36 260-34 420-8s300 8 430-12 260-14 400 6 240 12 350-12v48H0Z",
    }),
    ...TREES.map(([x, size]) => tree(x, size)),
    s("path", { class: "house-wall", d: "M546 128v-17l13-11 13 11v17Z" }),
    s("path", { class: "house-roof", d: "m541 113 18-16 18 16-4 2-14-12-14 12Z" }),
    s("path", { class: "house-window", d: "M555 115h8v7h-8Z" }));
}

/**
 * @param {number} x
 * @param {number} size
 */
function tree(x, size) {
  return s("g", { transform: `translate(${x} 134) scale(${size})` },
    s("path", { class: "trunk", d: "M-1.5 0v-12h3V0Z" }),
    s("path", { class: "leaves", d: "M0-40c8 6 13 15 12 21-1 7-6 10-12 10s-11-3-12-10c-1-6 4-15 12-21Z" }));
}

/** What turns and puffs is an element of its own, so that moving it costs the browser no new drawing. */
function train() {
  const axles = [[170, 9], [194, 7], [211, 7], [226, 5],
    ...WAGONS.flatMap(({ x }) => [[x + 11, 6], [x + 35, 6]])];
  return h("div", { class: "train", "aria-hidden": "true" },
    ...[6, 8, 5].map((r) => place(h("span", { class: "puff" }), 218, 22, r)),
    body(),
    ...axles.map(([x, r]) => place(wheel(), x, HEIGHT - 1 - r, r)));
}

function body() {
  return s("svg", { class: "train-body", viewBox: `0 0 ${WIDTH} ${HEIGHT}` },
    ...WAGONS.map(wagon),
    s("path", { class: "iron", d: "M150 69h88v4h-88Z" }),
    // Cab, boiler, dome, chimney and cowcatcher.
    s("path", { class: "engine", d: "M160 68V38h26v30Z" }),
    s("path", { class: "engine", d: "M184 47h38c6 0 10 4 10 10s-4 11-10 11h-38Z" }),
    s("path", { class: "iron", d: "M156 33h34c2 0 3 1 3 3v2h-40v-2c0-2 1-3 3-3Z" }),
    s("path", { class: "brass", d: "M196 47c0-6 10-6 10 0Z" }),
    s("path", { class: "iron", d: "M212 47 211 32h-2v-5h19v5h-3l-2 15Z" }),
    s("path", { class: "iron", d: "m230 69 9 6h-14Z" }),
    s("path", { class: "glass", d: "M166 43h14v11h-14Z" }),
    s("path", { class: "brass", d: "M190 47h2.6v21h-2.6Zm25 0h2.6v21h-2.6Z" }),
    s("circle", { class: "lamp", cx: 233, cy: 56, r: 3 }));
}

/** @param {(typeof WAGONS)[number]} wagon */
function wagon({ x, letter, tone }) {
  return s("g", { transform: `translate(${x} 0)` },
    s("path", { class: "iron", d: "M44 70h10v3H44Z" }),
    s("path", { class: `wagon ${tone}`, d: "M1 42h44c1 0 1 1 1 1l-3 28H3L0 43s0-1 1-1Z" }),
    s("path", { class: "iron", d: "M3 70h40v3H3Z" }),
    s("g", { class: "letter" },
      s("path", { class: "tile", d: "M13 34q0-3 3-3h15q3 0 3 3v22q0 3-3 3H16q-3 0-3-3Z" }),
      s("text", { x: 23.5, y: 51, "text-anchor": "middle" }, letter)));
}

function wheel() {
  return s("svg", { class: "wheel", viewBox: "-10 -10 20 20" },
    s("circle", { class: "rim", r: 8 }), s("path", { class: "spokes", d: "M-8 0H8M0-8V8" }));
}

/**
 * Puts a round thing on the train, in the train's own units.
 * @param {HTMLElement|SVGElement} element
 * @param {number} x
 * @param {number} y
 * @param {number} r
 */
function place(element, x, y, r) {
  element.style.left = `${((x - r) / WIDTH) * 100}%`;
  element.style.top = `${((y - r) / HEIGHT) * 100}%`;
  element.style.width = `${((2 * r) / WIDTH) * 100}%`;
  return element;
}

/**
 * @param {LittleTrain} element
 * @param {number} progress  0 to 1
 * @param {boolean} moving
 */
export function drive(element, progress, moving) {
  setAttributes(element, { progress: progress.toFixed(4), moving });
}
