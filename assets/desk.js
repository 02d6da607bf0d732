/* The staff desk: forms are sent as they stand; what is wrong comes back to its field and nothing typed is lost. */
(function () {
  "use strict";

  function token() {
    const found = document.cookie.match(/(?:^|; )(?:__Host-)?csrf=([^;]+)/);
    return found ? decodeURIComponent(found[1]) : "";
  }

  /* What is wrong stands beside its field, and the first such field gets the keyboard. */
  function mark(form, wrong) {
    form.querySelectorAll("[name]").forEach((control) => {
      const place = document.getElementById(control.id + "-wrong");
      if (!place) return;
      const said = wrong[control.name] || "";
      place.textContent = said;
      place.hidden = !said;
      control.toggleAttribute("aria-invalid", Boolean(said));
      if (said) control.setAttribute("aria-invalid", "true");
    });
    form.querySelector("[aria-invalid]")?.focus();
  }

  function say(form, text) {
    const place = form.querySelector("[data-told]");
    place.textContent = text;
    place.hidden = !text;
  }

  /* Somebody else moved the case: it is shown as it is now, and the form keeps what was typed. */
  function refresh(answer) {
    if (!answer.parts) return;
    window.dash_clientside.page.fill(answer.parts);
    document.querySelectorAll("form[data-desk] input[name=version]").forEach((kept) => (kept.value = answer.version));
  }

  /* What cannot be taken back asks again who it is; what was asked for waits behind the question. */
  let asking = null;
  const prove = () => (asking ||= question().finally(() => (asking = null)));

  async function question() {
    const drawn = await fetch("/again");
    if (!drawn.ok) return false;
    document.body.append(fragment(await drawn.text()));
    const asked = document.getElementById("again");
    return new Promise((resolve) => {
      asked.addEventListener("close", () => {
        resolve(asked.returnValue === "proved");
        asked.remove();
      });
      asked.showModal();
    });
  }

  async function read(response) {
    try {
      return await response.json();
    } catch {
      return {};
    }
  }

  async function failed(form, response, answer) {
    if (response.status === 401) return window.location.assign("/login?next=" + encodeURIComponent(window.location.pathname));
    if (answer.shown) return show(form, answer);
    say(form, answer.message || form.closest("[data-failed]").dataset.failed);
    mark(form, answer.fields || {});
    refresh(answer);
    if (answer.again && (await prove())) send(form);
  }

  function done(form, answer) {
    if (form.dataset.proves) return form.closest("dialog").close("proved");
    if (answer.go) return window.location.assign(answer.go);
    if (answer.shown) return show(form, answer);
    window.location.reload();
  }

  /* What comes back stands in its place; a form with faults, or a receipt instead of a form, gets the keyboard. */
  function show(form, answer) {
    const place = document.getElementById(form.dataset.shows);
    place.replaceChildren(fragment(answer.shown));
    place.querySelector("[tabindex='-1']")?.focus();
  }

  function fragment(html) {
    const made = document.createElement("template");
    made.innerHTML = html;
    return made.content;
  }

  /* A file is the body itself, so that neither side ever holds a recording whole; the rest goes into the address. */
  function request(form) {
    const headers = { "X-CSRFToken": token(), Accept: "application/json" };
    const file = form.dataset.whole ? null : form.querySelector("input[type=file]");
    if (!file) return [form.action, { method: "POST", headers, body: new FormData(form) }];
    const told = new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === "string"));
    if (file.files.length) told.set("name", file.files[0].name);
    const type = { "Content-Type": "application/octet-stream" };
    return [form.action + "?" + told, { method: "POST", headers: { ...headers, ...type }, body: file.files[0] || "" }];
  }

  async function send(form) {
    const button = form.querySelector("button[type=submit]");
    button.disabled = true;
    say(form, "");
    mark(form, {});
    try {
      const response = await fetch(...request(form));
      const answer = await read(response);
      if (response.ok) done(form, answer);
      else failed(form, response, answer);
    } catch {
      say(form, form.closest("[data-failed]").dataset.failed);
    }
    button.disabled = false;
  }

  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-desk]");
    if (!form) return;
    event.preventDefault();
    if (form.dataset.leaves) return form.closest("dialog").close();
    send(form);
  });

  /* The filters of the queue ask as soon as one is chosen. */
  document.addEventListener("change", (event) => {
    event.target.closest("form[data-asks]")?.requestSubmit();
  });

  window.atalaya = Object.assign(window.atalaya || {}, { prove, token });
})();
