// What makes the pages about footage nicer where scripts run. Without them everything works too, with more waiting.
(() => {
  const bytes = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
  const hex = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

  // One try of the work that the server sets: a key derived from a number, which must begin as told.
  async function derived(told, counter) {
    const password = new Uint8Array([...bytes(told.nonce), 0, 0, 0, 0]);
    new DataView(password.buffer).setUint32(password.length - 4, counter);
    const key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
    const how = { name: "PBKDF2", hash: "SHA-256", salt: bytes(told.salt), iterations: told.cost };
    return hex(await crypto.subtle.deriveBits(how, key, told.keyLength * 8));
  }

  async function worked(challenge) {
    for (let counter = 0; ; counter += 1) {
      const derivedKey = await derived(challenge.parameters, counter);
      if (derivedKey.startsWith(challenge.parameters.keyPrefix)) {
        return btoa(JSON.stringify({ challenge, solution: { counter, derivedKey } }));
      }
    }
  }

  function work(form) {
    const proof = form.querySelector("#proof");
    const told = form.querySelector("#proof-told");
    if (!proof || proof.value || !window.crypto?.subtle) return;
    let waiting = false;
    const done = worked(JSON.parse(proof.dataset.challenge)).then((found) => {
      proof.value = found;
      if (waiting) told.textContent = told.dataset.worked;
    });
    form.addEventListener("submit", (event) => {
      if (proof.value || waiting) {
        if (!proof.value) event.preventDefault();
        return;
      }
      event.preventDefault();
      waiting = true;
      told.textContent = told.dataset.working;
      done.then(() => form.submit());
    });
  }

  document.querySelectorAll("form").forEach(work);
  document.getElementById("wrong")?.focus();
  document.querySelectorAll("[data-script]").forEach((element) => element.removeAttribute("hidden"));
  document.addEventListener("change", (event) => {
    const told = document.getElementById("picked");
    if (told && event.target.name === "camera") told.textContent = event.target.closest(".map") ? event.target.title : "";
  });
  document.addEventListener("click", (event) => {
    const pressed = event.target.closest("[data-leave], [data-copy], [data-print]");
    if (!pressed) return;
    if ("leave" in pressed.dataset) {
      event.preventDefault();
      location.replace(pressed.href);
    } else if ("print" in pressed.dataset) {
      window.print();
    } else {
      const text = document.getElementById(pressed.dataset.copy).textContent;
      navigator.clipboard.writeText(text).then(() => {
        document.getElementById(pressed.dataset.told).textContent = pressed.dataset.done;
      });
    }
  });
})();
