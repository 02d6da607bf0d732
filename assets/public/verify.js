// The SHA-256 of a chosen file and the signature of a manifest, worked out here: the files are sent nowhere.
(() => {
  const opened = (name) => {
    const form = document.getElementById(name);
    const told = document.getElementById(`${name}-told`);
    if (!form || !window.crypto?.subtle) return {};
    form.removeAttribute("hidden");
    const say = (key, found = {}) => {
      told.textContent = told.dataset[key].replace(/\{(\w+)\}/g, (_, part) => found[part] ?? "");
    };
    return { form, say, file: () => form.querySelector("input[type=file]").files[0] };
  };

  const check = opened("verify");
  check.form?.addEventListener("submit", async (event) => {
    event.preventDefault();
    const wanted = check.form.querySelector("#hash").value.toLowerCase().replace(/[^0-9a-f]/g, "");
    if (!check.file()) return check.say("nofile");
    check.say("working");
    try {
      const digest = await crypto.subtle.digest("SHA-256", await check.file().arrayBuffer());
      const hash = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
      if (!wanted) return check.say("shown", { hash });
      return check.say(wanted === hash ? "same" : "other", { hash });
    } catch {
      return check.say("broken");
    }
  });

  // What was signed: JSON with its keys in order and no blanks.
  const ordered = (value) => {
    if (Array.isArray(value)) return value.map(ordered);
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.keys(value).sort().map((name) => [name, ordered(value[name])]));
  };
  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

  const signed = opened("manifest");
  signed.form?.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!signed.file()) return signed.say("nofile");
    let said, signature, name;
    try {
      ({ manifest: said, signature, public_key: name } = JSON.parse(await signed.file().text()));
      signature = bytes(signature);
      bytes(name);
      if (!Array.isArray(said.files)) throw new TypeError();
    } catch {
      return signed.say("malformed");
    }
    const keys = JSON.parse(signed.form.dataset.keys);
    if (!Object.hasOwn(keys, name)) return signed.say("stranger");
    let holds;
    try {
      const key = await crypto.subtle.importKey("raw", bytes(name), { name: "Ed25519" }, false, ["verify"]);
      const text = new TextEncoder().encode(JSON.stringify(ordered(said)));
      holds = await crypto.subtle.verify({ name: "Ed25519" }, key, signature, text);
    } catch {
      return signed.say("unable");
    }
    const day = new Date(said.made_at * 1000).toLocaleDateString(document.documentElement.lang);
    const found = { folio: said.folio, count: said.files.length, day };
    return signed.say(!holds ? "changed" : keys[name] === "former" ? "former" : "signed", found);
  });
})();
