// What stands behind the # of a link goes into the form, and out of the address and the history.
(() => {
  const field = document.getElementById("link");
  if (!field || location.hash.length < 2) return;
  field.value = decodeURIComponent(location.hash.slice(1));
  history.replaceState(null, "", location.pathname);
})();
