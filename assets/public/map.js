// A press on a map, beside its dots, writes the coordinates of that place into a field of the page.
(() => {
  document.querySelectorAll("svg[data-field]").forEach((map) => {
    const field = document.getElementById(map.dataset.field);
    if (!field) return;
    const [west, north, scale, flat] = map.dataset.frame.split(" ").map(Number);
    map.addEventListener("click", (event) => {
      if (event.target.closest("a, input")) return;
      const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(map.getScreenCTM().inverse());
      field.value = `${(north - (at.y * flat) / scale).toFixed(5)}, ${(west + at.x / scale).toFixed(5)}`;
      field.scrollIntoView({ block: "center" });
    });
  });
  document.querySelectorAll("[data-map]").forEach((told) => told.removeAttribute("hidden"));
})();
