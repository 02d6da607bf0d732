/* What the server refuses is told in a notice, and whoever is no longer signed in is sent to sign in. The page keeps
   what it shows: Dash leaves every figure as it was when a callback fails. */
(function () {
  "use strict";

  const CALLBACK = /\/_dash-update-component$/;
  const ask = window.fetch;

  window.fetch = async function (address, ...rest) {
    const answer = await ask.call(this, address, ...rest);
    const url = new URL(address.url || address, window.location.href);
    if (answer.status < 400 || !CALLBACK.test(url.pathname)) return answer;
    const here = window.location;
    if (answer.status === 401) here.assign("/login?next=" + encodeURIComponent(here.pathname + here.search));
    const told = answer.status === 401 ? {} : await answer.clone().json().catch(() => ({}));
    if (told.again && (await window.atalaya.prove())) return window.fetch(address, renewed(...rest));
    if (told.notices) tell(told);
    return answer;
  };

  /* A new session begins with the proof, and a new token against forgery with it. */
  function renewed(options) {
    return { ...options, headers: { ...options.headers, "X-CSRFToken": window.atalaya.token() } };
  }

  function tell(told) {
    window.dash_clientside.set_props("notices", { sendNotifications: told.notices });
  }
})();
