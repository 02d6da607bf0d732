/* Says that the session ends soon, in time to go on. The server alone knows when: another tab may be in use. */
(function () {
  "use strict";

  const WARNING = 120; // seconds before the end at which the server has something to say
  const AGAIN = 15; // seconds between two looks near the end
  let next = 0;

  function place() {
    const found = document.getElementById("session-ends") || document.createElement("div");
    found.id = "session-ends";
    found.setAttribute("role", "status");
    if (!found.isConnected) document.body.append(found);
    return found;
  }

  async function look() {
    window.clearTimeout(next);
    const answer = await fetch("/session");
    if (!answer.ok) return; // it is over: whatever is done next leads to the sign-in page and back
    const { left, told } = await answer.json();
    if (place().innerHTML !== told) place().innerHTML = told;
    next = window.setTimeout(look, 1000 * (left > WARNING ? left - WARNING : AGAIN));
  }

  async function stay() {
    await fetch("/session", { method: "POST", headers: { "X-CSRFToken": window.atalaya.token() } });
    look();
  }

  document.addEventListener("click", (event) => event.target.closest("[data-stay]") && stay());
  document.addEventListener("visibilitychange", () => document.hidden || look());
  place();
  look();
})();
