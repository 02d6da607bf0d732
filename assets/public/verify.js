// The SHA-256 of a chosen file, worked out here: the file is sent nowhere.
(() => {
  const form = document.getElementById("verify");
  const told = document.getElementById("verify-told");
  if (!form || !window.crypto?.subtle) return;
  form.removeAttribute("hidden");
  const say = (key, found = "") => {
    told.textContent = told.dataset[key].replace("{hash}", found);
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const file = form.querySelector("input[type=file]").files[0];
    const wanted = form.querySelector("#hash").value.toLowerCase().replace(/[^0-9a-f]/g, "");
    if (!file) return say("nofile");
    say("working");
    try {
      const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
      const found = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
      if (!wanted) return say("shown", found);
      return say(wanted === found ? "same" : "other", found);
    } catch {
      return say("broken");
    }
  });
})();
