// Light or dark: as the reader's system has it, unless the address says otherwise. The colours by night are a
// style sheet of their own, `style/dark.css`, which holds where its link says.

const SYSTEM = "(prefers-color-scheme: dark)";
const MEDIA = { auto: SYSTEM, light: "not all", dark: "all" };
const system = matchMedia(SYSTEM);

/** Tells "change" when light becomes dark, or dark light. */
class Dark extends EventTarget {
  /** @type {keyof typeof MEDIA} */
  theme = "auto";

  get matches() {
    return this.theme === "auto" ? system.matches : this.theme === "dark";
  }
}

/** Whether it is dark. */
export const dark = new Dark();
system.addEventListener("change", () => dark.dispatchEvent(new Event("change")));

/** @param {keyof typeof MEDIA} theme */
export function useTheme(theme) {
  const link = document.querySelector("link[href$='dark.css']");
  link?.setAttribute("media", MEDIA[theme]);
  // Of the browser's own controls, and of the ground that it draws below a frame.
  document.documentElement.style.colorScheme = theme === "auto" ? "" : theme;
  dark.theme = theme;
  dark.dispatchEvent(new Event("change"));
}
