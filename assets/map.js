/* What dash-leaflet needs in the browser: styles by class, names that hide when they do not fit, linked maps,
   drawing by our own buttons. */
(function () {
  "use strict";

  const maps = new Map(); // container -> Leaflet map
  let drawing = null;
  let moved = false; // by the reader

  const precinct = () => ({ className: "precinct" });
  const graticule = () => ({ className: "graticule" });

  function named(feature, layer) {
    if (!feature.properties.name) return;
    layer.bindTooltip(feature.properties.name, {
      permanent: true, direction: "center", className: "precinct-name", interactive: false,
    });
  }

  function degrees(feature, layer) {
    layer.degrees = feature.properties;
  }

  /* A name shows where its precinct is wide enough for it. */
  function fitNames(map) {
    map.eachLayer((layer) => {
      const label = layer.getTooltip && layer.getTooltip();
      const element = label && label.getElement && label.getElement();
      if (!element || !layer.getBounds) return;
      const box = layer.getBounds();
      const wide = map.latLngToLayerPoint(box.getNorthEast()).x - map.latLngToLayerPoint(box.getSouthWest()).x;
      element.classList.toggle("too-small", element.offsetWidth > wide * 0.92);
    });
  }

  /* Both maps of a comparison show the same place. */
  function link(map) {
    let following = false;
    map.on("move", () => {
      if (following || !map.placed) return;
      moved = true;
      for (const other of maps.values()) {
        if (other === map || !other.placed) continue;
        other.following(() => other.setView(map.getCenter(), map.getZoom(), { animate: false }));
      }
    });
    map.following = (act) => {
      following = true;
      act();
      following = false;
    };
  }

  /* The map takes the size of its frame. It keeps its place once a reader has moved it; until then it shows all. */
  function watchSize(map) {
    let before = 0;
    new ResizeObserver(() => {
      const container = map.getContainer();
      if (!container.isConnected) return void maps.delete(container);
      const width = container.clientWidth;
      map.following(() => map.invalidateSize({ animate: false, pan: true }));
      if (width && (!before || !moved)) arrive(map, !before);
      before = width;
      fitNames(map);
    }).observe(map.getContainer());
  }

  function whole(map) {
    const [south, west, north, east] = map.getContainer().closest("[data-corners]").dataset.corners.split(",").map(Number);
    return [[south, west], [north, east]];
  }

  function arrive(map, fresh) {
    const other = [...maps.values()].find((one) => one !== map && one.placed && one.getSize().x);
    if (other && fresh) map.following(() => map.setView(other.getCenter(), other.getZoom(), { animate: false }));
    else map.following(() => map.fitBounds(whole(map), { animate: false }));
    map.placed = true;
  }

  // --- drawing ----------------------------------------------------------------------------------------------------

  const corner = (point) => point.lng.toFixed(5) + "," + point.lat.toFixed(5);

  function drawn(event) {
    const area = event.layer.getLatLngs()[0].map(corner).join(";");
    window.setTimeout(() => event.layer.remove());
    window.dash_clientside.set_props("filter-area", { data: area });
  }

  function pressed(shape) {
    drawing = shape;
    document.querySelectorAll("[data-draw]").forEach((button) => {
      button.setAttribute("aria-pressed", String(button.dataset.draw === shape));
    });
  }

  /* Leaflet's drawing speaks English; our buttons carry its sentences in the reader's language. */
  function speak(told) {
    const says = window.L.drawLocal.draw.handlers;
    says.polygon.tooltip = { start: told.start, cont: told.next, end: told.end };
    says.rectangle.tooltip = { start: told.start };
    says.simpleshape.tooltip = { end: told.end };
    says.polyline.error = told.crossing;
  }

  let tool = null;

  function draw(button) {
    const stop = drawing === button.dataset.draw;
    if (tool) tool.disable();
    tool = null;
    pressed(null);
    if (!stop) begin(button);
  }

  /* The drawing itself comes in a part of its own, which may still be on its way. */
  function begin(button) {
    if (!window.L.Draw) return void window.setTimeout(begin, 100, button);
    speak(JSON.parse(button.dataset.sentences));
    const Tool = button.dataset.draw === "polygon" ? window.L.Draw.Polygon : window.L.Draw.Rectangle;
    const map = [...maps.values()].find((one) => one.getContainer().id === "map-now");
    tool = new Tool(map, { allowIntersection: false, showArea: false, shapeOptions: { className: "drawn-area" } });
    tool.enable();
    pressed(button.dataset.draw);
  }

  function watchDrawing(map) {
    map.on("draw:created", drawn);
    map.on("draw:drawstop", () => window.setTimeout(() => tool?.enabled() || pressed(null))); // after its last click
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-draw]");
    if (button) draw(button);
  });

  /* A click while drawing sets a corner and asks nothing. */
  function clicked(now, before) {
    const nothing = window.dash_clientside.no_update;
    const which = window.dash_clientside.callback_context.triggered[0]?.prop_id;
    const at = which === "map-before.clickData" ? before : now;
    if (drawing || !at) return nothing;
    return { lon: at.latlng.lng, lat: at.latlng.lat };
  }

  // --- the drawn area and the clicked place, on every map --------------------------------------------------------

  let area = null;
  let place = null;

  function mark(map) {
    map.marks = map.marks || window.L.layerGroup().addTo(map);
    map.marks.clearLayers();
    if (area) map.marks.addLayer(window.L.polygon(area, { className: "drawn-area", interactive: false }));
    if (place) map.marks.addLayer(window.L.circleMarker([place.lat, place.lon], { className: "spot", radius: 9, interactive: false }));
  }

  function marked(text, at) {
    area = text && text.split(";").filter(Boolean).map((pair) => pair.split(",").map(Number).reverse());
    place = at;
    maps.forEach(mark);
  }

  window.atalaya = Object.assign({}, window.atalaya, {
    map: { precinct: precinct, graticule: graticule, named: named, degrees: degrees },
  });
  window.dash_clientside = Object.assign({}, window.dash_clientside, { map: { clicked: clicked, marked: marked } });

  if (!window.L) return; // a process that serves the public face alone brings no maps

  window.L.Map.addInitHook(function () {
    if (!maps.size) moved = false;
    maps.set(this.getContainer(), this);
    link(this);
    watchSize(this);
    watchDrawing(this);
    this.whenReady(() => mark(this));
    this.on("zoomend layeradd", () => window.requestAnimationFrame(() => fitNames(this)));
  });
})();
