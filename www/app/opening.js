// Tells why the page does not start, where it cannot. It runs before the page's modules and in browsers of
// any age, so it is no module and has no new syntax. What it cannot tell, or where it is not run itself, the
// sentence in index.html holds.

(function () {
  "use strict";

  var SENTENCES = {
    file: {
      fr: "Cette page ne peut pas démarrer depuis un fichier : le navigateur interdit à un "
        + "fichier d’en charger d’autres. Ouvrez-la sur le web, ou servez son dossier (par "
        + "exemple avec « python3 -m http.server »).",
      en: "This page cannot start from a file: the browser forbids a file to load others. Open it "
        + "on the web, or serve its folder (with “python3 -m http.server”, for instance).",
    },
    browser: {
      fr: "Ce navigateur est trop ancien pour cette page. Mettez-le à jour, ou prenez-en un autre.",
      en: "This browser is too old for this page. Update it, or use another.",
    },
    frame: {
      fr: "Cette page est affichée dans un cadre qui l’empêche de démarrer. Ouvrez-la dans un "
        + "onglet à elle : ",
      en: "This page is shown in a frame that keeps it from starting. Open it in a tab of its own: ",
    },
    type: {
      fr: "Le serveur envoie les fichiers .js sous un autre type que text/javascript, et le "
        + "navigateur les refuse. Corrigez son réglage (sous Windows, le type de .js dans le "
        + "registre).",
      en: "The server sends .js files as another type than text/javascript, and the browser "
        + "refuses them. Correct its settings (under Windows, the type of .js in the registry).",
    },
    mismatch: {
      fr: "La page vient d’être mise à jour. Rechargez-la.",
      en: "The page has just been updated. Reload it.",
    },
    connection: {
      fr: "La page n’a pas pu se charger en entier. Vérifiez la connexion, puis rechargez-la.",
      en: "The page could not load in full. Check the connection, then reload it.",
    },
  };
  /** @type {"fr"|"en"} */
  var language = /^fr/i.test(navigator.language || "") ? "fr" : "en";
  var told = false;

  /** @param {keyof typeof SENTENCES} reason */
  function tell(reason) {
    var box = document.getElementById("not-started");
    if (told || !box || document.body.className.indexOf("started") >= 0) return;
    told = true;
    box.className += " told";
    box.setAttribute("data-reason", reason);
    box.setAttribute("lang", language);
    box.textContent = SENTENCES[reason][language];
    if (reason === "frame") box.appendChild(linkToPage());
    if (reason === "mismatch" || reason === "connection") {
      box.appendChild(document.createTextNode(" "));
      box.appendChild(reloadButton());
    }
  }

  function reloadButton() {
    var button = document.createElement("button");
    button.type = "button";
    button.textContent = { fr: "Recharger la page", en: "Reload the page" }[language];
    button.addEventListener("click", function () { location.reload(); });
    return button;
  }

  function linkToPage() {
    var link = document.createElement("a");
    link.href = link.textContent = location.href;
    link.target = "_blank";
    link.rel = "noopener";
    return link;
  }

  /**
   * Files of two builds met: those in the browser's cache are fetched anew, for the reload to find one build.
   */
  function fetchAnew() {
    performance.getEntriesByType("resource").forEach(function (entry) {
      fetch(entry.name, { cache: "reload" }).catch(function () {});
    });
  }

  /** @param {string} address  of the script that did not load */
  function tellUnloaded(address) {
    if (self.origin === "null") return tell("frame");
    fetch(address).then(function (response) {
      var isScript = /javascript|ecmascript/i.test(response.headers.get("content-type") || "");
      tell(response.ok && !isScript ? "type" : "connection");
    }, function () { tell("connection"); });
  }

  // What people type to put a chapter into an article: its card is a page of its own.
  var asked = /[?&]embed=([^&]*)/.exec(location.search);
  if (asked) {
    var query = location.search.replace(asked[0], asked[0].replace("embed=", "chapter="));
    return location.replace("embed.html" + query + location.hash);
  }
  if (location.protocol === "file:") return tell("file");
  if (!("noModule" in document.createElement("script"))) return tell("browser");
  addEventListener("error", function (event) {
    var target = event.target;
    if (target instanceof HTMLScriptElement) return tellUnloaded(target.src);
    if (!event.error || document.body.className.indexOf("started") >= 0) return;
    if (event.error.name !== "SyntaxError") return tell("connection");
    // A module that lacks what another imports is of another build; any other syntax is too new for this
    // browser.
    if (!/export|import|binding|contain/i.test(event.message)) return tell("browser");
    fetchAnew();
    tell("mismatch");
  }, true);
})();
