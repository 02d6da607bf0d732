/* The filter's controls, its address and the heat image's address.
   `gather` runs in the browser so that the heat repaints without waiting for the numbers. */
(function () {
  "use strict";

  const KEYS = ["from", "to", "type", "vehicle", "item", "hours", "days", "precinct", "area", "origin"];
  const NOTHING = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7";
  let ground = null; // what the page knows of the data: snapshot, scope, default dates
  let query = null; // as written in the address
  let controls = {}; // as the controls hold it
  let came = null; // the question that the page came with, and the controls that stood for it

  const set = (id, prop, value) => window.dash_clientside.set_props(id, { [prop]: value });
  const unchanged = () => window.dash_clientside.no_update;
  const encoded = (text) => encodeURIComponent(text).replace(/%2C/g, ",").replace(/%3B/g, ";").replace(/%3A/g, ":");
  const canonical = (pairs) => Object.entries(pairs).map(([key, value]) => key + "=" + encoded(value)).join("&");

  /* 1,2,3,7 -> "1-3,7", as the Filter writes numbers. */
  function ranges(values) {
    const runs = [];
    for (const number of values.map(Number).sort((a, b) => a - b)) {
      const last = runs[runs.length - 1];
      if (last && last[1] === number - 1) last[1] = number;
      else runs.push([number, number]);
    }
    return runs.map(([a, b]) => (a === b ? String(a) : a + "-" + b)).join(",");
  }

  function written(key, value) {
    if (!Array.isArray(value)) return value || null;
    if (!value.length) return null;
    return key === "hours" || key === "days" ? ranges(value) : value.slice().sort().join(",");
  }

  function comparison(choice, start) {
    if (choice === "own") return start || null;
    return choice === "none" ? null : choice;
  }

  /* Controls cannot say "none of them": until one is touched, its part of the question stays as it came. */
  function part(key, value) {
    const untouched = came.query[key] && JSON.stringify(value) === JSON.stringify(came.controls[key]);
    return untouched ? came.query[key] : written(key, value);
  }

  function pairsOf(values, before) {
    controls = Object.fromEntries(KEYS.map((key, i) => [key, values[i]]));
    const sheet = document.getElementById("filter-sheet");
    if (!came || came.sheet !== sheet) came = { sheet: sheet, query: Object.assign({}, before), controls: controls };
    const pairs = {};
    for (const key of KEYS) {
      const text = part(key, controls[key]);
      if (text) pairs[key] = text;
    }
    const compare = comparison(values[10], values[11]);
    if (compare) pairs.compare = compare;
    return pairs;
  }

  /* The address keeps the default dates out, so that a kept address goes with the calendar. */
  function address(pairs) {
    const short = Object.assign({}, pairs);
    if (short.from === ground.from && short.to === ground.to) {
      delete short.from;
      delete short.to;
    }
    const text = canonical(short);
    return window.location.pathname + (text ? "?" + text : "");
  }

  /* Asked for at once: the map takes its address a few steps later, and finds the image on its way. */
  function image(side, shade) {
    const names = ["/heat", ground.snapshot, ground.scope, side + ".png"].join("/");
    const address = names + "?" + canonical(query) + "&ground=" + shade;
    new Image().src = address;
    return address;
  }

  function pointExports(changing) {
    document.querySelectorAll("a[data-export]").forEach((link) => {
      const address = link.dataset.export;
      const side = changing && address.endsWith(".png") ? "&side=change" : "";
      link.href = address + (address.includes("?") ? "&" : "?") + canonical(query) + side;
    });
  }

  function gather(...given) {
    const [known, shade, view, before] = given.slice(-4);
    ground = known;
    query = pairsOf(given, before);
    const same = canonical(query) === canonical(before || {});
    if (!same) window.history.replaceState(window.history.state, "", address(query));
    const compared = Boolean(query.compare);
    const side = compared && view === "side";
    pointExports(compared && !side);
    return [
      same ? unchanged() : query,
      shade ? image(compared && !side ? "change" : "now", shade) : NOTHING,
      shade && side ? image("before", shade) : NOTHING,
      "maps " + (side ? "two" : "one") + (compared ? " compared" : "") + (compared && !side ? " changing" : ""),
    ];
  }

  let open = { place: false, rows: false };

  /* What is open follows the question; what is closed is told once and asks nothing. */
  function followers(query, at, kind, view) {
    const before = open;
    open = { place: Boolean(at), rows: kind === "rows" };
    const turned = window.dash_clientside.callback_context.triggered.some((one) => one.prop_id === "rows-view.data");
    const tell = (name, value) => (open[name] ? value : before[name] ? null : unchanged());
    return [
      tell("place", Object.assign({ query: query }, at)),
      tell("rows", Object.assign({ query: query, view: turned ? view : null }, at)),
      open.rows,
    ];
  }

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    filter: { gather: gather, followers: followers },
  });

  /* The link to share names its dates: whoever opens it later sees the same days. */
  window.atalaya = Object.assign({}, window.atalaya, {
    link: () => {
      const filtered = document.getElementById("filter-sheet") && query;
      return filtered ? window.location.origin + window.location.pathname + "?" + canonical(query) : window.location.href;
    },
  });

  // --- changing the question ------------------------------------------------------------------------------------

  function clear(key) {
    delete came.query[key];
    if (key === "period") preset("28");
    else if (key === "compare") set("filter-compare", "value", "none");
    else if (key === "area") set("filter-area", "data", null);
    else set("filter-" + key, "value", []);
  }

  /* Adds the codes, or takes them away when all of them are chosen. */
  function toggle(key, codes) {
    const now = controls[key] || [];
    const all = codes.every((code) => now.includes(code));
    const rest = now.filter((code) => !codes.includes(code));
    set("filter-" + key, "value", all ? rest : rest.concat(codes));
  }

  function preset(name) {
    const end = new Date(ground.last + "T00:00:00Z");
    const start = new Date(end);
    if (name === "year") start.setUTCMonth(0, 1);
    else start.setUTCDate(start.getUTCDate() - Number(name) + 1);
    set("filter-from", "value", start.toISOString().slice(0, 10));
    set("filter-to", "value", ground.last);
  }

  function reset() {
    ["period", "compare", ...KEYS.slice(2)].forEach(clear);
  }

  function sheet(open) {
    const filters = document.getElementById("filter-sheet");
    filters.classList.toggle("open", open);
    document.body.classList.toggle("sheet-open", open);
    document.querySelectorAll(".header, .rail, .under-sheet").forEach((part) => (part.inert = open));
    (open ? filters.querySelector("button") : document.querySelector(".sheet-opener")).focus();
  }

  document.addEventListener("click", (event) => {
    const at = (name) => event.target.closest("[data-" + name + "]")?.dataset;
    const act = at("do") || at("preset") || at("sheet");
    if (!act || !ground) return;
    if (act.do === "clear") clear(act.key);
    else if (act.do === "toggle") toggle(act.key, [act.value]);
    else if (act.do === "several") toggle(act.key, act.value.split(","));
    else if (act.do === "reset") reset();
    else if (act.preset) preset(act.preset);
    else if (act.sheet) sheet(act.sheet === "open");
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && document.body.classList.contains("sheet-open")) sheet(false);
  });
})();
