/* The pages of forecasts: the picture on the map follows the colours of the page, places open from map, list and
   table, and lists of weeks and targets lead on. */
(function () {
  "use strict";

  const root = document.documentElement;
  const layers = new Map(); // number of a place -> its outline on the map
  const set = (id, props) => window.dash_clientside.set_props(id, props);
  const frame = () => document.querySelector("[data-images]");
  const page = () => document.querySelector(".forecast-page[data-link]");

  // --- the picture ------------------------------------------------------------------------------------------------

  let painted = "";

  function paint() {
    const map = frame();
    if (!map) return void (painted = "");
    const dark = root.dataset.mantineColorScheme === "dark";
    const url = JSON.parse(map.dataset.images)[map.dataset.shown] + "&ground=" + (dark ? "dark" : "light");
    if (url === painted || !document.getElementById(map.dataset.layer.replace(/-cells$/, ""))) return;
    painted = url;
    set(map.dataset.layer, { url: url });
  }

  function show(kind) {
    frame().dataset.shown = kind;
    document.querySelectorAll("[data-do=forecast-show]").forEach((button) => {
      button.setAttribute("aria-pressed", String(button.dataset.value === kind));
    });
    document.querySelectorAll("[data-legend]").forEach((legend) => (legend.hidden = legend.dataset.legend !== kind));
    paint();
    keep("show", kind === "risk" ? "" : kind);
  }

  // --- the address ------------------------------------------------------------------------------------------------

  function keep(key, value) {
    const address = new URL(window.location.href);
    if (value) address.searchParams.set(key, value);
    else address.searchParams.delete(key);
    window.history.replaceState(window.history.state, "", address.pathname + address.search.replace(/%2B/g, "+"));
  }

  const go = (address) => set("_pages_location", { href: address });

  // --- places -----------------------------------------------------------------------------------------------------

  const place = (feature) => ({ className: "forecast-place " + feature.properties.why, number: feature.properties.number });

  function numbered(feature, layer) {
    const number = String(feature.properties.number);
    layers.set(number, layer);
    const face = "place-tip " + feature.properties.why;
    layer.bindTooltip(number, { permanent: true, direction: "center", interactive: true, className: face });
    layer.on("click", () => choose(number, true));
    layer.on("add", () => settle(layer._map));
  }

  // --- numbers that would lie on one another: the later one becomes a dot ----------------------------------------

  const ROOM = 22; // pixels
  let settling = null;

  function settle(map) {
    if (!map.settles) map.on("zoomend resize", () => settle(map));
    map.settles = true;
    window.clearTimeout(settling);
    settling = window.setTimeout(() => {
      mark();
      reveal();
      part(map);
    });
  }

  function part(map) {
    const taken = [];
    const first = (a, b) => (b[0] === chosen()) - (a[0] === chosen()) || a[0] - b[0];
    [...layers].filter(([, layer]) => layer._map === map).sort(first).forEach(([, layer]) => {
      const at = map.latLngToLayerPoint(layer.getBounds().getCenter());
      const crowded = taken.some((other) => Math.abs(other.x - at.x) < ROOM && Math.abs(other.y - at.y) < ROOM);
      layer.getTooltip()?.getElement()?.classList.toggle("crowded", crowded);
      if (!crowded) taken.push(at);
    });
  }

  const chosen = () => document.querySelector("#forecast-places li.chosen")?.dataset.place || "";

  /* The chosen place is marked wherever it is drawn. */
  function mark() {
    const number = chosen();
    layers.forEach((layer, other) => {
      layer.getElement()?.classList.toggle("chosen", other === number);
      layer.getTooltip()?.getElement()?.classList.toggle("chosen", other === number);
    });
    document.querySelectorAll("tr[data-place]").forEach((row) => {
      row.classList.toggle("chosen", row.dataset.place === number);
    });
  }

  /* The open place comes into sight in its list; the page stays where it is. */
  function reveal() {
    const item = document.querySelector("#forecast-places li.chosen");
    const list = item?.parentElement;
    if (list && list.scrollHeight > list.clientHeight) list.scrollTop = item.offsetTop - list.offsetTop - 40;
  }

  function choose(number, bring) {
    const open = chosen() === number ? "" : number;
    document.querySelectorAll("#forecast-places li[data-place]").forEach((item) => {
      const on = item.dataset.place === open;
      item.classList.toggle("chosen", on);
      item.querySelector("button").setAttribute("aria-expanded", String(on));
      item.querySelector(".place-told").hidden = !on;
    });
    mark();
    if (bring) reveal();
    keep("place", open);
    const layer = layers.get(open || number);
    if (layer?._map) part(layer._map);
    if (!open) return;
    if (layer?._map && !layer._map.getBounds().contains(layer.getBounds())) layer._map.panTo(layer.getBounds().getCenter());
  }

  // --- listening --------------------------------------------------------------------------------------------------

  document.addEventListener("click", (event) => {
    const act = event.target.closest("[data-do]")?.dataset;
    if (act?.do === "forecast-place") choose(act.value, false);
    else if (act?.do === "forecast-show") show(act.value);
    const row = event.target.closest("tr[data-place]");
    if (row) choose(row.dataset.place, false);
    const link = event.target.closest("a[data-go]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    go(link.getAttribute("href"));
  });

  document.addEventListener("change", (event) => {
    if (event.target.matches("select[data-goes]")) go(event.target.value);
  });

  // Dash draws the page after this file has run, and the colours may change at any time.
  new MutationObserver(paint).observe(document.body, { childList: true, subtree: true });
  new MutationObserver(paint).observe(root, { attributes: true, attributeFilter: ["data-mantine-color-scheme"] });

  /* The link to share names its week and its open place: whoever opens it later sees the same. */
  window.addEventListener("load", () => {
    const other = window.atalaya.link;
    const link = () => {
      if (!page()) return other();
      const address = new URL(page().dataset.link, window.location.origin);
      if (chosen()) address.searchParams.set("place", chosen());
      return address.href.replace(/%2B/g, "+");
    };
    window.atalaya = Object.assign({}, window.atalaya, { link: link });
  });

  window.atalaya = Object.assign({}, window.atalaya, { forecast: { place: place, numbered: numbered } });
})();
