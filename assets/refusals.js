/* What the server refuses is told in a notice, and whoever is no longer signed in is sent to sign in. The page keeps
   what it shows: Dash leaves every figure as it was when a callback fails. */
(function () {
  "use strict";

  const CALLBACK = /\/_dash-update-component$/;
  const ask = window.fetch;

  window.fetch = async function (address, ...rest) {
    const answer = await ask.call(this, address, ...rest);
    const url = new URL(address.url || address, window.location.href);
    if (answer.status >= 400 && CALLBACK.test(url.pathname)) tell(answer.clone());
    return answer;
  };

  async function tell(answer) {
    const here = window.location;
    if (answer.status === 401) return here.assign("/login?next=" + encodeURIComponent(here.pathname + here.search));
    const told = await answer.json();
    window.dash_clientside.set_props("notices", { sendNotifications: told.notices });
  }
})();
