/* What the shell does in the browser: colours, language, folding menus, the telling of marks, sharing. */
(function () {
  "use strict";

  const root = document.documentElement;
  const KEPT = "mantine-color-scheme-value"; // the name under which Mantine keeps it
  const set = (id, prop, value) => window.dash_clientside.set_props(id, { [prop]: value });

  // --- colours ----------------------------------------------------------------------------------------------------

  const darkSystem = window.matchMedia("(prefers-color-scheme: dark)");
  const wanted = () => window.localStorage.getItem(KEPT) || "auto";
  const shade = () => (wanted() === "auto" ? (darkSystem.matches ? "dark" : "light") : wanted());

  function colour() {
    root.dataset.mantineColorScheme = shade();
    document.querySelectorAll("[data-scheme]").forEach((button) => {
      button.setAttribute("aria-pressed", String(button.dataset.scheme === wanted()));
    });
    if (document.getElementById("map-now")) set("shade", "data", shade());
  }

  function scheme(name) {
    window.localStorage.setItem(KEPT, name);
    window.dispatchEvent(new StorageEvent("storage", { key: KEPT, newValue: name, storageArea: window.localStorage }));
    colour();
  }

  darkSystem.addEventListener("change", colour);

  // --- language, rail, sharing ------------------------------------------------------------------------------------

  function language(code) {
    document.cookie = "language=" + code + "; path=/; max-age=31536000; samesite=lax";
    const address = new URL(window.location.href);
    address.searchParams.delete("lang");
    window.location.replace(address);
  }

  function rail(open) {
    document.body.classList.toggle("rail-open", open);
    document.querySelector("[data-opens=rail]")?.setAttribute("aria-expanded", String(open));
    if (open) document.querySelector("#rail a")?.focus();
  }

  function copyLink(said) {
    navigator.clipboard.writeText(window.atalaya.link()).then(() => {
      set("notices", "sendNotifications", [{ action: "show", message: said, autoClose: 3000 }]);
    });
  }

  /* The list below shows the incidents of the clicked place for as long as the place is open. */
  function listPlace() {
    set("list-kind", "value", "rows");
    document.querySelector(".lists").scrollIntoView({ behavior: "smooth" });
  }

  document.addEventListener("click", (event) => {
    const at = (name) => event.target.closest("[data-" + name + "]")?.dataset;
    if (at("scheme")) scheme(at("scheme").scheme);
    else if (at("language")) language(at("language").language);
    else if (at("opens")) rail(!document.body.classList.contains("rail-open"));
    else if (at("rows")) set("rows-view", "data", at("rows").rows);
    else if (at("do")?.do === "copy-link") copyLink(at("do").said);
    else if (at("do")?.do === "print") window.print();
    else if (at("do")?.do === "leave-place") set("place-at", "data", null);
    else if (at("do")?.do === "list-place") listPlace();
    if (event.target.closest(".menu-item")) event.target.closest("details").open = false;
    if (!at("opens") && (!event.target.closest("#rail") || event.target.closest("a"))) rail(false);
  });

  // --- folding menus: one open at a time; a click outside or Escape closes ---------------------------------------

  const openMenus = () => document.querySelectorAll("details.popup[open]");
  const inSheet = (menu) => menu.closest(".filter-sheet.open");

  document.addEventListener("pointerdown", (event) => {
    openMenus().forEach((menu) => {
      if (!menu.contains(event.target) && !inSheet(menu)) menu.open = false;
    });
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    rail(false);
    openMenus().forEach((menu) => {
      if (!menu.contains(document.activeElement)) return;
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  });

  // Focus that goes to what holds the menu comes from a click on plain ground inside it.
  document.addEventListener("focusin", (event) => {
    openMenus().forEach((menu) => {
      const outside = !menu.contains(event.target) && !event.target.contains(menu);
      if (outside && !inSheet(menu)) menu.open = false;
    });
  });

  // --- the telling of a mark under the pointer -------------------------------------------------------------------

  const tip = document.createElement("div");
  tip.className = "tip";
  tip.setAttribute("aria-hidden", "true");

  document.addEventListener("pointerover", (event) => {
    const mark = event.target.closest?.("[data-told]");
    if (!mark) return tip.remove();
    tip.textContent = mark.dataset.told;
    document.body.append(tip);
    const box = mark.getBoundingClientRect();
    const left = box.left + box.width / 2 - tip.offsetWidth / 2;
    const above = box.top - tip.offsetHeight - 8;
    tip.style.left = Math.max(8, Math.min(left, window.innerWidth - tip.offsetWidth - 8)) + "px";
    tip.style.top = (above > 8 ? above : box.bottom + 8) + "px";
  });

  function markPage() {
    document.querySelectorAll(".rail-link").forEach((link) => {
      if (link.pathname === window.location.pathname) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    });
  }

  // Dash draws the page after this file has run: mark what is chosen and tell the map its colours when it has.
  new MutationObserver(() => {
    markPage();
    if (!document.querySelector("[data-scheme]:not([aria-pressed])") && !freshMap()) return;
    colour();
  }).observe(document.body, { childList: true, subtree: true });

  let map = null;
  function freshMap() {
    const now = document.getElementById("map-now");
    const fresh = now && now !== map;
    map = now;
    return fresh;
  }

  colour();
})();
