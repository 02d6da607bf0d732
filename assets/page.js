/* Puts drawn parts into their places, and keeps what a reader had open or under the finger. */
(function () {
  "use strict";

  const same = (element) =>
    element.id ? "#" + CSS.escape(element.id) :
    element.dataset.do ? ["do", "key", "value"].map((name) => "[data-" + name + '="' + CSS.escape(element.dataset[name] || "") + '"]').join("") :
    null;

  function put(id, html) {
    const place = document.getElementById(id);
    if (!place) return;
    const held = place.contains(document.activeElement) ? same(document.activeElement) : null;
    const open = [...place.querySelectorAll("details[open][id]")].map((details) => details.id);
    place.innerHTML = html;
    open.forEach((name) => document.getElementById(name)?.setAttribute("open", ""));
    if (held) place.querySelector(held)?.focus({ preventScroll: true });
  }

  /* A store may arrive before the places of its parts are there. */
  function fill(parts, tries = 0) {
    const missing = Object.keys(parts || {}).some((id) => !document.getElementById(id));
    if (missing && tries < 100) window.setTimeout(fill, 20, parts, tries + 1);
    else Object.entries(parts || {}).forEach(([id, html]) => put(id, html));
    return String(Object.keys(parts || {}).length);
  }

  window.dash_clientside = Object.assign({}, window.dash_clientside, { page: { fill: fill } });
})();
