// Shows what the element tells of its training: an example of its events.

const told = document.getElementById("told");
const isFrench = document.documentElement.lang === "fr";
const count = new Intl.NumberFormat(document.documentElement.lang);

document.addEventListener("petit-train:step", (event) => {
  const { step, steps } = /** @type {CustomEvent} */ (event).detail;
  const of = isFrench ? `pas ${count.format(step)} sur ${count.format(steps)}`
    : `step ${count.format(step)} of ${count.format(steps)}`;
  if (told) told.textContent = of;
});
document.addEventListener("petit-train:done", () => {
  if (told) told.textContent = isFrench ? "arrivée" : "arrived";
});
