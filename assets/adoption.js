/* The adoption page: its address is the question, and each part of it is asked for on its own. */
(function () {
  "use strict";

  const PATH = "/adoption";
  const KEYS = ["day", "precinct", "compare", "align"];
  const ANSWERS = { day: ["standing", "compared", "close"], precinct: ["close"], compare: ["compared"], align: ["compared"] };

  const here = () => document.getElementById("adoption-page");

  /* The address, and where it is silent what the page shows. */
  function question() {
    const kept = new URLSearchParams(window.location.search);
    const shown = {
      day: document.getElementById("adoption-day-box")?.value,
      precinct: document.getElementById("adoption-precinct")?.value,
      compare: document.getElementById("adoption-chosen")?.dataset.codes,
    };
    return Object.fromEntries(KEYS.map((key) => [key, kept.get(key) || shown[key] || ""]));
  }

  function ask(key, value) {
    const asked = Object.assign(question(), { [key]: value });
    const kept = new URLSearchParams(window.location.search);
    if (value) kept.set(key, value);
    else kept.delete(key);
    const text = kept.toString().replace(/%2C/g, ",");
    window.history.replaceState(window.history.state, "", PATH + (text ? "?" + text : ""));
    ANSWERS[key].forEach((name) => window.dash_clientside.set_props("adoption-" + name + "-asked", { data: asked }));
  }

  /* The precinct looked at is marked in the table, on the map and in the list. */
  function look(code) {
    document.querySelectorAll("#adoption-page [data-precinct]").forEach((mark) => {
      mark.classList.toggle("chosen", mark.dataset.precinct === code);
    });
    document.getElementById("adoption-precinct").value = code;
    ask("precinct", code);
  }

  function compare(code) {
    const now = question().compare.split(",").filter(Boolean);
    const codes = now.includes(code) ? now.filter((other) => other !== code) : now.concat(code);
    ask("compare", codes.join(","));
  }

  // --- the table: sorted in the browser, which has all rows -------------------------------------------------------

  const figure = (row, column) => row.cells[column].dataset.sort;

  /* Rows without a figure stay last whichever way. */
  function order(column, up) {
    const language = new Intl.Collator(document.documentElement.lang);
    return (a, b) => {
      const [one, two] = [figure(a, column), figure(b, column)];
      if (one === undefined || two === undefined) return (one === undefined) - (two === undefined);
      return (up ? 1 : -1) * (column ? one - two : language.compare(one, two));
    };
  }

  function sort(button) {
    const head = button.closest("th");
    const up = head.getAttribute("aria-sort") ? head.getAttribute("aria-sort") !== "ascending" : head.cellIndex === 0;
    head.parentElement.querySelectorAll("th").forEach((other) => other.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", up ? "ascending" : "descending");
    const body = head.closest("table").tBodies[0];
    const folded = [...body.rows].filter((row) => row.hidden).length;
    const rows = [...body.rows].sort(order(head.cellIndex, up));
    rows.forEach((row, i) => (row.hidden = i >= rows.length - folded));
    body.append(...rows);
  }

  function unfold(button) {
    document.querySelectorAll("#adoption-table tr[hidden]").forEach((row) => (row.hidden = false));
    button.remove();
  }

  document.addEventListener("click", (event) => {
    if (!here()) return;
    const button = event.target.closest("[data-do]");
    const act = button?.dataset;
    if (act?.do === "sort") sort(button);
    else if (act?.do === "unfold") unfold(button);
    else if (act?.do === "adoption-compare") compare(act.value);
    else if (act?.do === "adoption" && act.key !== "precinct") ask(act.key, act.value);
    else if (act?.do === "adoption" && !(event.ctrlKey || event.metaKey || event.shiftKey)) {
      event.preventDefault();
      look(act.value);
      document.getElementById("adoption-close-card").scrollIntoView({ behavior: "smooth", block: "nearest" });
    }
  });

  /* The link to share names its day: whoever opens it later sees the same. Other pages have links of their own. */
  window.addEventListener("load", () => {
    const other = window.atalaya.link;
    const named = () => new URLSearchParams(Object.entries(question()).filter(([, value]) => value)).toString();
    const link = () => (here() ? window.location.origin + PATH + "?" + named().replace(/%2C/g, ",") : other());
    window.atalaya = Object.assign({}, window.atalaya, { link: link });
  });

  document.addEventListener("change", (event) => {
    if (!here()) return;
    const { asks, adds } = event.target.dataset;
    if (adds && event.target.value) compare(event.target.value);
    else if (asks === "precinct") look(event.target.value);
    else if (asks && event.target.validity.valid) ask(asks, event.target.value);
  });
})();
