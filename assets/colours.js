/* Runs before the first paint, so that a page in dark colours never flashes white. The index page loads it in <head>. */
(function () {
  "use strict";
  const wanted = window.localStorage.getItem("mantine-color-scheme-value") || "auto";
  const dark = wanted === "dark" || (wanted === "auto" && window.matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.mantineColorScheme = dark ? "dark" : "light";
})();
