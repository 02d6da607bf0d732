/* Sending a file: chosen or dropped, with progress and a way to stop; and the way back from a report to the list.
   The body is the file itself, so that neither side ever holds it whole. */
(function () {
  "use strict";

  let sending = null;

  const part = (name) => document.querySelector("#upload-sending ." + name);
  const zone = () => document.getElementById("upload-zone");

  function token() {
    const found = document.cookie.match(/(?:^|; )(?:__Host-)?csrf=([^;]+)/);
    return found ? decodeURIComponent(found[1]) : "";
  }

  function told(message) {
    window.dash_clientside.set_props("notices", { sendNotifications: message });
  }

  function show(busy) {
    zone().hidden = busy;
    document.getElementById("upload-sending").hidden = !busy;
    (busy ? document.querySelector("[data-upload=stop]") : document.querySelector("[data-upload=choose]")).focus();
  }

  function advance(event) {
    const share = event.total ? Math.floor((100 * event.loaded) / event.total) : 0;
    part("progress-fill").style.width = share + "%";
    part("progress").setAttribute("aria-valuenow", String(share));
    const said = zone().dataset.sent.replace("{share}", String(share));
    if (part("upload-share").textContent !== said) part("upload-share").textContent = said;
  }

  function failed(request) {
    show(false);
    const answer = request.response;
    if (request.status === 401) window.location.assign("/login?next=" + zone().dataset.next);
    else if (answer && answer.notices) told(answer.notices);
    else told([{ action: "show", message: zone().dataset.failed, color: "orange", autoClose: false }]);
  }

  function send(file) {
    const request = new XMLHttpRequest();
    sending = request;
    request.open("POST", zone().dataset.send + "/upload?name=" + encodeURIComponent(file.name));
    request.responseType = "json";
    request.setRequestHeader("X-CSRFToken", token());
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.upload.onprogress = advance;
    request.onabort = () => show(false);
    request.onerror = () => failed(request);
    request.onload = () => {
      if (request.status !== 200) return failed(request);
      part("upload-share").textContent = zone().dataset.reading;
      const next = zone().dataset.next + "?upload=" + encodeURIComponent(request.response.upload);
      window.dash_clientside.set_props("_pages_location", { href: next }); // what is on screen stays until it is read
    };
    part("upload-name").textContent = file.name;
    show(true);
    request.send(file);
  }

  function choose() {
    const input = document.createElement("input");
    input.type = "file";
    input.addEventListener("change", () => input.files.length && send(input.files[0]));
    input.click();
  }

  document.addEventListener("click", (event) => {
    const act = event.target.closest("[data-upload]")?.dataset.upload;
    if (act === "choose") choose();
    else if (act === "stop" && sending) sending.abort();
  });

  for (const type of ["dragover", "dragleave", "drop"]) {
    document.addEventListener(type, (event) => {
      const over = event.target.closest?.("#upload-zone");
      zone()?.classList.toggle("over", Boolean(over) && type === "dragover");
      if (!zone()) return;
      event.preventDefault(); // a file dropped beside the zone must not replace the page
      if (over && type === "drop" && event.dataTransfer.files.length) send(event.dataTransfer.files[0]);
    });
  }

  // --- the report over the list: it takes the focus, Escape closes it -------------------------------------------

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") document.querySelector("#import-drawer .drawer-close")?.click();
  });

  const opened = () => document.getElementById("import-name")?.focus();

  window.dash_clientside = Object.assign({}, window.dash_clientside, { imports: { opened: opened } });
})();
