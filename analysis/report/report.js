"use strict";
// Shows the encounters that a reader asks for. Without it, the page shows them all.
(() => {
  const form = document.getElementById("filters");
  const cards = Array.from(document.querySelectorAll("figure[data-status]"));
  const folds = ["doubtful", "static", "rejected"];

  const isWanted = (card, wanted) => {
    const kind = wanted.get("kind");
    const has = (name) =>
      !wanted.get(name) || card.dataset[name] === wanted.get(name).slice(1);
    return (
      (!kind || JSON.parse(card.dataset.kinds).includes(kind.slice(1))) &&
      ["day", "status", "said"].every(has) &&
      Number(card.dataset.score) >= Number(wanted.get("score") || 0)
    );
  };

  const show = () => {
    const wanted = new FormData(form);
    let shown = 0;
    for (const card of cards) {
      card.hidden = !isWanted(card, wanted);
      shown += !card.hidden;
    }
    for (const section of document.querySelectorAll("[data-shown] > section"))
      section.hidden = !section.querySelector("figure:not([hidden])");
    const isAsked = Array.from(wanted.values()).some((value) => value && value !== "0");
    for (const fold of folds.map((id) => document.getElementById(id)).filter(Boolean))
      fold.open = isAsked && !!fold.querySelector("figure:not([hidden])");
    form.querySelector("output").textContent = `${shown} of ${cards.length} shown`;
  };

  // A link to an encounter that is folded away unfolds it.
  const unfold = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (let fold = target; fold; fold = fold.parentElement)
      if (fold.tagName === "DETAILS") fold.open = true;
    if (target && target.closest("details")) target.scrollIntoView();
  };

  // A picture is shown over the whole page, with all that is drawn on it.
  const large = document.createElement("dialog");
  large.className = "large";
  large.setAttribute("aria-label", "a picture, larger");
  large.addEventListener("click", () => large.close());
  document.body.append(large);

  const enlarge = (picture) => {
    const back = document.createElement("button");
    back.textContent = "back";
    const hint = document.createElement("span");
    hint.className = "hint";
    hint.textContent = "the picture scrolls sideways \u2194";
    const copy = picture.cloneNode(true);
    for (const name of ["tabindex", "role", "aria-haspopup"]) copy.removeAttribute(name);
    const words = document.createElement("p");
    words.textContent = picture.parentElement.querySelector("figcaption").innerText;
    large.replaceChildren(back, hint, copy, words);
    large.showModal();
    large.scrollTop = 0;
    const moved = copy.querySelector("polygon");
    if (!moved) return;
    const { left, width } = moved.getBoundingClientRect();
    copy.scrollLeft = left + width / 2 - large.clientWidth / 2;
  };

  const grow = (event) => {
    const picture = event.target.closest(".card .shown");
    const isKey = event.type === "keydown";
    if (!picture || (isKey && event.key !== "Enter" && event.key !== " ")) return;
    event.preventDefault();
    enlarge(picture);
  };

  for (const picture of document.querySelectorAll(".shown")) {
    picture.tabIndex = 0;
    picture.setAttribute("role", "button");
    picture.setAttribute("aria-haspopup", "dialog");
  }
  for (const kind of ["click", "keydown"]) addEventListener(kind, grow);

  if (form) {
    form.hidden = false;
    for (const kind of ["input", "change"]) form.addEventListener(kind, show);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(show));
    show();
  }
  // What is wider than the page says that it scrolls.
  const mark = () => {
    for (const wide of document.querySelectorAll(".wide"))
      wide.classList.toggle("sideways", wide.scrollWidth > wide.clientWidth + 1);
  };
  for (const kind of ["resize", "toggle"]) addEventListener(kind, mark, true);
  mark();

  addEventListener("hashchange", unfold);
  unfold();
})();
