// Defines <petit-train>, a card of Petit Train in any page (docs/embedding.md): the frame of embed.html, as
// high as it needs to be. Its attributes are what a card's address can ask for, with "-" for "_"; the card
// itself says which of them it cannot take. No module, so that a host of any kind may load it, twice too.
(() => {
  if (customElements.get("petit-train")) return;

  /** @type {HTMLScriptElement|null} */
  const script = /** @type {HTMLScriptElement|null} */ (document.currentScript)
    ?? document.querySelector('script[src*="embed.js"]');
  const page = new URL("embed.html", script?.src ?? location.href);
  // Frames in a page without an origin have none themselves.
  const from = self.origin === "null" ? "null" : page.origin;
  /** Attributes that are the element's own. */
  const OWN = /^(id|class|style|title|height|slot|part|role|hidden|tabindex|(data-|aria-|on).*)$/;
  /** What a card can be as high as, in pixels: anything else is not a card's. */
  const HEIGHTS = { least: 80, most: 3000, usual: "776" };

  class PetitTrain extends HTMLElement {
    #frame = document.createElement("iframe");
    /** What the card needs, where it does not have it yet. */
    #height = 0;
    #width = 0;
    /** Whether the card is there, so that another hash reaches it. */
    #isThere = false;
    #shown = "";
    #heard = (/** @type {MessageEvent} */ event) => this.#hear(event);
    #changes = new MutationObserver(() => this.#show());
    #sight = new IntersectionObserver(() => this.#fit());
    #size = new ResizeObserver(() => this.#fit());
    /** The focus may have gone into the card. */
    #left = () => setTimeout(() => this.#fit());

    connectedCallback() {
      const { style } = this.#frame;
      this.style.display ||= "block";
      Object.assign(style, { display: "block", width: "100%", border: "0" });
      this.#frame.loading = "lazy";
      this.#frame.allow = "screen-wake-lock; fullscreen; clipboard-write";
      this.#frame.height = this.getAttribute("height") ?? HEIGHTS.usual;
      // Taken out and put back, a frame begins anew.
      this.#isThere = false;
      this.#shown = "";
      this.#width = this.getBoundingClientRect().width;
      addEventListener("message", this.#heard);
      addEventListener("blur", this.#left);
      this.#changes.observe(this, { attributes: true });
      this.#sight.observe(this);
      this.#size.observe(this);
      this.#show();
      (this.shadowRoot ?? this.attachShadow({ mode: "open" })).append(this.#frame);
    }

    disconnectedCallback() {
      removeEventListener("message", this.#heard);
      removeEventListener("blur", this.#left);
      this.#changes.disconnect();
      this.#sight.disconnect();
      this.#size.disconnect();
    }

    #show() {
      const asked = new URLSearchParams();
      for (const { name, value } of this.attributes) {
        if (!OWN.test(name)) asked.set(name.replaceAll("-", "_"), value);
      }
      page.hash = `${asked}`;
      this.#frame.title = this.title || "Petit Train";
      // Where it differs from its frame's, the browser paints the ground of a frame.
      const theme = asked.get("theme");
      this.#frame.style.colorScheme = theme === "light" || theme === "dark" ? theme : "light dark";
      if (page.href === this.#shown) return;
      this.#shown = page.href;
      // Without an entry in the history of the page around.
      if (this.#isThere) this.#frame.contentWindow?.location.replace(page.href);
      else this.#frame.src = page.href;
    }

    /** @param {MessageEvent} event  from anybody */
    #hear({ source, origin, data }) {
      if (source !== this.#frame.contentWindow || origin !== from || typeof data?.type !== "string") return;
      const { height, step, steps, loss } = data;
      const isHeight = Number.isFinite(height) && height >= HEIGHTS.least && height <= HEIGHTS.most;
      if (data.type === "petit-train:height" && isHeight) {
        this.#isThere = true;
        this.#height = Math.ceil(height);
        this.#fit();
      }
      if (/^petit-train:(step|done)$/.test(data.type) && [step, steps, loss].every(Number.isFinite)) {
        this.dispatchEvent(new CustomEvent(data.type, { detail: { step, steps, loss }, bubbles: true }));
      }
    }

    /** Takes the height that the card needs, unless what the reader sees would move by it. */
    #fit() {
      const { top, width } = this.getBoundingClientRect();
      const unseen = top >= innerHeight || width !== this.#width || document.activeElement === this;
      if (!this.#height || !unseen) return;
      this.#frame.height = `${this.#height}`;
      // What kept its place before this script had run.
      this.style.minHeight = "0";
      this.#width = width;
    }
  }
  customElements.define("petit-train", PetitTrain);
})();
